import { expect, it } from "vitest";
import { codeLines, isTest, sourceFiles, workspacesOf } from "./workspace.ts";

const files = ["packages", "examples"]
  .flatMap((folder) => workspacesOf(folder).flatMap(sourceFiles))
  .filter((path) => !isTest(path))
  .map((path) => ({ path, lines: codeLines(path) }))
  .toSorted((a, b) => a.lines - b.lines);

it("keeps every file under 400 lines of code", () => {
  expect(files.filter(({ lines }) => lines > 400)).toEqual([]);
});

it("keeps the median file under 90 lines and nine of ten under 250", () => {
  expect(files[Math.floor(files.length * 0.5)]?.lines).toBeLessThanOrEqual(90);
  expect(files[Math.floor(files.length * 0.9)]?.lines).toBeLessThanOrEqual(250);
});

it("calls no file utils, misc, helpers or backup", () => {
  expect(files.filter(({ path }) => /\/(utils?|misc|helpers?|backup)\b/.test(path))).toEqual([]);
});

it("names files in kebab-case", () => {
  expect(files.filter(({ path }) => !/^[a-z0-9/.-]+$/.test(path))).toEqual([]);
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { isTest, root, sourceFiles, workspacesOf } from "./workspace.ts";

it("keeps packages free of top-level await, so that require() works", () => {
  const wrong = workspacesOf("packages")
    .flatMap(sourceFiles)
    .filter((path) => !isTest(path))
    .filter((path) => /^(?:await |(?:export )?const [\w{}, ]+ = await )/m.test(readFileSync(join(root, path), "utf8")));
  expect(wrong).toEqual([]);
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "./workspace.ts";

const GUIDES = ["docs/guide/add-a-policy.md"];
const quotes = GUIDES.flatMap((guide) => {
  const text = readFileSync(join(root, guide), "utf8");
  return [...text.matchAll(/```ts\n\/\/ (\S+\.ts)\n([\s\S]*?)```/g)].map(([, file = "", code = ""]) => ({ guide, file, code }));
});

it("finds quotations", () => {
  expect(quotes.length).toBeGreaterThan(3);
});

it.each(quotes)("$guide quotes $file as it is", ({ file, code }) => {
  const lines = readFileSync(join(root, file), "utf8")
    .split("\n")
    .map((line) => line.trim());
  let from = 0;
  for (const line of code.split("\n").map((quoted) => quoted.trim())) {
    if (line === "") continue;
    const found = lines.indexOf(line, from);
    expect(found, `"${line}" is not in ${file}, or not in this order`).toBeGreaterThanOrEqual(0);
    from = found + 1;
  }
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "@kvasir/kv-eval";
import { expect, it } from "vitest";
import { RandomAccessFile } from "./random-access-file.ts";

it("reads whole lines from all over a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "kvasir-lines-"));
  const path = join(folder, "text.txt");
  writeFileSync(path, Array.from({ length: 20_000 }, (_, i) => `line ${i} – ende`).join("\n"));
  const file = new RandomAccessFile(path);
  const random = createRandom(1);
  const first: number[] = [];
  for (let i = 0; i < 50; i++) {
    const lines = file.lines(random, 200);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(/^line \d+ – ende$/);
    first.push(Number(lines[0]?.split(" ")[1]));
  }
  expect(Math.min(...first)).toBeLessThan(5000);
  expect(Math.max(...first)).toBeGreaterThan(12_000);
  file.close();
  rmSync(folder, { recursive: true });
});

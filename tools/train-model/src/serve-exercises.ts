import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { createMixture } from "./mixture/draw-example.ts";

const text = { type: "string" } as const;
const { values } = parseArgs({ options: { seed: text, data: text, texts: text, practice: text } });
const seed = Number(values.seed ?? "1");
const practice = Number(values.practice ?? "1");
if (values.data === undefined || !Number.isSafeInteger(seed) || !(practice >= 0)) {
  process.stderr.write(
    "Usage: node serve-exercises.js --data FOLDER [--seed N] [--texts FOLDER] [--practice FACTOR], then one length in tokens a line on stdin.\n",
  );
  process.exit(2);
}
const draw = createMixture({ data: values.data, texts: values.texts ?? join(import.meta.dirname, "../texts"), practice }, seed);
process.stdout.on("error", () => process.exit(0));

createInterface({ input: process.stdin }).on("line", (line) => {
  process.stdout.write(`${JSON.stringify(draw(Number(line)))}\n`);
});

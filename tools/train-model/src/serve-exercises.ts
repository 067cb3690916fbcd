import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { createMixture } from "./mixture/draw-example.ts";

const { values } = parseArgs({ options: { seed: { type: "string" }, data: { type: "string" }, texts: { type: "string" } } });
const seed = Number(values.seed ?? "1");
if (values.data === undefined || !Number.isSafeInteger(seed)) {
  process.stderr.write(
    "Usage: node serve-exercises.js --data FOLDER [--seed N] [--texts FOLDER], then one length in tokens a line on stdin.\n",
  );
  process.exit(2);
}
const draw = createMixture({ data: values.data, texts: values.texts ?? join(import.meta.dirname, "../texts") }, seed);
process.stdout.on("error", () => process.exit(0));

createInterface({ input: process.stdin }).on("line", (line) => {
  process.stdout.write(`${JSON.stringify(draw(Number(line)))}\n`);
});

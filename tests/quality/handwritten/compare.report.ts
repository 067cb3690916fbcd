import { afterAll, beforeAll, it } from "vitest";
import type { Engine } from "@kvasir/model-runtime";
import { readHandwrittenTexts } from "./handwritten-texts.ts";
import { measure, openModel } from "./measure.ts";
import { PRESENTATIONS } from "./presentations.ts";
import { formatMeasurement } from "./report.ts";

/** `KVASIR_HANDWRITTEN_MODEL` names the model, `KVASIR_HANDWRITTEN_AS` some presentations, parted by commas; all of them by default. */
const modelPath = process.env["KVASIR_HANDWRITTEN_MODEL"] ?? "models/kvasir-tiny";
const names = process.env["KVASIR_HANDWRITTEN_AS"]?.split(",") ?? Object.keys(PRESENTATIONS);

let engine: Engine;
beforeAll(async () => {
  engine = await openModel(modelPath);
});
afterAll(() => engine.close());

it.each(names)("reports %s", { timeout: 1_800_000 }, async (name) => {
  const present = PRESENTATIONS[name];
  if (present === undefined) throw new Error(`There is no presentation "${name}": ${Object.keys(PRESENTATIONS).join(", ")}.`);
  const started = performance.now();
  const measurement = await measure(engine, readHandwrittenTexts(), present);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  process.stdout.write(formatMeasurement(`${modelPath}, ${name}, ${seconds} s`, measurement));
});

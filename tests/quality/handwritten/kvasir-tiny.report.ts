import { join } from "node:path";
import type { Engine } from "@kvasir/model-runtime";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readHandwrittenTexts } from "./handwritten-texts.ts";
import { measure, openModel } from "./measure.ts";
import { PRESENTATIONS } from "./presentations.ts";
import { exactShare, formatMeasurement } from "./report.ts";

const MODEL = join(import.meta.dirname, "../../../models/kvasir-tiny");
const LEAST_EXACT = { alone: 0.65, together: 0.55 };

let engine: Engine;
beforeAll(async () => {
  engine = await openModel(MODEL);
});
afterAll(() => engine.close());

it("kvasir-tiny answers plain questions about hand-written texts", { timeout: 120_000 }, async () => {
  const measurement = await measure(engine, readHandwrittenTexts(), PRESENTATIONS["contexts"]!);
  process.stdout.write(formatMeasurement("kvasir-tiny, hand-written texts", measurement));
  expect(exactShare(measurement.alone)).toBeGreaterThanOrEqual(LEAST_EXACT.alone);
  expect(exactShare(measurement.together)).toBeGreaterThanOrEqual(LEAST_EXACT.together);
});

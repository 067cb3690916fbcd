import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { KernelBackend } from "@kvasir/kv-core";
import type { PolicyPreset } from "../scheduler/active-request.ts";
import { type CalibrationModel, createCalibrationBench } from "./calibration-bench.ts";

/**
 * Lets the policies of all presets measure what their decisions cost, or use what they measured when an engine opened before.
 * @param file JSON with measurements by machine, model shape and preset; nothing is kept where absent or where it cannot be written
 */
export async function calibratePolicies(
  presets: Iterable<PolicyPreset>,
  backend: KernelBackend,
  model: CalibrationModel,
  file: string | undefined,
): Promise<void> {
  const saved = file === undefined ? {} : readSaved(file);
  const bench = createCalibrationBench(backend, model);
  let isChanged = false;
  for (const { name, policy } of presets) {
    if (policy.calibrate === undefined) continue;
    const key = calibrationKey(name, backend, model);
    const found = await policy.calibrate(bench, saved[key]);
    isChanged ||= JSON.stringify(found) !== JSON.stringify(saved[key]);
    saved[key] = found;
  }
  if (file !== undefined && isChanged) writeSaved(file, saved);
}

/** Measurements hold for a backend (its description names instruction set and threads), the shape of heads, and how KV is stored. */
function calibrationKey(preset: string, backend: KernelBackend, { shape, headDim, kvDtype, pageSize }: CalibrationModel): string {
  const heads = `${shape.queryHeads}/${shape.layers[0]?.kvHeads ?? 0} heads of ${headDim}, ${shape.layers.length} layers`;
  return `${preset}: ${backend.name}, ${backend.description}; ${heads}; ${kvDtype}, pages of ${pageSize}`;
}

/** A file that is absent or damaged is as good as none: measuring again costs less than a second. */
function readSaved(file: string): Record<string, unknown> {
  try {
    const content: unknown = JSON.parse(readFileSync(file, "utf8"));
    return typeof content === "object" && content !== null && !Array.isArray(content) ? { ...content } : {};
  } catch {
    return {};
  }
}

/** Another process may read at any time, so the file changes at once. A read-only home is no reason to stop. */
function writeSaved(file: string, content: Readonly<Record<string, unknown>>): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, `${JSON.stringify(content, null, 2)}\n`);
    renameSync(temporary, file);
  } catch {
    return;
  }
}

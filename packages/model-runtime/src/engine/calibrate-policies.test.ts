import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BoundPolicy, CalibrationBench, LayerIndex, ModelShape } from "@kvasir/kv-core";
import { createReferenceBackend } from "@kvasir/kv-core/reference";
import { afterEach, describe, expect, it } from "vitest";
import { calibratePolicies } from "./calibrate-policies.ts";

const folder = mkdtempSync(join(tmpdir(), "kvasir-calibration-"));
const file = join(folder, "cache", "calibration.json");
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const shape: ModelShape = {
  layers: [{ kind: "full", kvHeads: 2, headDim: 8, owner: 0 as LayerIndex }],
  queryHeads: 4,
  maxPositions: 64,
  keyEncoding: "post-rope",
  hasFixedFrequencies: true,
};
const model = { shape, headDim: 8, kvDtype: "f32", pageSize: 16, maxTokens: 64 } as const;

/** A policy that measures once and says so. */
function measuring(): { policy: BoundPolicy; measured: () => number } {
  let count = 0;
  const calibrate = async (bench: CalibrationBench, saved: unknown): Promise<unknown> => {
    if (saved !== undefined) return saved;
    count++;
    const shared = await bench.measureAttention({ readers: 2, tokens: 20, isShared: true });
    expect(shared).toBeGreaterThan(0);
    expect(await bench.measureAttention({ readers: 2, tokens: 20, isShared: false })).toBeGreaterThan(0);
    return { shared };
  };
  return { policy: { calibrate, dispose: () => {} }, measured: () => count };
}

describe("calibratePolicies", () => {
  const calibrate = async (policy: BoundPolicy, kvDtype: "f32" | "f16" = "f32"): Promise<void> => {
    const backend = createReferenceBackend();
    await calibratePolicies([{ name: "mine", policy, fidelity: "exact", codecs: [] }], backend, { ...model, kvDtype }, file);
    await backend.dispose();
  };

  it("measures once for a machine, model shape and KV dtype", async () => {
    const { policy, measured } = measuring();
    await calibrate(policy);
    await calibrate(policy);
    expect(measured()).toBe(1);
    await calibrate(policy, "f16");
    expect(measured()).toBe(2);
    const saved = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    expect(Object.keys(saved)).toHaveLength(2);
    expect(Object.keys(saved)[0]).toContain("mine: ");
  });

  it("measures anew where the file is damaged, and does without a place to write", async () => {
    const { policy, measured } = measuring();
    await calibrate(policy);
    writeFileSync(file, "{ half");
    await calibrate(policy);
    expect(measured()).toBe(2);
    rmSync(folder, { recursive: true });
    writeFileSync(folder, "a file where the folder was");
    await calibrate(policy);
    expect(measured()).toBe(3);
  });
});

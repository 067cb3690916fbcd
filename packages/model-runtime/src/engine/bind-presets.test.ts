import { ConfigError, type KvPolicy, IncompatiblePolicyError } from "@kvasir/kv-core";
import { KIT_ENVIRONMENT } from "@kvasir/kv-core/testing";
import { expect, it } from "vitest";
import { bindPresets } from "./bind-presets.ts";

const policy = (codec: string): KvPolicy => ({
  specVersion: "v1",
  name: "packing",
  capabilities: { phases: ["decode"], reads: [], fidelity: "approximate", reclaims: "pages", codecs: [codec] },
  bind: () => ({ dispose() {} }),
});
const presets = { full: [], dense: [policy("dense")], strange: [policy("strange")] };

it("leaves out what the backend cannot do, and says so", () => {
  const bound = bindPresets({ presets, defaultPolicy: "full" }, KIT_ENVIRONMENT);
  expect([...bound.presets.keys()]).toEqual(["full", "dense"]);
  expect(bound.notes).toEqual([expect.stringMatching(/^preset "strange" is left out: Policy "packing" cannot be used: .*"strange"/)]);
});

it("insists on the default", () => {
  expect(() => bindPresets({ presets, defaultPolicy: "strange" }, KIT_ENVIRONMENT)).toThrow(IncompatiblePolicyError);
  expect(() => bindPresets({ presets: { strange: presets.strange } }, KIT_ENVIRONMENT)).toThrow(IncompatiblePolicyError);
  expect(() => bindPresets({ presets, defaultPolicy: "other" }, KIT_ENVIRONMENT)).toThrow(
    /is "other", but the presets are full, dense, strange/,
  );
  expect(() => bindPresets({ presets: {} }, KIT_ENVIRONMENT)).toThrow(ConfigError);
});

it("passes other errors on", () => {
  const broken = {
    ...policy("dense"),
    bind: () => {
      throw new RangeError("no");
    },
  };
  expect(() => bindPresets({ presets: { full: [], broken: [broken] } }, KIT_ENVIRONMENT)).toThrow(RangeError);
});

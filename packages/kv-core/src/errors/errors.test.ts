import { describe, expect, it } from "vitest";
import * as core from "../index.ts";

const errors: readonly [core.KvError, string, RegExp][] = [
  [new core.NoSuchPolicyError({ requested: "x", available: ["a", "b"] }), "KV_NO_SUCH_POLICY", /"x".*a, b/],
  [new core.IncompatiblePolicyError({ policy: "a", reason: "why", otherPolicy: "b" }), "KV_POLICY_INCOMPATIBLE", /"a".*"b": why/],
  [new core.PolicyContractError({ policy: "a", field: "f[0]", reason: "is 3." }), "KV_POLICY_CONTRACT", /"a".*f\[0\] is 3\./],
  [new core.OutOfPagesError({ needed: 5, free: 2 }), "KV_OUT_OF_PAGES", /5 pages but 2 are free/],
  [new core.StaleHandleError({ handle: "page 3", operation: "retain" }), "KV_STALE_HANDLE", /retain: page 3/],
  [new core.DisposedError({ subject: "a store", operation: "read" }), "KV_DISPOSED", /read was called on a store/],
  [
    new core.BackendUnavailableError({
      backend: "cuda",
      reason: "no driver",
      probe: [{ check: "libcuda.so.1", found: false, detail: "not found" }],
    }),
    "KV_BACKEND_UNAVAILABLE",
    /"cuda".*no driver\n {2}missing libcuda\.so\.1: not found/,
  ],
  [new core.KernelFailedError({ kernel: "linear", reason: "bad" }), "KV_KERNEL_FAILED", /"linear" failed: bad/],
  [new core.InvariantError({ invariant: "1 is 1", plan: { actions: [] } }), "KV_INVARIANT", /1 is 1.*report.*\{"actions":\[\]\}/],
  [new core.CodecDataError({ codec: "c", part: "bytes", reason: "are short." }), "KV_CODEC_DATA", /codec "c".*bytes are short\./],
  [new core.ConfigError({ option: "port", reason: "is -1; give a number from 0 up." }), "KV_CONFIG", /"port" is -1/],
];

describe.each(errors.map(([error, code, message]) => ({ error, code, message, name: error.constructor.name })))(
  "$name",
  ({ error, code, message, name }) => {
    it("has a stable name and code, a message with its numbers, and the marker", () => {
      expect([error.name, error.code]).toEqual([name, code]);
      expect(error.message).toMatch(message);
      expect(core.KvError.isInstance(error)).toBe(true);
      expect(error.retryable).toBe(code === "KV_OUT_OF_PAGES");
    });
  },
);

it("recognises errors of a second copy of the package, and nothing else", () => {
  expect(core.KvError.isInstance({ "~kvError": true })).toBe(true);
  for (const other of [new Error("no"), null, undefined, "KV_CONFIG"]) expect(core.KvError.isInstance(other)).toBe(false);
});

/**
 * Conformance kits for backends, policies and codecs; they take the test runner's functions as arguments.
 * @module
 */
export { testKernelBackend, type KernelBackendTests } from "./kernel-backend/test-kernel-backend.ts";
export type { KitCodec } from "./kernel-backend/encoded-scenario.ts";
export type { KernelBackendKit, Tolerance, ToleranceName } from "./kernel-backend/kit-context.ts";
export type { Expect, KitRunner, KitSkip } from "./kit-runner.ts";
export { bitDifference, difference, NO_DIFFERENCE } from "./compare.ts";
export { SeededRandom } from "./seeded-random.ts";
export { KIT_ENVIRONMENT, testKvPolicy, type KvPolicyTests } from "./kv-policy/test-kv-policy.ts";
export type { SignalSource } from "./kv-policy/policy-bench.ts";
export { channelInt8 } from "./kv-codec/channel-int8.ts";
export { testKvCodec, type KvCodecTests } from "./kv-codec/test-kv-codec.ts";

export { testKernelBackend, type KernelBackendTests } from "./kernel-backend/test-kernel-backend.ts";
export type { KernelBackendKit, Tolerance, ToleranceName } from "./kernel-backend/kit-context.ts";
export type { Expect, KitRunner, KitSkip } from "./kit-runner.ts";
export { bitDifference, difference, NO_DIFFERENCE } from "./compare.ts";
export { SeededRandom } from "./seeded-random.ts";

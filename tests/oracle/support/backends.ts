import { cpuNativeBackend, cpuWasmBackend, type CpuBackendOptions } from "@kvasir/cpu-backend";
import { BackendUnavailableError, type BackendFactory, type KernelBackend } from "@kvasir/kv-core";
import { referenceBackendFactory } from "@kvasir/kv-core/reference";

const THREADS = 2;

/** Every backend that must agree with the oracles. */
export const BACKENDS: readonly BackendFactory[] = [referenceBackendFactory, cpuNativeBackend, cpuWasmBackend];
/** Those that are fast enough for real checkpoints. */
export const FAST_BACKENDS: readonly BackendFactory[] = [cpuNativeBackend, cpuWasmBackend];

/** The backend, or `undefined` with the reason printed where it cannot run on this machine. */
export async function createBackend(factory: BackendFactory, options: CpuBackendOptions = {}): Promise<KernelBackend | undefined> {
  try {
    return await factory.create({ threads: THREADS, ...options });
  } catch (error) {
    if (!(error instanceof BackendUnavailableError)) throw error;
    process.stdout.write(`Skipped on ${factory.name}: ${error.reason}\n`);
    return undefined;
  }
}

import { cpuNativeBackend, cpuWasmBackend, type CpuBackendOptions } from "@kvasir/cpu-backend";
import { BackendUnavailableError, type BackendFactory, type KernelBackend } from "@kvasir/kv-core";
import { referenceBackendFactory } from "@kvasir/kv-core/reference";

const THREADS = 2;

/** A backend with two threads. */
export function createBackend(factory: BackendFactory, options: CpuBackendOptions = {}): Promise<KernelBackend> {
  return factory.create({ threads: THREADS, ...options });
}

async function canRun(factory: BackendFactory): Promise<boolean> {
  try {
    const backend = await createBackend(factory);
    await backend.dispose();
    return true;
  } catch (error) {
    if (!(error instanceof BackendUnavailableError)) throw error;
    process.stdout.write(`Skipped on ${factory.name}: ${error.reason}\n`);
    return false;
  }
}

/** Tiers of the CPU backend that run on this machine; why one does not is printed. */
export const CPU_BACKENDS: readonly BackendFactory[] = [
  ...((await canRun(cpuNativeBackend)) ? [cpuNativeBackend] : []),
  ...((await canRun(cpuWasmBackend)) ? [cpuWasmBackend] : []),
];

/** Every backend that must agree with the oracles. */
export const BACKENDS: readonly BackendFactory[] = [referenceBackendFactory, ...CPU_BACKENDS];

import { cpuNativeBackend, cpuWasmBackend } from "@kvasir/cpu-backend";
import type { KernelBackend } from "@kvasir/kv-core";
import { CPU_BACKENDS } from "../../oracle/support/backends.ts";

const NATIVE_LEVELS = process.arch === "arm64" ? ["baseline"] : ["v2", "v3", "v4", "v4-dot"];

async function atLevel(level: string, threads: number): Promise<KernelBackend | undefined> {
  const before = process.env["KVASIR_CPU_ISA"];
  process.env["KVASIR_CPU_ISA"] = level;
  try {
    return await cpuNativeBackend.create({ threads });
  } catch {
    process.stdout.write(`Skipped on ${level}: this machine does not run it.\n`);
    return undefined;
  } finally {
    if (before === undefined) delete process.env["KVASIR_CPU_ISA"];
    else process.env["KVASIR_CPU_ISA"] = before;
  }
}

/** The CPU backend on every instruction set that this machine has, by name, but for those left out. */
export async function cpuBackendsOfAllLevels(threads: number, leftOut: readonly string[] = []): Promise<Map<string, KernelBackend>> {
  const backends = new Map<string, KernelBackend>();
  const levels = NATIVE_LEVELS.filter((level) => !leftOut.includes(level));
  for (const level of CPU_BACKENDS.includes(cpuNativeBackend) ? levels : []) {
    const backend = await atLevel(level, threads);
    if (backend !== undefined) backends.set(level, backend);
  }
  backends.set("WebAssembly", await cpuWasmBackend.create({ threads }));
  return backends;
}

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { kernelFile } from "../kernel-files.ts";

/** Functions of a native kernel library; addresses are plain numbers (user space ends below 2^48). */
export interface NativeFunctions {
  allocate(bytes: number): number;
  free(address: number, bytes: number): void;
  startThreads(team: number): number;
  stopThreads(team: number, handle: number): void;
  run(team: number, program: number, count: number): void;
  /** Bit set, see native/cpu-level.c. */
  cpuLevels(): number;
  view(address: number, bytes: number): ArrayBuffer;
}

/** Levels of native/cpu-level.c, best first, with the bit that says the CPU has them. */
const LEVELS: Readonly<Record<string, readonly { readonly level: string; readonly file: string; readonly bit: number }[]>> = {
  x64: [
    { level: "x86-64-v4+vnni+bf16", file: "v4-dot", bit: 8 },
    { level: "x86-64-v4", file: "v4", bit: 4 },
    { level: "x86-64-v3", file: "v3", bit: 2 },
    { level: "x86-64-v2", file: "v2", bit: 1 },
  ],
  arm64: [{ level: "armv8-a", file: "baseline", bit: 1 }],
};

type Koffi = (typeof import("koffi"))["default"];

function open(koffi: Koffi, path: string): NativeFunctions {
  const library = koffi.load(path);
  return {
    allocate: library.func("int64_t kvasir_allocate(int64_t bytes)"),
    free: library.func("void kvasir_free(int64_t at, int64_t bytes)"),
    startThreads: library.func("int64_t kvasir_start_threads(int64_t team)"),
    stopThreads: library.func("void kvasir_stop_threads(int64_t team, int64_t handle)"),
    run: library.func("void kvasir_run(int64_t team, int64_t program, int64_t count)"),
    cpuLevels: library.func("int64_t kvasir_cpu_levels()"),
    view: (address, bytes) => koffi.view(BigInt(address), bytes),
  };
}

/** A loaded library, or why there is none. */
export type NativeLibrary = { readonly functions: NativeFunctions; readonly level: string } | { readonly reason: string };

/**
 * Loads the best library this CPU can run. `wanted` (`KVASIR_CPU_ISA`) asks for one by file name, e.g. `v3`; one that the CPU lacks is
 * refused, never run.
 */
export async function loadNativeLibrary(wanted: string | undefined): Promise<NativeLibrary> {
  const levels = LEVELS[process.arch];
  if (levels === undefined) return { reason: `there are no native kernels for ${process.arch}` };
  const pathOf = (file: string): string => fileURLToPath(kernelFile(`${process.platform}-${process.arch}-${file}.so`));
  const baseline = levels.at(-1);
  if (baseline === undefined || !existsSync(pathOf(baseline.file))) {
    return { reason: "no native kernels were built (no C compiler at build time)" };
  }
  let koffi: Koffi;
  try {
    koffi = (await import("koffi")).default;
  } catch (error) {
    return { reason: `koffi does not load: ${String(error)}` };
  }
  try {
    const supported = open(koffi, pathOf(baseline.file)).cpuLevels();
    const usable = levels.filter(({ bit, file }) => (supported & bit) !== 0 && existsSync(pathOf(file)));
    const chosen = wanted === undefined ? usable[0] : usable.find(({ file }) => file === wanted);
    if (chosen === undefined) {
      return {
        reason: `instruction set "${wanted ?? ""}" is not among those this CPU and build have: ${usable.map(({ file }) => file).join(", ")}`,
      };
    }
    return { functions: open(koffi, pathOf(chosen.file)), level: chosen.level };
  } catch (error) {
    return { reason: `the native kernels do not load: ${String(error)}` };
  }
}

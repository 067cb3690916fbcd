import type { KernelHost } from "../../host/kernel-host.ts";
import { NativeHost } from "../../host/native-host.ts";
import { loadNativeLibrary } from "../../host/native-library.ts";
import { WasmHost } from "../../host/wasm-host.ts";

/** Every tier and instruction set level there is, whether or not this machine can run it. */
export const HOST_NAMES = ["wasm", "v2", "v3", "v4", "v4-dot", "baseline"] as const;
export type HostName = (typeof HOST_NAMES)[number];

/** A host of that tier or level, or why there is none here. */
export async function openHost(name: HostName, threads: number): Promise<KernelHost | string> {
  if (name === "wasm") return WasmHost.create(threads);
  const library = await loadNativeLibrary(name);
  return "reason" in library ? library.reason : new NativeHost(library.functions, library.level, threads);
}

import { createRequire } from "node:module";
import { join } from "node:path";
import { type BackendProbe, BackendUnavailableError } from "@kvasir/kv-core";
import type { TensorFlow } from "./engine/tensorflow.ts";

/** Packages that bring TensorFlow.js with an engine, the fastest first. */
export const TENSORFLOW_PACKAGES = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node", "@tensorflow/tfjs"] as const;

/** Registers a faster engine than plain JavaScript with `@tensorflow/tfjs`. */
const WASM_PACKAGE = "@tensorflow/tfjs-backend-wasm";

export interface FoundTensorFlow {
  readonly tf: TensorFlow;
  readonly packageName: string;
  /** Why packages before it do not do, for people; those that are not installed are left out. */
  readonly passedOver: readonly string[];
}

/** Loads a package, or says why not. */
type LoadPackage = (name: string) => { readonly module: unknown } | { readonly isInstalled: boolean; readonly reason: string };

/**
 * The first of `TENSORFLOW_PACKAGES` that loads, as seen from this package or from the current directory.
 * @throws BackendUnavailableError that says what to install
 */
export async function findTensorFlow(load: LoadPackage = loadPackage): Promise<FoundTensorFlow> {
  const probe: BackendProbe[] = [];
  for (const packageName of TENSORFLOW_PACKAGES) {
    const found = load(packageName);
    if ("module" in found) {
      const tf = found.module as TensorFlow;
      if (packageName === "@tensorflow/tfjs" && "module" in load(WASM_PACKAGE)) await tf.setBackend("wasm");
      const passedOver = probe.filter(({ found: isInstalled }) => isInstalled).map(({ check, detail }) => `${check}: ${detail}`);
      return { tf, packageName, passedOver };
    }
    probe.push({ check: packageName, found: found.isInstalled, detail: found.reason });
  }
  throw new BackendUnavailableError({
    backend: "tfjs",
    reason:
      "no TensorFlow.js is installed. Install one: npm install @tensorflow/tfjs-node-gpu (NVIDIA GPU, CUDA 11.2), " +
      "npm install @tensorflow/tfjs-node (CPU), or npm install @tensorflow/tfjs @tensorflow/tfjs-backend-wasm (nothing native).",
    probe,
  });
}

function loadPackage(name: string): ReturnType<LoadPackage> {
  const from = [import.meta.url, join(process.cwd(), "package.json")].map((path) => createRequire(path));
  for (const require of from) {
    try {
      require.resolve(name);
    } catch {
      continue;
    }
    try {
      return { module: require(name) as unknown };
    } catch (error) {
      const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
      return { isInstalled: true, reason: `it is installed and does not load: ${reason}` };
    }
  }
  return { isInstalled: false, reason: "not installed" };
}

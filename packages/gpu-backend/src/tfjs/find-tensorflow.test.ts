import { BackendUnavailableError } from "@kvasir/kv-core";
import { describe, expect, it } from "vitest";
import { findTensorFlow, TENSORFLOW_PACKAGES } from "./find-tensorflow.ts";

type Load = NonNullable<Parameters<typeof findTensorFlow>[0]>;

/** Packages that load, and those that are installed and fail. */
function installed(loading: readonly string[], broken: readonly string[] = []): { readonly load: Load; readonly engines: string[] } {
  const engines: string[] = [];
  const tf = { setBackend: (name: string) => Promise.resolve(engines.push(name) > 0) };
  return {
    engines,
    load: (name) => {
      if (loading.includes(name)) return { module: tf };
      return broken.includes(name)
        ? { isInstalled: true, reason: "libcudart.so.11.0 is missing" }
        : { isInstalled: false, reason: "not installed" };
    },
  };
}

describe("findTensorFlow", () => {
  it.each(TENSORFLOW_PACKAGES.map((name, index) => [name, TENSORFLOW_PACKAGES.slice(index)] as const))(
    "takes %s before those after it",
    async (name, packages) => {
      const { load, engines } = installed(packages);
      expect(await findTensorFlow(load)).toMatchObject({ packageName: name, passedOver: [] });
      expect(engines).toEqual([]);
    },
  );

  it("passes over a package that does not load, and says why", async () => {
    const { load } = installed(["@tensorflow/tfjs-node"], ["@tensorflow/tfjs-node-gpu"]);
    expect(await findTensorFlow(load)).toMatchObject({
      packageName: "@tensorflow/tfjs-node",
      passedOver: ["@tensorflow/tfjs-node-gpu: libcudart.so.11.0 is missing"],
    });
  });

  it("uses WebAssembly with @tensorflow/tfjs where it is there", async () => {
    const { load, engines } = installed(["@tensorflow/tfjs", "@tensorflow/tfjs-backend-wasm"]);
    expect(await findTensorFlow(load)).toMatchObject({ packageName: "@tensorflow/tfjs" });
    expect(engines).toEqual(["wasm"]);
  });

  it("says what to install where there is nothing, and what it looked for", async () => {
    const failure = await findTensorFlow(installed([], ["@tensorflow/tfjs-node"]).load).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BackendUnavailableError);
    expect((failure as BackendUnavailableError).message).toContain("npm install @tensorflow/tfjs-node-gpu");
    expect((failure as BackendUnavailableError).probe).toMatchObject([
      { check: "@tensorflow/tfjs-node-gpu", found: false },
      { check: "@tensorflow/tfjs-node", found: true, detail: "libcudart.so.11.0 is missing" },
      { check: "@tensorflow/tfjs", found: false },
    ]);
  });
});

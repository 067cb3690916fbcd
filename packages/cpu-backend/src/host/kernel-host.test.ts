import { BackendUnavailableError } from "@kvasir/kv-core";
import { describe, expect, it } from "vitest";
import { buildKernels } from "../../scripts/build-kernels.mjs";
import { selfTest } from "../self-test.ts";
import { FLAG_SERIAL, Opcode, Tape } from "../tape.ts";
import type { KernelHost } from "./kernel-host.ts";
import { NativeHost } from "./native-host.ts";
import { loadNativeLibrary } from "./native-library.ts";
import { WasmHost } from "./wasm-host.ts";

await buildKernels(() => {});

const library = await loadNativeLibrary(undefined);
const tiers: Record<string, (threads: number) => Promise<KernelHost>> = { WebAssembly: (threads) => WasmHost.create(threads) };
if ("reason" in library) it(`native (skipped: ${library.reason})`, () => {});
else tiers["native"] = (threads) => Promise.resolve(new NativeHost(library.functions, library.level, threads));

describe.each(Object.entries(tiers))("%s host", (_, createHost) => {
  async function withHost(threads: number, body: (host: KernelHost) => void): Promise<void> {
    const host = await createHost(threads);
    try {
      body(host);
    } finally {
      await host.dispose();
    }
  }

  it("gives zeroed, aligned memory, also where memory was used before", () =>
    withHost(1, (host) => {
      for (let round = 0; round < 3; round++) {
        const addresses = [1, 100, 70_000, 3_000_000].map((bytes) => ({ address: host.allocate(bytes), bytes }));
        for (const { address, bytes } of addresses) {
          expect(address % 64).toBe(0);
          const view = host.bytes(address, bytes);
          expect(view.every((byte) => byte === 0)).toBe(true);
          view.fill(round + 1);
        }
        for (const { address } of addresses) host.free(address);
      }
    }));

  it("says what was needed and what there is where memory does not suffice", () =>
    withHost(1, (host) => {
      const bytes = 2 ** 50;
      expect(() => host.allocate(bytes)).toThrow(BackendUnavailableError);
      expect(() => host.allocate(bytes)).toThrow(new RegExp(`needed ${bytes} bytes but \\d+`));
    }));

  it.each([1, 2, 3, 8])("runs every lane of every record once with %i threads, program after program", (threads) =>
    withHost(threads, (host) => {
      const [rows, columns] = [threads * 2 + 1, 64];
      const tape = new Tape(host, 2);
      const one = host.allocate(rows * columns * 4);
      const sum = host.allocate(rows * columns * 4);
      const view = (address: number): Float32Array => {
        const { buffer, byteOffset } = host.bytes(address, rows * columns * 4);
        return new Float32Array(buffer, byteOffset, rows * columns);
      };
      view(one).fill(1);
      let wanted = 0;
      for (let program = 0; program < 200; program++) {
        const records = 1 + (program % 7);
        for (let record = 0; record < records; record++) {
          const flags = (program + record) % 3 === 0 ? FLAG_SERIAL : 0;
          tape.begin(Opcode.add, flags).integer(one).integer(sum).integer(rows).integer(columns);
        }
        tape.run();
        wanted += records;
        const found = view(sum);
        expect(found.every((value) => value === wanted)).toBe(true);
      }
      tape.run();
      tape.dispose();
    }),
  );

  it("passes the self-test", () => withHost(2, (host) => expect(selfTest(host)).toBeUndefined()));
});

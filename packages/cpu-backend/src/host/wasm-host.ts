import { readFile } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import { BackendUnavailableError } from "@kvasir/kv-core";
import { kernelFile } from "../kernel-files.ts";
import { FreeList } from "./free-list.ts";
import type { KernelHost } from "./kernel-host.ts";
import { SCRATCH_BYTES, TEAM_BYTES, writeTeam } from "./team.ts";
import { wasmApi, type WasmMemory } from "./wasm-api.ts";

const WASM_PAGE = 65536;
/** The most one 32-bit memory can have: 4 GiB. */
const MAX_PAGES = 65536;
const INITIAL_PAGES = 256;
const STACK_BYTES = 2 ** 20;

/** Runs inside each worker thread; source text because a worker cannot load TypeScript. */
const WORKER_SOURCE = `
const { parentPort, workerData } = require("node:worker_threads");
const { exports } = new WebAssembly.Instance(workerData.module, { env: { memory: workerData.memory } });
exports.__stack_pointer.value = workerData.stackTop;
parentPort.postMessage("ready");
exports.kvasir_worker(workerData.team, workerData.thread);
`;

interface KernelExports {
  readonly __heap_base: { readonly value: number };
  kvasir_run(team: bigint, program: bigint, count: bigint): void;
  kvasir_stop(team: bigint): void;
}

/** Kernels compiled to WebAssembly, on worker threads that share one memory. Runs wherever Node runs. */
export class WasmHost implements KernelHost {
  readonly tier = "wasm";
  readonly level = "simd128";
  readonly threads: number;
  readonly #memory: WasmMemory;
  readonly #exports: KernelExports;
  readonly #list = new FreeList(64);
  readonly #workers: Worker[] = [];
  /** Bytes up to here have been used before and are not zero any more. */
  #usedEnd: number;
  #team = 0;

  private constructor(memory: WasmMemory, exports: KernelExports, threads: number) {
    this.#memory = memory;
    this.#exports = exports;
    this.threads = threads;
    this.#usedEnd = Math.ceil(exports.__heap_base.value / 64) * 64;
    this.#list.add(this.#usedEnd, INITIAL_PAGES * WASM_PAGE);
  }

  /** @throws BackendUnavailableError where the kernels or shared memory cannot be had. */
  static async create(threads: number): Promise<WasmHost> {
    try {
      const wasm = wasmApi();
      const module = await wasm.compile(await readFile(kernelFile("kvasir-kernels.wasm")));
      const memory = new wasm.Memory({ initial: INITIAL_PAGES, maximum: MAX_PAGES, shared: true });
      const instance = await wasm.instantiate(module, { env: { memory } });
      const host = new WasmHost(memory, instance.exports as unknown as KernelExports, threads);
      await host.#startWorkers(module);
      return host;
    } catch (error) {
      if (error instanceof BackendUnavailableError) throw error;
      const reason = `the WebAssembly kernels do not start: ${String(error)}. Run the build of @kvasir/cpu-backend.`;
      throw new BackendUnavailableError({ backend: "cpu-wasm", reason, cause: error });
    }
  }

  allocate(bytes: number): number {
    let address = this.#list.take(bytes);
    if (address === undefined) {
      this.#grow(bytes);
      address = this.#list.take(bytes);
    }
    if (address === undefined) throw this.#outOfMemory(bytes);
    const end = address + bytes;
    if (address < this.#usedEnd) this.bytes(address, Math.min(end, this.#usedEnd) - address).fill(0);
    this.#usedEnd = Math.max(this.#usedEnd, end);
    return address;
  }

  free(address: number): void {
    this.#list.give(address);
  }

  bytes(address: number, length: number): Uint8Array<ArrayBufferLike> {
    return new Uint8Array(this.#memory.buffer, address, length);
  }

  run(address: number, count: number): void {
    this.#exports.kvasir_run(BigInt(this.#team), BigInt(address), BigInt(count));
  }

  async dispose(): Promise<void> {
    const exits = this.#workers.map((worker) => {
      worker.ref();
      return new Promise((resolve) => worker.once("exit", resolve));
    });
    this.#exports.kvasir_stop(BigInt(this.#team));
    await Promise.all(exits);
  }

  async #startWorkers(module: object): Promise<void> {
    this.#team = this.allocate(TEAM_BYTES);
    writeTeam(this.bytes(this.#team, TEAM_BYTES), this.threads, this.allocate(this.threads * SCRATCH_BYTES));
    const ready: Promise<unknown>[] = [];
    for (let thread = 1; thread < this.threads; thread++) {
      const stackTop = this.allocate(STACK_BYTES) + STACK_BYTES;
      const workerData = { module, memory: this.#memory, stackTop, team: BigInt(this.#team), thread: BigInt(thread) };
      const worker = new Worker(WORKER_SOURCE, { eval: true, workerData, execArgv: [], stdin: false });
      this.#workers.push(worker);
      ready.push(
        new Promise((resolve, reject) => {
          worker.once("message", resolve);
          worker.once("error", reject);
        }),
      );
    }
    await Promise.all(ready);
    // An idle worker waits for work; that alone must not keep the process alive.
    for (const worker of this.#workers) worker.unref();
  }

  #grow(bytes: number): void {
    const oldBytes = this.#memory.buffer.byteLength;
    const wanted = Math.ceil(bytes / WASM_PAGE) + 1;
    // In large steps, so that many small tensors do not grow the memory one by one.
    const room = MAX_PAGES - oldBytes / WASM_PAGE;
    const pages = Math.min(room, Math.max(wanted, INITIAL_PAGES));
    if (pages < wanted - 1) throw this.#outOfMemory(bytes);
    try {
      this.#memory.grow(pages);
    } catch (error) {
      throw this.#outOfMemory(bytes, error);
    }
    this.#list.add(oldBytes, this.#memory.buffer.byteLength);
  }

  #outOfMemory(bytes: number, cause?: unknown): BackendUnavailableError {
    const unused = MAX_PAGES * WASM_PAGE - this.#memory.buffer.byteLength;
    const available = Math.max(this.#list.largest, unused);
    const reason = `needed ${bytes} bytes but ${available} of the 4 GiB of one WebAssembly memory are available. Use a smaller model or KV budget, or install a C compiler for the native tier.`;
    return new BackendUnavailableError({ backend: "cpu-wasm", reason, cause });
  }
}

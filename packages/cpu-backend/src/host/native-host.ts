import { totalmem } from "node:os";
import { BackendUnavailableError } from "@kvasir/kv-core";
import type { KernelHost } from "./kernel-host.ts";
import type { NativeFunctions } from "./native-library.ts";
import { SCRATCH_BYTES, TEAM_BYTES, writeTeam } from "./team.ts";

/** Bytes this process may use: what the machine has, or less where a container limits it. */
function memoryLimit(): number {
  const constrained = process.constrainedMemory() ?? 0;
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

/** Kernels compiled by the machine's C compiler, on their own threads and memory outside the JavaScript heap. */
export class NativeHost implements KernelHost {
  readonly tier = "native";
  readonly level: string;
  readonly threads: number;
  readonly #functions: NativeFunctions;
  /** Address and bytes of everything allocated. */
  readonly #blocks = new Map<number, number>();
  #allocated = 0;
  readonly #team: number;
  readonly #crew: number;

  constructor(functions: NativeFunctions, level: string, threads: number) {
    this.#functions = functions;
    this.level = level;
    this.threads = threads;
    this.#team = this.allocate(TEAM_BYTES);
    writeTeam(this.bytes(this.#team, TEAM_BYTES), threads, this.allocate(threads * SCRATCH_BYTES));
    this.#crew = functions.startThreads(this.#team);
    if (this.#crew === 0) {
      this.#freeAll();
      throw new BackendUnavailableError({ backend: "cpu-native", reason: `${threads} threads could not be started; ask for fewer.` });
    }
  }

  allocate(bytes: number): number {
    const size = Math.max(bytes, 1);
    // The operating system promises memory it does not have and kills the process later; so the limit is checked here.
    const available = memoryLimit() - this.#allocated;
    const address = size <= available ? this.#functions.allocate(size) : 0;
    if (address === 0) {
      const reason = `needed ${size} bytes but ${available} of this machine's memory are not in use by the backend. Use a smaller model or KV budget.`;
      throw new BackendUnavailableError({ backend: "cpu-native", reason });
    }
    this.#blocks.set(address, size);
    this.#allocated += size;
    return address;
  }

  free(address: number): void {
    const bytes = this.#blocks.get(address);
    if (bytes === undefined) return;
    this.#blocks.delete(address);
    this.#allocated -= bytes;
    this.#functions.free(address, bytes);
  }

  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.#functions.view(address, length));
  }

  run(address: number, count: number): void {
    this.#functions.run(this.#team, address, count);
  }

  dispose(): Promise<void> {
    this.#functions.stopThreads(this.#team, this.#crew);
    this.#freeAll();
    return Promise.resolve();
  }

  #freeAll(): void {
    for (const [address, bytes] of this.#blocks) this.#functions.free(address, bytes);
    this.#blocks.clear();
  }
}

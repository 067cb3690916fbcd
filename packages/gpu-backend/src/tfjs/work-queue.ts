import { KernelFailedError, KvError } from "@kvasir/kv-core";

interface Work {
  readonly kernel: string;
  readonly run: () => void;
}

/** Operators that were called and have not run. */
export class WorkQueue {
  readonly #settle: () => Promise<void>;
  #works: Work[] = [];

  /** @param settle waits for what the engine was given */
  constructor(settle: () => Promise<void>) {
    this.#settle = settle;
  }

  add(kernel: string, run: () => void): void {
    this.#works.push({ kernel, run });
  }

  /** Runs everything in order. @throws KernelFailedError where the engine fails; what came after it is dropped */
  async run(): Promise<void> {
    const works = this.#works;
    this.#works = [];
    for (const { kernel, run } of works) {
      try {
        run();
      } catch (cause) {
        if (KvError.isInstance(cause)) throw cause;
        const reason = `TensorFlow.js failed: ${cause instanceof Error ? cause.message : String(cause)}`;
        throw new KernelFailedError({ kernel, reason, cause });
      }
    }
    if (works.length > 0) await this.#settle();
  }
}

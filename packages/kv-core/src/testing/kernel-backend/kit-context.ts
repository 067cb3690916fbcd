import type { KernelBackend } from "../../backend/kernel-backend.ts";
import { createReferenceBackend } from "../../reference/reference-backend.ts";
import { difference, NO_DIFFERENCE } from "../compare.ts";
import { kitIt, type KitRunner, type KitSkip } from "../kit-runner.ts";
import { BackendBench } from "./backend-bench.ts";

/**
 * Operators that may have a tolerance of their own; `attention-bf16` is attention over bf16 pages, where a backend may round queries and
 * probabilities to bf16 too.
 */
export type ToleranceName = "default" | "embed" | "linear" | "rope" | "attention" | "attention-bf16" | "merge";

/** Largest error allowed, relative to the largest wanted element (at least 1). */
export type Tolerance = number | (Readonly<Partial<Record<ToleranceName, number>>> & { readonly default: number });

export interface KernelBackendKit extends KitRunner {
  /** Makes the backend under test; called once. */
  readonly create: () => Promise<KernelBackend>;
  readonly tolerance: Tolerance;
  readonly skip?: readonly KitSkip[];
}

/** The backend under test and the reference, as every test of the kit gets them. */
export interface Benches {
  readonly subject: BackendBench;
  readonly reference: BackendBench;
}

/** Shared by the groups of the kit: one backend, made when the first test runs. */
export class KitContext {
  readonly #kit: KernelBackendKit;
  #backend: Promise<KernelBackend> | undefined;

  constructor(kit: KernelBackendKit) {
    this.#kit = kit;
  }

  /** A test with clean benches. */
  it(group: string, name: string, body: (benches: Benches) => Promise<void>): void {
    kitIt(
      this.#kit,
      group,
      this.#kit.skip,
    )(name, async () => {
      const backend = await this.backend();
      const benches = { subject: new BackendBench(backend), reference: new BackendBench(createReferenceBackend({ precision: "f64" })) };
      try {
        await body(benches);
      } finally {
        await backend.submit();
        benches.subject.cleanUp();
      }
    });
  }

  backend(): Promise<KernelBackend> {
    this.#backend ??= this.#kit.create();
    return this.#backend;
  }

  tolerance(name: ToleranceName): number {
    const { tolerance } = this.#kit;
    return typeof tolerance === "number" ? tolerance : (tolerance[name] ?? tolerance.default);
  }

  /** Expects numbers within the tolerance. `what` names the case in the message. */
  expectClose(what: string, got: ArrayLike<number>, want: ArrayLike<number>, tolerance: ToleranceName | number): void {
    const allowed = typeof tolerance === "number" ? tolerance : this.tolerance(tolerance);
    this.expectNone(what, difference(got, want, allowed));
  }

  /** Expects that a comparison found nothing. */
  expectNone(what: string, found: string): void {
    this.#kit.expect(`${what}: ${found}`).toBe(`${what}: ${NO_DIFFERENCE}`);
  }

  expectTrue(what: string, condition: boolean): void {
    this.#kit.expect(`${what}: ${condition}`).toBe(`${what}: true`);
  }
}

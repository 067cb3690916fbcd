import type { PageId } from "../ids.ts";
import type { RecodePages } from "../plan/retention-plan.ts";
import { RecodeJob, type RecodeTarget } from "./recode-job.ts";

/**
 * The recodings of one sequence, one after the other. How much is done when depends on the sequence's own steps alone; only where the pool has
 * no pages is a recoding given up, with nothing changed, and its pages can be asked for again.
 */
export class RecodeQueue {
  readonly #target: RecodeTarget;
  readonly #waiting: RecodePages[] = [];
  #running: { readonly job: RecodeJob; steps: number } | undefined;

  constructor(target: RecodeTarget) {
    this.#target = target;
  }

  /** Dense pages that will be encoded. */
  get pages(): readonly PageId[] {
    return [...(this.#running?.job.action.pages ?? []), ...this.#waiting.flatMap(({ pages }) => pages)];
  }

  /**
   * Takes recodings on; those with `overSteps: 0` that nothing is before are done at once.
   * @param actions checked, see `SequenceCache.applyRetention`
   * @throws IncompatiblePolicyError where a format does not fit a page.
   */
  async add(actions: readonly RecodePages[]): Promise<void> {
    this.#waiting.push(...actions);
    await this.#runDue(0);
  }

  /** The sequence has done a step. @throws IncompatiblePolicyError where a format does not fit a page. */
  async step(): Promise<void> {
    await this.#runDue(1);
  }

  /** Does everything that has been taken on. @throws IncompatiblePolicyError where a format does not fit a page. */
  async finish(): Promise<void> {
    while (this.#start() !== undefined) await this.#runDue(Infinity);
  }

  /** Gives everything up: the sequence ended, was cancelled or preempted. Call it before the sequence's cache is released. */
  abort(): void {
    this.#running?.job.abort();
    this.#running = undefined;
    this.#waiting.length = 0;
  }

  /** Lets the current job do so many steps, and then what is due at once. */
  async #runDue(steps: number): Promise<void> {
    let left = steps;
    for (let running = this.#start(); running !== undefined; running = this.#start()) {
      const { job } = running;
      running.steps += left;
      const { overSteps } = job.action;
      const isDue = running.steps >= overSteps;
      if (!isDue && left === 0) return;
      left = 0;
      let isWhole: boolean;
      try {
        isWhole = await job.advance(isDue ? 1 : running.steps / overSteps);
      } catch (error) {
        this.#running = undefined;
        throw error;
      }
      if (isWhole && !isDue) return;
      if (isWhole) job.swap();
      this.#running = undefined;
    }
  }

  /** The job at work: the next one where none is. */
  #start(): { readonly job: RecodeJob; steps: number } | undefined {
    while (this.#running === undefined) {
      const action = this.#waiting.shift();
      if (action === undefined) return undefined;
      const job = new RecodeJob(action, this.#target);
      if (job.hasBasis) this.#running = { job, steps: 0 };
      // What it was to continue was given up.
      else job.abort();
    }
    return this.#running;
  }
}

import type { PageId } from "../ids.ts";
import type { RecodePages } from "../plan/retention-plan.ts";
import { RecodeJob, type RecodeTarget } from "./recode-job.ts";

/**
 * The recodings of one sequence, one after the other. After each of its steps (`noteStep`) some share of the work is due, and has to be done
 * (`work`) before the sequence's next step: what a step reads depends on the sequence's own steps alone, never on how long anything took. Only
 * where the pool has no pages is a recoding given up, with nothing changed, and its pages can be asked for again.
 */
export class RecodeQueue {
  readonly #target: RecodeTarget;
  readonly #waiting: RecodePages[] = [];
  #running: { readonly job: RecodeJob; steps: number } | undefined;
  #isHurried = false;
  /** Pages that were available and not enough: with no more, nothing is tried again. */
  #tooFewPages = -1;
  /** Recodings that were carried out. */
  completed = 0;
  /** Recodings that were given up because there were no pages. */
  givenUp = 0;

  constructor(target: RecodeTarget) {
    this.#target = target;
  }

  /** Dense pages that will be encoded. */
  get pages(): readonly PageId[] {
    return [...(this.#running?.job.action.pages ?? []), ...this.#waiting.flatMap(({ pages }) => pages)];
  }

  get isEmpty(): boolean {
    return this.#running === undefined;
  }

  /** Whether there is work to do before the sequence's next step. */
  get isBehind(): boolean {
    return this.#running !== undefined && (this.#isDue || this.#running.job.progress < this.#share);
  }

  /**
   * Takes recodings on. Where the last one found too few pages and there are no more now, nothing is taken on.
   * @param actions checked, see `SequenceCache.applyRetention`
   */
  add(actions: readonly RecodePages[]): void {
    if (this.#target.pool.available <= this.#tooFewPages) return;
    this.#tooFewPages = -1;
    this.#waiting.push(...actions);
    this.#start();
  }

  /** The sequence has done a step: a further share of the work is due. Call it before new recodings are added. */
  noteStep(): void {
    if (this.#running !== undefined) this.#running.steps++;
  }

  /** Makes everything due at once: the sequence has no further steps. */
  hurry(): void {
    this.#isHurried = true;
  }

  /**
   * Does what is due, or a part of it.
   * @param isTimeUp asked after every layer and KV head
   * @throws IncompatiblePolicyError where a format does not fit a page; nothing is left of that recoding then.
   */
  async work(isTimeUp: () => boolean = () => false): Promise<void> {
    while (this.#running !== undefined && this.isBehind) {
      const { job } = this.#running;
      let outcome: Awaited<ReturnType<RecodeJob["advance"]>>;
      try {
        outcome = await job.advance(this.#isDue ? 1 : this.#share, isTimeUp);
      } catch (error) {
        this.#running = undefined;
        throw error;
      }
      if (outcome === "paused" || (outcome === "reached" && !this.#isDue)) return;
      if (outcome === "reached") {
        job.swap();
        this.completed++;
      } else {
        this.#giveUp();
      }
      this.#running = undefined;
      this.#start();
    }
  }

  /** Gives everything up, and its pages back. Nothing of the sequence has changed. Never while `work` runs. */
  abort(): void {
    if (this.#running !== undefined) {
      this.#running.job.abort();
      this.#giveUp();
    }
    this.#running = undefined;
    this.#waiting.length = 0;
  }

  #giveUp(): void {
    this.givenUp++;
    this.#tooFewPages = this.#target.pool.available;
  }

  get #isDue(): boolean {
    return this.#running !== undefined && (this.#isHurried || this.#running.steps >= this.#running.job.action.overSteps);
  }

  /** Share of the current recoding that is due. */
  get #share(): number {
    return this.#running === undefined ? 0 : this.#running.steps / this.#running.job.action.overSteps;
  }

  /** Begins with the next one where none is at work. */
  #start(): void {
    while (this.#running === undefined) {
      const action = this.#waiting.shift();
      if (action === undefined) return;
      const job = new RecodeJob(action, this.#target);
      if (job.hasBasis) this.#running = { job, steps: 0 };
      // What it was to continue was given up.
      else job.abort();
    }
  }
}

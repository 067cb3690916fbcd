import {
  type BoundPolicy,
  type EncodedPiece,
  type PageId,
  type PolicyEnvironment,
  type ReadPlan,
  type RecodePages,
  type Segment,
  type SequenceId,
  type SequenceView,
  IncompatiblePolicyError,
  validateNarrowing,
  validateRetentionPlan,
} from "@kvasir/kv-core";
import { KIT_ENVIRONMENT, testKvPolicy } from "@kvasir/kv-core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mosaicPacked } from "../mosaic-packed.ts";
import { mosaicCompress } from "./mosaic-compress.ts";
import type { MosaicCompressOptions } from "./mosaic-compress-options.ts";

const pageSize = 16;
const environment: PolicyEnvironment = {
  ...KIT_ENVIRONMENT,
  backend: { ...KIT_ENVIRONMENT.backend, codecs: ["dense", "mosaic-packed"], encodedSelectors: ["mean-key", "max-key"] },
};
const id = 1 as SequenceId;

interface Job {
  readonly action: RecodePages;
  steps: number;
}

/** A sequence whose cache does what the policy asks, checked as the engine checks it. */
class SimulatedSequence {
  readonly promptLength: number;
  readonly actions: { readonly action: RecodePages; readonly length: number; readonly firstPosition: number }[] = [];
  readonly #policy: BoundPolicy;
  readonly #lossAt: (position: number) => number;
  #pages: PageId[] = [];
  #pieces: (EncodedPiece & { readonly firstPosition: number })[] = [];
  #jobs: Job[] = [];
  #nextPage = 0;
  length = 0;

  constructor(policy: BoundPolicy, promptLength: number, lossAt: (position: number) => number = () => 0.02) {
    this.#policy = policy;
    this.promptLength = promptLength;
    this.#lossAt = lossAt;
  }

  view(): SequenceView {
    const segments: Segment[] = [];
    const add = (fields: Pick<Segment, "pages" | "length" | "firstPosition"> & Partial<Segment>): void => {
      segments.push({ role: "private", skip: 0, shift: 0, readers: [id], ...fields });
    };
    for (let position = 0; position < this.length;) {
      const pieces: EncodedPiece[] = [];
      let end = position;
      for (const { firstPosition, ...piece } of this.#pieces) {
        if (firstPosition !== end) continue;
        pieces.push(piece);
        end += piece.tokens;
      }
      if (pieces.length > 0) {
        add({
          pages: pieces.map(({ page }) => page),
          length: end - position,
          firstPosition: position,
          encoding: { codec: "mosaic-packed", pieces },
        });
      } else {
        end = Math.min(this.length, ...this.#pieces.map(({ firstPosition }) => firstPosition).filter((first) => first > position));
        add({ pages: this.#pages.slice(position / pageSize, Math.ceil(end / pageSize)), length: end - position, firstPosition: position });
      }
      position = end;
    }
    const recoding = this.#jobs.flatMap(({ action }) => action.pages);
    return { id, tokens: [], length: this.length, promptLength: this.promptLength, contextLength: 0, segments, recoding, pageSize };
  }

  step(count: number): void {
    this.length += count;
    while (this.#pages.length * pageSize < this.length) this.#pages.push(this.#nextPage++ as PageId);
    for (const job of this.#jobs) if (--job.steps <= 0) this.#finish(job);
    const sequence = this.view();
    const phase = this.length <= this.promptLength ? "prefill" : "decode";
    const plan = this.#policy.retain?.({ phase, sequence, signals: {} }, { freePages: 9, cachedPages: 0, totalPages: 999 }) ?? {
      actions: [],
    };
    validateRetentionPlan(plan, {
      policy: "mosaic-compress",
      segments: sequence.segments,
      pageSize,
      codecs: ["mosaic-packed"],
      recoding: sequence.recoding,
    });
    for (const action of plan.actions) {
      if (action.type !== "recode-pages") throw new Error(`unexpected ${action.type}`);
      const firstPosition = this.#pages.indexOf(action.pages[0] as PageId) * pageSize;
      this.actions.push({ action, length: this.length, firstPosition });
      const job = { action, steps: action.overSteps };
      this.#jobs.push(job);
      if (action.overSteps === 0) this.#finish(job);
    }
  }

  /** Takes a prompt in chunks and then output tokens one by one. */
  run(output: number, chunk = 64): this {
    while (this.length < this.promptLength) this.step(Math.min(chunk, this.promptLength - this.length));
    for (let token = 0; token < output; token++) this.step(1);
    return this;
  }

  select(phase: "prefill" | "decode"): ReadPlan {
    const sequence = this.view();
    const base: ReadPlan = { layers: "all", kvHead: "all", segments: sequence.segments };
    const plan = this.#policy.select?.({ phase, sequence, signals: {} }, base) ?? base;
    const { model, backend } = environment;
    validateNarrowing(plan, base, {
      policy: "mosaic-compress",
      model,
      pageSize,
      codecs: backend.codecs,
      encodedSelectors: backend.encodedSelectors,
    });
    return plan;
  }

  #finish(job: Job): void {
    this.#jobs = this.#jobs.filter((other) => other !== job);
    const { pages } = job.action;
    const first = this.#pages.indexOf(pages[0] as PageId) * pageSize;
    // Their bytes lie in pages of their own.
    for (let done = 0; done < pages.length * pageSize;) {
      const tokens = Math.min(512, pages.length * pageSize - done);
      const page = (1_000_000 + this.#nextPage++) as PageId;
      this.#pieces.push({ page, offset: 0, tokens, pages: [page], loss: this.#lossAt(first + done), firstPosition: first + done });
      done += tokens;
    }
  }
}

const simulate = (options: MosaicCompressOptions, promptLength: number, lossAt?: (position: number) => number): SimulatedSequence =>
  new SimulatedSequence(mosaicCompress(options).bind(environment), promptLength, lossAt);
const denseTokens = (sequence: SimulatedSequence): number =>
  sequence.view().segments.reduce((sum, { encoding, length }) => (encoding === undefined ? sum + length : sum), 0);

const anyOptions: fc.Arbitrary<MosaicCompressOptions> = fc.record(
  {
    preset: fc.constantFrom("quantised" as const, "16-bit" as const, "paper" as const),
    sinkTokens: fc.nat({ max: 40 }),
    recentTokens: fc.nat({ max: 100 }),
    bufferTokens: fc.integer({ min: 1, max: 64 }),
    overSteps: fc.nat({ max: 20 }),
    segments: fc.record({ minTokens: fc.integer({ min: 16, max: 400 }), maxTokens: fc.integer({ min: 400, max: 900 }) }),
  },
  { requiredKeys: [] },
);

testKvPolicy({
  describe,
  it,
  expect,
  create: () => mosaicCompress({ segments: { minTokens: 48, maxTokens: 96 } }),
  codecs: [mosaicPacked()],
  // The oracle checks all it reads in every step.
  longLength: 200,
});

describe("retain", () => {
  it("asks for what the engine can do, never twice, and leaves sinks and recent tokens alone", () => {
    fc.assert(
      fc.property(
        anyOptions,
        fc.integer({ min: 1, max: 900 }),
        fc.integer({ min: 1, max: 200 }),
        fc.nat({ max: 300 }),
        (options, prompt, chunk, output) => {
          const sequence = simulate(options, prompt).run(output, chunk);
          const pages = sequence.actions.flatMap(({ action }) => action.pages);
          expect(new Set(pages).size).toBe(pages.length);
          const { sinkTokens = options.preset === "paper" ? 0 : 16, recentTokens = options.preset === "paper" ? 0 : 32 } = options;
          for (const { action, length, firstPosition } of sequence.actions) {
            expect(firstPosition).toBeGreaterThanOrEqual(sinkTokens);
            expect(firstPosition + action.pages.length * pageSize).toBeLessThanOrEqual(length - recentTokens);
            expect(length).toBeGreaterThanOrEqual(prompt);
            expect(mosaicPacked().maxBytes({ tokens: 512, headDim: 32 }, action.to.settings)).toBeGreaterThan(0);
          }
          expect(sequence.select("decode").segments.length).toBe(sequence.view().segments.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("packs a prompt at once when it ends, in one segment", () => {
    const sequence = simulate({}, 1000).run(0);
    expect(
      sequence.actions.map(({ action: { basis, overSteps, pages }, firstPosition }) => [basis, overSteps, firstPosition, pages.length]),
    ).toEqual([
      // Page 0 holds the sinks; page 60 would reach into the last 32 tokens.
      ["fit", 0, 16, 59],
    ]);
    expect(simulate({}, 1001).run(0, 1000).actions).toHaveLength(1);
  });

  it("goes on with 32 output tokens at a time, spread over steps, so that little stays dense", () => {
    const sequence = simulate({ overSteps: 7 }, 1000).run(400);
    const [, ...later] = sequence.actions;
    expect(later.length).toBeGreaterThan(10);
    expect(new Set(later.map(({ action }) => [action.basis, action.overSteps, action.pages.length].join()))).toEqual(
      new Set(["continue,7,2"]),
    );
    // Sinks, recent tokens, the buffer and the page that grows, and what waits for its steps.
    expect(denseTokens(sequence)).toBeLessThanOrEqual(16 + 32 + 32 + 16 + 16);
  });

  it("reproduces the paper: no sinks, nothing exact but the update buffer", () => {
    const sequence = simulate({ preset: "paper", overSteps: 0 }, 1024).run(300);
    expect(sequence.actions[0]).toMatchObject({ firstPosition: 0 });
    for (const { action } of sequence.actions.slice(1)) expect(action.pages).toHaveLength(2);
    expect(denseTokens(sequence)).toBeLessThan(32);
  });

  it("does not pack what is hardly worth its rotations", () => {
    const sequence = simulate({}, 300).run(200);
    expect(sequence.actions).toEqual([]);
    sequence.run(200);
    expect(sequence.actions[0]).toMatchObject({ firstPosition: 16, action: { basis: "fit", overSteps: 16 } });
  });

  it("opens a segment when the last one is long, once there is enough to fit it to", () => {
    const sequence = simulate({ segments: { minTokens: 128, maxTokens: 1024 } }, 1000).run(600);
    const fits = sequence.actions.filter(({ action }) => action.basis === "fit");
    expect(fits.map(({ action, firstPosition }) => [firstPosition, action.pages.length])).toEqual([
      [16, 59],
      [1056, 8],
    ]);
  });

  it("opens a segment when its packing loses more than at first, and not for a single piece", () => {
    const segments = { minTokens: 128, maxTokens: 100_000, maxLossRise: 0.05 };
    const changed = simulate({ segments }, 1000, (position) => (position < 1200 ? 0.02 : 0.1)).run(1000);
    const fits = changed.actions.filter(({ action }) => action.basis === "fit").map(({ firstPosition }) => firstPosition);
    expect(fits).toHaveLength(2);
    // The mean over 128 tokens has to rise by 0.05.
    expect(fits[1]).toBeGreaterThan(1200 + 64);
    expect(fits[1]).toBeLessThan(1200 + 256);
    const once = simulate({ segments }, 1000, (position) => (position === 1200 ? 0.1 : 0.02)).run(1000);
    expect(once.actions.filter(({ action }) => action.basis === "fit")).toHaveLength(1);
  });

  it("forgets a sequence", () => {
    const bound = mosaicCompress({ segments: { minTokens: 64, maxTokens: 600 } }).bind(environment);
    const first = new SimulatedSequence(bound, 700).run(500);
    bound.release?.(id);
    const again = new SimulatedSequence(bound, 700).run(500);
    expect(again.actions).toEqual(first.actions);
  });
});

describe("select", () => {
  const selectors = (sequence: SimulatedSequence, phase: "prefill" | "decode") =>
    sequence.select(phase).segments.map(({ selector }) => selector && [selector.by, selector.blockTokens, selector.keep]);

  it("chooses among packed tokens in decode steps, and in prompts where asked to", () => {
    const sequence = simulate({}, 5000).run(0);
    const packed = 16 * (Math.floor((5000 - 32) / 16) - 1);
    const chosen = [undefined, ["max-key", 1, { tokens: Math.floor(packed / 8) }], undefined];
    expect(selectors(sequence, "decode")).toEqual(chosen);
    expect(selectors(sequence, "prefill")).toEqual([undefined, undefined, undefined]);
    const both = simulate({ read: { keep: { ratio: 0.5 }, duringPrefill: true } }, 1000).run(0);
    expect(selectors(both, "prefill")).toEqual([undefined, ["max-key", 8, { tokens: 472 }], undefined]);
  });

  it("reads all of it where asked to, or where that is the least", () => {
    expect(mosaicCompress({ read: "all" }).bind(environment).select).toBe(undefined);
    const sequence = simulate({ read: { keep: { ratio: 0.1 }, leastTokens: 950 } }, 1000).run(0);
    expect(selectors(sequence, "decode")).toEqual([undefined, undefined, undefined]);
  });
});

describe("mosaicCompress", () => {
  it("says what it is", () => {
    expect(mosaicCompress({}).capabilities).toMatchObject({
      fidelity: "approximate",
      reclaims: "pages",
      codecs: ["mosaic-packed"],
      encodedSelectors: ["max-key"],
    });
    expect(mosaicCompress({ preset: "paper" }).capabilities.encodedSelectors).toEqual(["mean-key"]);
    expect(mosaicCompress({ read: "all" }).capabilities.encodedSelectors).toEqual([]);
  });

  it("refuses pages that blocks do not fit, and layers of different heads", () => {
    expect(() => mosaicCompress({ read: { keep: { ratio: 0.1 }, blockTokens: 32 } }).bind(environment)).toThrow(IncompatiblePolicyError);
    const [layer] = environment.model.layers;
    const layers = [layer, { ...layer, headDim: 64 }] as PolicyEnvironment["model"]["layers"];
    expect(() => mosaicCompress({}).bind({ ...environment, model: { ...environment.model, layers } })).toThrow(/32 and 64 channels/);
  });

  it.each([
    [{ preset: "best" }, /preset.*"best".*quantised, 16-bit, paper/],
    [{ sinkTokens: -1 }, /sinkTokens.*is -1/],
    [{ recentTokens: 0.5 }, /recentTokens.*is 0\.5/],
    [{ bufferTokens: 0 }, /bufferTokens.*is 0/],
    [{ overSteps: -1 }, /overSteps.*is -1/],
    [{ segments: { minTokens: 0 } }, /segments\.minTokens.*is 0/],
    [{ segments: { minTokens: 64, maxTokens: 63 } }, /segments\.maxTokens.*is 63/],
    [{ segments: { maxLossRise: -1 } }, /segments\.maxLossRise.*is -1/],
    [{ read: {} }, /read\.keep.*{ ratio }/],
    [{ read: { keep: { bytes: 5 } } }, /read\.keep/],
    [{ read: { keep: { ratio: 2 } } }, /read\.keep\.ratio.*is 2/],
    [{ read: { keep: { ratio: 0.1 }, by: "luck" } }, /read\.by.*"luck"/],
    [{ read: { keep: { ratio: 0.1 }, blockTokens: 3 } }, /read\.blockTokens.*is 3/],
    [{ read: { keep: { ratio: 0.1 }, leastTokens: -3 } }, /read\.leastTokens.*is -3/],
    [{ preset: "paper", read: { keep: { ratio: 0.1 }, by: "mean-key", blockTokens: 4 } }, /read\.blockTokens.*is 4/],
  ])("refuses %j", (options, message) => {
    expect(() => mosaicCompress(options as MosaicCompressOptions)).toThrow(message);
  });
});

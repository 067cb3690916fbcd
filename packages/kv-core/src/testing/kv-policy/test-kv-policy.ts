import type { KvCodec } from "../../codec/kv-codec.ts";
import type { CalibrationBench } from "../../policy/calibration.ts";
import type { KvPolicy, PolicyEnvironment } from "../../policy/kv-policy.ts";
import { createReferenceBackend } from "../../reference/reference-backend.ts";
import { SPEC_VERSION } from "../../registry/spec-version.ts";
import { NO_DIFFERENCE } from "../compare.ts";
import { modelShape } from "../kernel-backend/model-shapes.ts";
import { kitIt, type KitRunner, type KitSkip } from "../kit-runner.ts";
import { PolicyBench, type BenchSequence, type SignalSource } from "./policy-bench.ts";

export interface KvPolicyTests extends KitRunner {
  /** Makes the policy under test, always with the same options. */
  readonly create: () => KvPolicy;
  /** Model, backend and page format to bind to; two small layers, one with a sliding window, where absent. */
  readonly environment?: PolicyEnvironment;
  /** Codecs that the policy recodes pages in; their kinds of selectors are in the default environment. */
  readonly codecs?: readonly KvCodec[];
  /** Signals for policies that read some; what they are computed from is up to the caller. */
  readonly signals?: SignalSource;
  /** Tokens after which the policy has had reason to act; 400 where absent. */
  readonly longLength?: number;
  /** Largest error an exact policy may have, relative to the largest output (at least 1). @defaultValue 1e-5 */
  readonly tolerance?: number;
  readonly skip?: readonly KitSkip[];
}

const pageSize = 16;

/** What the kit binds policies to by default. */
export const KIT_ENVIRONMENT: PolicyEnvironment = {
  model: modelShape(4, [
    { kvHeads: 2, headDim: 32 },
    { kvHeads: 1, headDim: 32, slidingWindow: 100 },
  ]),
  backend: createReferenceBackend().capabilities,
  kvDtype: "f32",
  pageSize,
};

/**
 * Registers tests of what a policy declares and promises: plans are valid and narrow, `exact` is exact, `reclaims` tells what the pool
 * really gets back (encoded pages are really written and attended), sharing changes nothing, sequences are forgotten on release, decisions are repeatable.
 *
 * @example
 * testKvPolicy({ describe, it, expect, create: () => slidingSinks({ sinkTokens: 4, recentTokens: 64 }) });
 */
export function testKvPolicy(tests: KvPolicyTests): void {
  tests.describe(`KV policy conformance: ${tests.create().name}`, () => registerTests(tests));
}

function registerTests(tests: KvPolicyTests): void {
  const { expect, create, longLength = 400 } = tests;
  const { codecs = [] } = tests;
  const environment = tests.environment ?? { ...KIT_ENVIRONMENT, backend: createReferenceBackend({ codecs }).capabilities };
  const { capabilities } = create();
  const it = kitIt(tests, "policy", tests.skip);
  const tolerance = capabilities.fidelity === "exact" ? (tests.tolerance ?? 1e-5) : undefined;
  const newBench = (fields: { readonly isPoolFull?: boolean } = {}): PolicyBench =>
    new PolicyBench({ policy: create(), environment, signals: tests.signals ?? (() => ({})), pageCount: 400, codecs, ...fields });

  /** Expects that an exact policy's outputs are those without it. */
  const checkOutputs = (what: string, found: string): void => {
    expect(`${what}: ${found}`).toBe(`${what}: ${NO_DIFFERENCE}`);
  };
  /** Takes a sequence through chunks of prefill and single decode steps. */
  const grow = async (bench: PolicyBench, sequence: BenchSequence, length: number, chunk = 64): Promise<void> => {
    const { cache, promptLength } = sequence;
    while (cache.length < length) {
      const count = cache.length < promptLength ? Math.min(chunk, promptLength - cache.length) : 1;
      checkOutputs(`sequence ${cache.id} at ${cache.length}`, await bench.step([{ sequence, count }], tolerance));
    }
  };

  it("speaks this version of the contract", () => {
    expect(create().specVersion).toBe(SPEC_VERSION);
    expect(create().name.length > 0).toBe(true);
  });

  it("makes valid plans at lengths around the page size", async () => {
    for (const promptLength of [1, 2, pageSize - 1, pageSize, pageSize + 1, 3 * pageSize]) {
      const bench = newBench();
      const sequence = await bench.start(1, { promptLength });
      await grow(bench, sequence, promptLength + 3);
      bench.release(sequence);
      bench.dispose();
    }
  });

  it("makes valid plans for long prompts and long outputs", async () => {
    for (const [promptLength, chunk] of [
      [longLength, 64],
      [10, 64],
      [longLength, 7],
    ] as const) {
      const bench = newBench();
      const sequence = await bench.start(2, { promptLength });
      await grow(bench, sequence, longLength + 20, chunk);
      bench.release(sequence);
      bench.dispose();
    }
  });

  it("makes valid plans when the pool is full", async () => {
    const bench = newBench({ isPoolFull: true });
    const sequence = await bench.start(3, { promptLength: 100 });
    await grow(bench, sequence, 140);
    bench.release(sequence);
    expect(bench.pool.counts().referenced).toBe(0);
    bench.dispose();
  });

  it("serves ragged batches", async () => {
    const bench = newBench();
    const lengths = [3, 70, 16, 150];
    const sequences: BenchSequence[] = [];
    for (const [index, promptLength] of lengths.entries()) sequences.push(await bench.start(10 + index, { promptLength }));
    for (let step = 0; step < 12; step++) {
      const work = sequences.map((sequence, index) => {
        const rest = (lengths[index] as number) - sequence.cache.length;
        return { sequence, count: rest > 0 ? Math.min(rest, 20 + step) : 1 };
      });
      checkOutputs(`step ${step}`, await bench.step(work, tolerance));
    }
    for (const sequence of sequences) bench.release(sequence);
    expect(bench.pool.counts().referenced).toBe(0);
    bench.dispose();
  });

  it("places contexts that were computed on their own", async () => {
    if (!environment.backend.hasShiftedSegments || !environment.model.hasFixedFrequencies) return;
    const bench = newBench();
    const contexts = [await bench.context(1, 50), await bench.context(2, 2 * pageSize), await bench.context(3, 5)];
    const before = bench.pool.counts();
    const sequence = await bench.start(4, { contexts, promptLength: 50 + 2 * pageSize + 5 + 9 });
    await grow(bench, sequence, sequence.promptLength + 5);
    bench.release(sequence);
    expect(bench.pool.counts()).toEqual(before);
    bench.pool.checkIntegrity();
    for (const { cache } of contexts) cache.release();
    bench.dispose();
  });

  it("answers for every run that several sequences read, and changes nothing by sharing", async () => {
    if (!environment.backend.hasShiftedSegments || !environment.model.hasFixedFrequencies) return;
    const bench = newBench();
    const handbook = await bench.context(1, 4 * pageSize + 5);
    const department = await bench.context(2, 2 * pageSize);
    const sequences: BenchSequence[] = [];
    for (const [index, contexts] of [[handbook], [handbook, department], [handbook, department], [department], []].entries()) {
      const length = contexts.reduce((sum, context) => sum + context.length, 0);
      sequences.push(await bench.start(20 + index, { contexts, promptLength: length + 3 * index + 1 }));
    }
    for (let step = 0; step < 4; step++) {
      // Ends and begins in the middle: who shares changes from step to step.
      const present = sequences.filter((_, index) => index !== step);
      const work = present.map((sequence) => ({
        sequence,
        count: Math.max(1, Math.min(5, sequence.promptLength - sequence.cache.length)),
      }));
      checkOutputs(`step ${step}`, await bench.step(work, tolerance));
    }
    const isAsked = bench.plans.some((plan) => plan.startsWith("share"));
    expect(isAsked).toBe(create().bind(environment).share !== undefined);
    for (const sequence of sequences) bench.release(sequence);
    bench.dispose();
  });

  it("calibrates to plain data, and takes nothing that was saved on trust", async () => {
    const machine: CalibrationBench = {
      maxTokens: 4096,
      measureAttention: async ({ readers, tokens, isShared }) => 1e-8 * (isShared ? readers + tokens : readers * tokens),
    };
    const saved: unknown[] = [undefined, null, 0, "", [], [null], {}, { version: 1 }, { version: 1, rows: [null] }];
    for (let index = 0; index < saved.length; index++) {
      const bound = create().bind(environment);
      const found: unknown = await bound.calibrate?.(machine, saved[index]);
      expect(found === undefined ? undefined : (JSON.parse(JSON.stringify(found)) as unknown)).toEqual(found);
      // What it returned comes back at the next start.
      if (index === 0 && found !== undefined) saved.push(found);
      bound.dispose();
    }
  });

  it("gives back what it says it gives back", async () => {
    const bench = newBench();
    const sequence = await bench.start(5, { promptLength: longLength });
    await grow(bench, sequence, longLength + pageSize + 1);
    const densePages = Math.ceil(sequence.cache.length / pageSize);
    const heldPages = bench.pool.counts().referenced;
    bench.release(sequence);
    const retains = create().bind(environment).retain !== undefined;
    const claims = { pages: "fewer pages than dense", "bytes-in-page": "as many pages as dense", none: "as many pages as dense" }[
      capabilities.reclaims
    ];
    // A policy that only places gives nothing back while decoding; its saving is counted where contexts are placed.
    if (retains || capabilities.reclaims !== "pages")
      expect(heldPages < densePages ? "fewer pages than dense" : "as many pages as dense").toBe(claims);
    bench.dispose();
  });

  it("leaves the pool as it was when sequences end, and resumes preempted ones", async () => {
    const bench = newBench();
    const before = bench.pool.counts();
    const first = await bench.start(6, { promptLength: 90 });
    await grow(bench, first, 120);
    bench.release(first);
    expect(bench.pool.counts()).toEqual(before);
    const resumed = await bench.start(6, { promptLength: 120 });
    await grow(bench, resumed, 140);
    bench.release(resumed);
    expect(bench.pool.counts()).toEqual(before);
    bench.pool.checkIntegrity();
    bench.dispose();
  });

  it("decides the same again, also for an id that was released before", async () => {
    const run = async (bench: PolicyBench): Promise<string[]> => {
      const start = bench.plans.length;
      const sequence = await bench.start(7, { promptLength: 100 });
      await grow(bench, sequence, 130);
      bench.release(sequence);
      // Pages differ from run to run; what is done to them must not.
      return renumberPages(bench.plans.slice(start));
    };
    const [a, b] = [newBench(), newBench()];
    const first = await run(a);
    expect(await run(b)).toEqual(first);
    expect(await run(a)).toEqual(first);
    a.dispose();
    b.dispose();
  });

  it("makes plans that are plain data", async () => {
    const bench = newBench();
    const sequence = await bench.start(8, { promptLength: 100 });
    await grow(bench, sequence, 110);
    for (const plan of bench.plans) expect(/:(null|undefined)/.test(plan)).toBe(false);
    bench.release(sequence);
    bench.dispose();
  });
}

/** Replaces page ids by the order in which they first occur. */
function renumberPages(plans: readonly string[]): string[] {
  const order = new Map<string, number>();
  const renumber = (page: string): string => {
    if (!order.has(page)) order.set(page, order.size);
    return String(order.get(page));
  };
  return plans.map((plan) =>
    plan
      .replace(/"pages":\[([\d,]*)\]/g, (_, list: string) => `"pages":[${list.split(",").map(renumber).join()}]`)
      .replace(/"page":(\d+)/g, (_, page: string) => `"page":${renumber(page)}`),
  );
}

import type { KvStore } from "../../backend/kv-store.ts";
import { InvariantError } from "../../errors/invariant-error.ts";
import type { Selector } from "../../plan/selector.ts";
import { pagedAttention } from "../../reference/paged-attention.ts";
import { ReferenceKvStore } from "../../reference/reference-kv-store.ts";
import {
  attentionCall,
  attentionTolerance,
  buildScenario,
  fillStore,
  mirrorStore,
  runAttention,
  type AttentionResult,
  type AttentionScenario,
  type AttentionSketch,
} from "./attention-scenario.ts";
import type { BackendBench } from "./backend-bench.ts";
import type { Benches, KitContext } from "./kit-context.ts";

/** Seeds tried for data in which no choice is so close that rounding could turn it. */
const SEEDS = 60;

export function topBlocksBy(by: string, fields: Partial<Selector> = {}): Selector {
  return {
    kind: "top-blocks",
    by,
    keep: { ratio: 0.4 },
    blockTokens: 16,
    always: { sinkTokens: 4, recentTokens: 8 },
    per: "kv-head",
    ...fields,
  };
}

/** The last `rows` of `length` tokens of one sequence, which choose among blocks of all of them. */
export function choosing(selector: Selector, rows: number, length: number, fields: Partial<AttentionSketch> = {}): AttentionSketch {
  return {
    queryHeads: 6,
    layers: [{ kvHeads: 2, headDim: 64 }],
    sequences: [{ rows, firstPosition: length - rows }],
    segments: [{ readers: [0], length, selector }],
    ...fields,
  };
}

/** What the reference makes of a scenario, and how clear the closest of its choices was. */
export async function choose(
  bench: BackendBench,
  scenario: AttentionScenario,
  store: KvStore,
): Promise<AttentionResult & { margin: number }> {
  if (!(store instanceof ReferenceKvStore)) throw new InvariantError({ invariant: "the kit compares with the reference backend" });
  const call = attentionCall(bench, scenario, store);
  const margin = pagedAttention(call, store);
  return { out: (await bench.download(call.out)) as Float32Array, lse: (await bench.download(call.lse)) as Float32Array, margin };
}

/** Whether rounding cannot turn a choice: two backends sum in different orders. */
export function isClear(context: KitContext, margin: number): boolean {
  return margin >= Math.min(1e-3, 10 * context.tolerance("attention"));
}

/** Runs a sketch on both backends, with the first data that leaves no choice close. */
export async function compareChoices(
  context: KitContext,
  { subject, reference }: Benches,
  what: string,
  sketch: AttentionSketch,
): Promise<void> {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const scenario = buildScenario({ ...sketch, seed });
    const store = fillStore(subject, scenario);
    const want = await choose(reference, scenario, await mirrorStore(reference, store));
    if (isClear(context, want.margin)) {
      await expectSame(context, subject, what, scenario, store, want);
      return subject.cleanUp();
    }
    subject.cleanUp();
  }
  context.expectTrue(`${what}: one of ${SEEDS} seeds gives data without close choices`, false);
}

/** Runs a scenario on the backend under test. */
export async function expectSame(
  context: KitContext,
  subject: BackendBench,
  what: string,
  scenario: AttentionScenario,
  store: KvStore,
  want: AttentionResult,
): Promise<void> {
  const got = await runAttention(subject, scenario, store);
  const tolerance = attentionTolerance(scenario.sketch);
  context.expectClose(`output, ${what}`, got.out, want.out, tolerance);
  context.expectClose(`lse, ${what}`, got.lse, want.lse, tolerance);
}

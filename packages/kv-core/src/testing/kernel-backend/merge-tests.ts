import type { AttentionState } from "../../backend/kernel-backend.ts";
import { SeededRandom } from "../seeded-random.ts";
import { buildScenario, fillStore, runAttention, type AttentionResult } from "./attention-scenario.ts";
import type { BackendBench } from "./backend-bench.ts";
import type { KitContext } from "./kit-context.ts";

interface StateShape {
  readonly rows: number;
  readonly queryHeads: number;
  readonly headDim: number;
}

async function merge(bench: BackendBench, shape: StateShape, a: AttentionResult, b: AttentionResult): Promise<AttentionResult> {
  const upload = (state: AttentionResult): AttentionState => ({ out: bench.upload(state.out), lse: bench.upload(state.lse) });
  const target = upload(a);
  bench.backend.mergeStates({ a: target, b: upload(b), ...shape });
  return { out: (await bench.download(target.out)) as Float32Array, lse: (await bench.download(target.lse)) as Float32Array };
}

function randomState(random: SeededRandom, { rows, queryHeads, headDim }: StateShape, spread: number): AttentionResult {
  return { out: random.normals(rows * queryHeads * headDim), lse: random.normals(rows * queryHeads, spread) };
}

const SHAPES: readonly StateShape[] = [
  { rows: 1, queryHeads: 1, headDim: 32 },
  { rows: 3, queryHeads: 7, headDim: 80 },
  { rows: 70, queryHeads: 2, headDim: 64 },
];

export function testMerge(context: KitContext): void {
  context.it("mergeStates", "equals the reference, also for scores far apart", async ({ subject, reference }) => {
    for (const shape of SHAPES) {
      for (const spread of [1, 100]) {
        const random = new SeededRandom(shape.rows + spread);
        const [a, b] = [randomState(random, shape, spread), randomState(random, shape, spread)];
        const got = await merge(subject, shape, a, b);
        const want = await merge(reference, shape, a, b);
        context.expectClose(`output, ${JSON.stringify(shape)}, spread ${spread}`, got.out, want.out, "merge");
        context.expectClose(`lse, ${JSON.stringify(shape)}, spread ${spread}`, got.lse, want.lse, "merge");
      }
    }
  });

  context.it("mergeStates", "is commutative and associative", async ({ subject }) => {
    for (const shape of SHAPES) {
      const random = new SeededRandom(shape.rows);
      const [a, b, c] = [0, 1, 2].map(() => randomState(random, shape, 2)) as [AttentionResult, AttentionResult, AttentionResult];
      const [ab, ba] = [await merge(subject, shape, a, b), await merge(subject, shape, b, a)];
      context.expectClose("a + b and b + a", ab.out, ba.out, "merge");
      context.expectClose("lse of a + b and b + a", ab.lse, ba.lse, "merge");
      const left = await merge(subject, shape, ab, c);
      const right = await merge(subject, shape, a, await merge(subject, shape, b, c));
      context.expectClose("(a + b) + c and a + (b + c)", left.out, right.out, "merge");
      context.expectClose("lse of (a + b) + c and a + (b + c)", left.lse, right.lse, "merge");
    }
  });

  context.it("mergeStates", "leaves a state as it is where the other attended nothing", async ({ subject }) => {
    for (const shape of SHAPES) {
      const a = randomState(new SeededRandom(shape.rows), shape, 2);
      const nothing = { out: new Float32Array(a.out.length), lse: new Float32Array(a.lse.length).fill(-Infinity) };
      for (const [name, merged] of [
        ["a + nothing", await merge(subject, shape, a, nothing)],
        ["nothing + a", await merge(subject, shape, nothing, a)],
      ] as const) {
        context.expectClose(name, merged.out, a.out, "merge");
        context.expectClose(`lse of ${name}`, merged.lse, a.lse, "merge");
      }
      const none = await merge(subject, shape, nothing, nothing);
      context.expectClose("nothing + nothing", none.out, nothing.out, "merge");
      context.expectClose("lse of nothing + nothing", none.lse, nothing.lse, "merge");
    }
  });

  context.it("mergeStates", "attention split at any point and merged equals attention over the whole", async ({ subject }) => {
    const scenario = buildScenario({
      queryHeads: 6,
      layers: [{ kvHeads: 2, headDim: 64 }],
      sequences: [{ rows: 3, firstPosition: 60 }],
      segments: [{ readers: [0], length: 63 }],
    });
    const store = fillStore(subject, scenario);
    const whole = await runAttention(subject, scenario, store);
    const [read] = scenario.plan.reads;
    const [segment] = read?.segments ?? [];
    if (read === undefined || segment === undefined) return;
    for (const point of [1, 15, 16, 17, 40, 61, 62]) {
      const firstPage = Math.floor(point / scenario.pageSize);
      const halves = [
        { ...segment, pages: segment.pages.slice(0, Math.ceil(point / scenario.pageSize)), length: point },
        { ...segment, pages: segment.pages.slice(firstPage), skip: point % scenario.pageSize, length: 63 - point, firstPosition: point },
      ];
      const parts: AttentionResult[] = [];
      for (const half of halves) {
        parts.push(await runAttention(subject, scenario, store, { plan: { ...scenario.plan, reads: [{ ...read, segments: [half] }] } }));
      }
      const [a, b] = parts as [AttentionResult, AttentionResult];
      const merged = await merge(subject, { rows: 3, queryHeads: 6, headDim: 64 }, a, b);
      context.expectClose(`split at ${point}`, merged.out, whole.out, "merge");
      context.expectClose(`lse, split at ${point}`, merged.lse, whole.lse, "merge");
    }
  });
}

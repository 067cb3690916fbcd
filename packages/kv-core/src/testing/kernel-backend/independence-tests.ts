import type { BackendCapabilities } from "../../backend/kernel-backend.ts";
import type { Tensor } from "../../backend/tensor.ts";
import type { SequenceRows, StepPlan } from "../../plan/read-plan.ts";
import type { Segment } from "../../plan/segment.ts";
import type { Selector } from "../../plan/selector.ts";
import { bitDifference } from "../compare.ts";
import { SeededRandom } from "../seeded-random.ts";
import { attentionCall, buildScenario, fillStore, runAttention, type AttentionSketch } from "./attention-scenario.ts";
import type { BackendBench } from "./backend-bench.ts";
import type { KitContext } from "./kit-context.ts";
import { MATRIX_FORMS, randomMatrix } from "./matrix-sources.ts";
import { ROW_COUNTS } from "./row-operators.ts";

const GROUP = "row independence";

/** An operator that maps rows of `columns` to rows of `outputs`. */
interface RowOperator {
  readonly columns: number;
  readonly outputs: number;
  run(bench: BackendBench, x: Tensor, rows: number, out: Tensor): void;
}

/**
 * A row's result must not depend on the rows beside it, to the bit: then a request's tokens are the same whoever else is being served,
 * and with sharing and without.
 */
export function testIndependence(context: KitContext, capabilities: BackendCapabilities): void {
  for (const form of MATRIX_FORMS) {
    testOperator(context, `linear, ${form}`, ({ backend, ...bench }, random) => ({
      columns: 160,
      outputs: 65,
      run: (
        (matrix) => (_, x, rows, out) =>
          backend.linear({ x, matrix, rows, out })
      )(bench.matrix(randomMatrix(random, form, 65, 160))),
    }));
  }
  testOperator(context, "rmsNorm", ({ backend, upload }, random) => ({
    columns: 100,
    outputs: 100,
    run: (
      (weight) => (_, x, rows, out) =>
        backend.rmsNorm({ x, weight, rows, columns: 100, epsilon: 1e-5, out })
    )(upload(random.normals(100))),
  }));
  for (const kind of ["silu", "gelu-tanh"] as const) {
    testOperator(context, kind, ({ backend }) => ({
      columns: 198,
      outputs: 99,
      run: (_, x, rows, out) => backend.gatedActivation({ x, rows, columns: 99, kind, out }),
    }));
  }
  testAttentionRows(context, capabilities);
  testSeveralPlans(context);
}

/** What an operator needs of a bench. */
type Setup = (bench: Pick<BackendBench, "backend" | "matrix" | "upload">, random: SeededRandom) => RowOperator;

function testOperator(context: KitContext, name: string, setUp: Setup): void {
  context.it(GROUP, name, async ({ subject }) => {
    const random = new SeededRandom(3);
    const operator = setUp(
      { backend: subject.backend, matrix: (source) => subject.matrix(source), upload: (data) => subject.upload(data) },
      random,
    );
    const { columns, outputs } = operator;
    const most = Math.max(...ROW_COUNTS);
    const data = random.normals(most * columns);
    const x = subject.upload(data);
    const out = subject.blank(most * outputs);
    operator.run(subject, x, most, out);
    const all = await subject.download(out);
    for (const rows of ROW_COUNTS) {
      // The same rows from another place of the batch.
      const start = most - rows;
      subject.backend.writeTensor(x, data.subarray(start * columns));
      operator.run(subject, x, rows, out);
      const some = (await subject.download(out)).subarray(0, rows * outputs);
      context.expectNone(`last ${rows} of ${most} rows`, bitDifference(some, all.subarray(start * outputs)));
    }
  });
}

function testAttentionRows(context: KitContext, { kvDtypes, selectors }: BackendCapabilities): void {
  for (const dtype of kvDtypes) {
    context.it(GROUP, `attention of a prefill cut into steps, ${dtype}`, async ({ subject }) => {
      for (const layer of [
        { kvHeads: 2, headDim: 64 },
        { kvHeads: 1, headDim: 80, slidingWindow: 21 },
      ]) {
        for (const selector of [undefined, ...selectors.map((by) => halfTheBlocks(by))]) {
          await cutPrefill(context, subject, {
            queryHeads: 4,
            layers: [layer],
            dtype,
            sequences: [{ rows: 70, firstPosition: 20 }],
            segments: [{ readers: [0], length: 90, ...(selector === undefined ? {} : { selector }) }],
          });
        }
      }
    });
  }
  context.it(GROUP, "attention in batches of other sequences", async ({ subject }) => {
    const sequences = [1, 30, 4, 1, 17].map((rows, index) => ({ rows, firstPosition: 40 * (index % 3) }));
    const segments = sequences.map(({ rows, firstPosition }, index) => ({ readers: [index], length: rows + firstPosition }));
    await eachAlone(context, subject, { queryHeads: 6, layers: [{ kvHeads: 2, headDim: 64 }], sequences, segments });
  });
  context.it(GROUP, "attention over segments that others read too", async ({ subject }) => {
    for (const count of [2, 5, 17]) {
      const sequences = Array.from({ length: count }, (_, index) => ({ rows: 1 + (index % 2), firstPosition: 80 }));
      const everyone = sequences.map((_, index) => index);
      const segments = [
        { readers: everyone, length: 77 },
        ...everyone.map((index) => ({ readers: [index], length: 5, firstPosition: 77 })),
      ];
      await eachAlone(context, subject, { queryHeads: 6, layers: [{ kvHeads: 2, headDim: 64 }], sequences, segments });
    }
  });
  for (const by of selectors) {
    context.it(GROUP, `attention over blocks by ${by} of segments that others read too`, async ({ subject }) => {
      for (const dtype of kvDtypes) {
        const sequences = Array.from({ length: 12 }, (_, index) => ({ rows: 1 + (index % 3), firstPosition: 640 }));
        const everyone = sequences.map((_, index) => index);
        const segments = [
          { readers: everyone, length: 600, selector: { ...halfTheBlocks(by), keep: { ratio: 0.3 } } },
          { readers: [1, 2, 5, 7, 8], length: 33, firstPosition: 600, selector: halfTheBlocks(by) },
          ...everyone.map((index) => ({ readers: [index], length: 10, firstPosition: 633 })),
        ];
        await eachAlone(context, subject, { queryHeads: 6, layers: [{ kvHeads: 2, headDim: 64 }], dtype, sequences, segments });
      }
    });
  }
  context.it(GROUP, "the same step gives the same bits again", async ({ subject }) => {
    const scenario = buildScenario({
      queryHeads: 8,
      layers: [{ kvHeads: 2, headDim: 128 }],
      sequences: [
        { rows: 33, firstPosition: 300 },
        { rows: 1, firstPosition: 900 },
      ],
      segments: [
        { readers: [0, 1], length: 300 },
        { readers: [0], length: 33, firstPosition: 300 },
        { readers: [1], length: 601, firstPosition: 300 },
      ],
    });
    const store = fillStore(subject, scenario);
    const first = await runAttention(subject, scenario, store);
    for (let run = 0; run < 5; run++) {
      const again = await runAttention(subject, scenario, store);
      context.expectNone(`output of run ${run}`, bitDifference(again.out, first.out));
      context.expectNone(`lse of run ${run}`, bitDifference(again.lse, first.lse));
    }
  });
}

/** One submission may hold several plans: what is enqueued keeps the plan it was enqueued with. */
function testSeveralPlans(context: KitContext): void {
  context.it(GROUP, "attention enqueued before the next plan", async ({ subject }) => {
    const sequences = [
      { rows: 40, firstPosition: 300 },
      { rows: 1, firstPosition: 900 },
    ];
    const segments = [
      { readers: [0], length: 340 },
      { readers: [1], length: 901 },
    ];
    const scenario = buildScenario({ queryHeads: 4, layers: [{ kvHeads: 2, headDim: 64 }], sequences, segments });
    const store = fillStore(subject, scenario);
    const [prompt, decoding] = scenario.plan.sequences as [SequenceRows, SequenceRows];
    const narrowed = { plan: { ...scenario.plan, sequences: [{ ...decoding, firstRow: 0 }] }, firstRow: prompt.rows, rows: 1 };
    const apart = [await runAttention(subject, scenario, store), await runAttention(subject, scenario, store, narrowed)];
    const outs = [{}, narrowed].map((run) => {
      const call = attentionCall(subject, scenario, store, run);
      subject.backend.attention(call);
      return call.out;
    });
    for (const [index, out] of outs.entries()) {
      context.expectNone(`plan ${index}`, bitDifference((await subject.download(out)) as Float32Array, apart[index]!.out));
    }
  });
}

function halfTheBlocks(by: string): Selector {
  return { kind: "top-blocks", by, keep: { ratio: 0.5 }, blockTokens: 16, always: { sinkTokens: 1, recentTokens: 8 }, per: "kv-head" };
}

/** Computes the rows of one sequence in steps of several sizes; each step knows only the tokens stored so far. */
async function cutPrefill(context: KitContext, bench: BackendBench, sketch: AttentionSketch): Promise<void> {
  const scenario = buildScenario(sketch);
  const store = fillStore(bench, scenario);
  const whole = await runAttention(bench, scenario, store);
  const [range] = scenario.plan.sequences as [SequenceRows];
  const [segment] = scenario.plan.reads.flatMap((read) => read.segments) as [Segment];
  const width = whole.out.length / scenario.rows;
  for (const size of [1, 7, 16, 64]) {
    for (let firstRow = 0; firstRow < range.rows; firstRow += size) {
      const rows = Math.min(size, range.rows - firstRow);
      const firstPosition = range.firstPosition + firstRow;
      const length = firstPosition + rows;
      const known = { ...segment, pages: segment.pages.slice(0, Math.ceil(length / scenario.pageSize)), length };
      const plan: StepPlan = {
        sequences: [{ ...range, firstRow: 0, rows, firstPosition }],
        reads: [{ layers: "all", kvHead: "all", segments: [known] }],
      };
      const part = await runAttention(bench, scenario, store, { plan, firstRow, rows });
      context.expectNone(
        `rows ${firstRow} .. ${firstRow + rows - 1}`,
        bitDifference(part.out, whole.out.subarray(firstRow * width, (firstRow + rows) * width)),
      );
    }
  }
}

/** Computes every sequence of a batch in a step of its own, where nobody else reads its segments. */
async function eachAlone(context: KitContext, bench: BackendBench, sketch: AttentionSketch): Promise<void> {
  const scenario = buildScenario(sketch);
  const store = fillStore(bench, scenario);
  const together = await runAttention(bench, scenario, store);
  const width = together.out.length / scenario.rows;
  for (const range of scenario.plan.sequences) {
    const { firstRow, rows, sequence } = range;
    const reads = scenario.plan.reads
      .filter((read) => read.segments.some(({ readers }) => readers.includes(sequence)))
      .map((read) => ({ ...read, segments: read.segments.map((segment) => ({ ...segment, readers: [sequence] })) }));
    const alone = await runAttention(bench, scenario, store, { plan: { sequences: [{ ...range, firstRow: 0 }], reads }, firstRow, rows });
    context.expectNone(
      `rows ${firstRow} .. ${firstRow + rows - 1}`,
      bitDifference(alone.out, together.out.subarray(firstRow * width, (firstRow + rows) * width)),
    );
  }
}

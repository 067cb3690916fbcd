import type { Engine } from "../engine/engine.ts";
import type { TfTensor } from "../engine/tensorflow.ts";
import { CHUNK_TOKENS, gatherChunk, type KvChunk } from "../kv/kv-chunk.ts";
import type { PageTensors } from "../kv/page-tensors.ts";
import { ropeTable, rotate } from "../operators/rope-tables.ts";
import { LOWEST, nothingSeen, type PartialState } from "./attention-states.ts";
import { chosenBlocks } from "./chosen-blocks.ts";
import type { TfjsPlannedStep } from "./tfjs-planned-step.ts";
import { visibility } from "./visibility.ts";
import type { WorkItem } from "./work-item.ts";

/** Scores that are computed at a time at most. */
const MAX_SCORES = 1 << 22;

/** What the items of one attention call have in common. */
export interface AttentionHeads {
  readonly engine: Engine;
  readonly step: TfjsPlannedStep;
  readonly pages: PageTensors;
  /** Layer that owns the pages. */
  readonly owner: number;
  /** KV heads attended, and query heads of each. */
  readonly firstKvHead: number;
  readonly kvHeads: number;
  readonly group: number;
  /** Infinity where there is no sliding window. */
  readonly window: number;
  readonly scale: number;
  readonly frequencies: ArrayLike<number>;
}

interface VisibleChunk {
  readonly chunk: KvChunk;
  readonly firstToken: number;
  readonly mask: TfTensor | undefined;
}

/**
 * Attention of an item's rows over its segment.
 * @param queries `[rows, query heads, headDim]` of these rows and heads
 */
export function attendItem(heads: AttentionHeads, item: WorkItem, queries: TfTensor): PartialState {
  const { engine } = heads;
  const { tf } = engine;
  const [rows = 0, queryHeads = 0, headDim = 0] = queries.shape;
  const { shift } = item.segment;
  const rotated = shift === 0 ? queries : rotate(engine, queries, ropeTable(engine, [-shift], heads.frequencies, 1));
  const scaled = tf.mul(rotated, heads.scale);
  const blockRows = Math.max(1, Math.floor(MAX_SCORES / (queryHeads * item.seenAt.length)));
  const states: PartialState[] = [];
  for (let first = 0; first < rows; first += blockRows) {
    const count = Math.min(blockRows, rows - first);
    const block = count === rows ? scaled : tf.slice(scaled, [first, 0, 0], [count, queryHeads, headDim]);
    const [sums, max] = tf.tidy(() => {
      const state = attendRows(heads, item, first, byKvHead(heads, block));
      return [state.sums, state.max] as [TfTensor, TfTensor];
    });
    states.push({ sums, max });
  }
  const [only] = states;
  if (states.length === 1 && only !== undefined) return only;
  const join = (tensors: TfTensor[]): TfTensor => tf.concat(tensors, 1);
  return { sums: join(states.map(({ sums }) => sums)), max: join(states.map(({ max }) => max)) };
}

/** `[rows, query heads, headDim]` to `[KV heads, group * rows, headDim]`. */
function byKvHead({ engine, kvHeads, group }: AttentionHeads, queries: TfTensor): TfTensor {
  const { tf } = engine;
  const [rows = 0, , headDim = 0] = queries.shape;
  const turned = rows === 1 ? queries : tf.transpose(queries, [1, 0, 2]);
  return tf.reshape(turned, [kvHeads, group * rows, headDim]);
}

function attendRows(heads: AttentionHeads, item: WorkItem, firstRow: number, queries: TfTensor): PartialState {
  const { engine, kvHeads, group } = heads;
  const { tf } = engine;
  const [, groupRows = 0, headDim = 0] = queries.shape;
  const rows = groupRows / group;
  const queryHeads = kvHeads * group;
  const chunks = visibleChunks(heads, item, firstRow, rows);
  if (chunks.length === 0) return nothingSeen(engine, queryHeads, rows, headDim);
  const parts = chunks.map(({ chunk, mask }) => {
    const scores = tf.reshape(engine.headProducts(queries, headsOf(heads, chunk.keys)), [queryHeads, rows, chunk.tokens]);
    return mask === undefined ? scores : tf.add(scores, mask);
  });
  const visible = parts.length === 1 ? (parts[0] as TfTensor) : tf.concat(parts, 2);
  const blocks = chosenBlocks(heads, item, firstRow, queries, chunks);
  const scores = blocks === undefined ? visible : tf.add(visible, blocks);
  const max = tf.maximum(tf.max(scores, 2, true), LOWEST);
  const weights = engine.exp(tf.sub(scores, max));
  let sums: TfTensor | undefined;
  let token = 0;
  for (const { chunk } of chunks) {
    const part = chunks.length === 1 ? weights : tf.slice(weights, [0, 0, token], [queryHeads, rows, chunk.tokens]);
    token += chunk.tokens;
    const sum = engine.headProducts(tf.reshape(part, [kvHeads, groupRows, chunk.tokens]), headsOf(heads, chunk.values));
    sums = sums === undefined ? sum : tf.add(sums, sum);
  }
  return { sums: tf.reshape(sums as TfTensor, [queryHeads, rows, headDim + 1]), max };
}

function headsOf({ engine, firstKvHead, kvHeads }: AttentionHeads, matrices: readonly TfTensor[]): readonly TfTensor[] {
  return engine.someHeads(matrices, firstKvHead, kvHeads);
}

/** Chunks of which these rows see something; all of them where blocks are chosen, since their keys are scored. */
function visibleChunks(heads: AttentionHeads, item: WorkItem, firstRow: number, rows: number): VisibleChunk[] {
  const { engine, step, pages, owner, window } = heads;
  const { segment, seenAt } = item;
  const { pageSize } = step.store.spec;
  const chunkPages = Math.max(1, Math.floor(CHUNK_TOKENS / pageSize));
  const rowPositions = item.rowPositions.slice(firstRow, firstRow + rows);
  const chunks: VisibleChunk[] = [];
  for (let page = 0; page < segment.pages.length; page += chunkPages) {
    const firstToken = page * pageSize;
    const seen = seenAt.subarray(firstToken, firstToken + chunkPages * pageSize);
    const visible = visibility(rowPositions, seen, window);
    if (visible === "none" && segment.selector === undefined) continue;
    const chunk = segment.pages.slice(page, page + chunkPages);
    const isFull = chunk.length === chunkPages && segment.skip + segment.length >= firstToken + chunkPages * pageSize;
    chunks.push({
      chunk: isFull ? step.store.chunks.get(owner, pages, chunk) : gatherChunk(engine, pages, chunk),
      firstToken,
      mask: maskOf(heads, item, firstRow, firstToken, rows, seen.length, visible),
    });
  }
  return chunks;
}

/** Same for all layers of a step with the same window. */
function maskOf(
  { engine, step, window }: AttentionHeads,
  item: WorkItem,
  firstRow: number,
  firstToken: number,
  rows: number,
  tokens: number,
  visible: ReturnType<typeof visibility>,
): TfTensor | undefined {
  if (visible === "all") return undefined;
  const values = visible === "none" ? new Float32Array(rows * tokens).fill(-Infinity) : visible;
  const key = `${step.items.indexOf(item)} ${firstRow} ${firstToken} ${window}`;
  return step.shared(key, () => engine.upload(values, [1, rows, tokens]));
}

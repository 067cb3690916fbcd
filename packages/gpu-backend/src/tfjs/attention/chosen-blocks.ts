import { KernelFailedError, kvBytesPerTokenAndHead, resolveBudget, type Selector } from "@kvasir/kv-core";
import type { TfTensor } from "../engine/tensorflow.ts";
import type { KvChunk } from "../kv/kv-chunk.ts";
import { LOWEST } from "./attention-states.ts";
import type { AttentionHeads } from "./attend-item.ts";
import { BLOCK_REPRESENTATIVES } from "./block-representatives.ts";
import type { WorkItem } from "./work-item.ts";

/** Added to scores that must not count: more than scores are, and finite, so that sums with other numbers are. */
const EXCLUDED = -1e30;

/** What is known of a row's choice before there are scores. */
interface Choice {
  /** Blocks that rows read whatever their score, `[rows, blocks]`, 1 or 0. */
  readonly forced: Float32Array;
  /** Added to scores of full blocks, `[rows, fullBlocks]`: 0, or `EXCLUDED` for those that cannot be chosen. */
  readonly candidates: Float32Array;
  /** Blocks that each row may choose. */
  readonly places: Float32Array;
}

/**
 * What a selector leaves of an item's tokens, by the rules of `Selector`: `[query heads, rows, tokens]`, 0 or a number that no score makes
 * up for; nothing where the segment has no selector. Everything but scores is known on the host; those stay on the device.
 *
 * @param queries `[KV heads, group * rows, headDim]`
 */
export function chosenBlocks(
  heads: AttentionHeads,
  item: WorkItem,
  firstRow: number,
  queries: TfTensor,
  chunks: readonly { readonly chunk: KvChunk; readonly firstToken: number }[],
): TfTensor | undefined {
  const { engine, kvHeads, group } = heads;
  const { tf } = engine;
  const { segment } = item;
  const { selector } = segment;
  if (selector === undefined) return undefined;
  const { blockTokens } = selector;
  const [, groupRows = 0] = queries.shape;
  const rows = groupRows / group;
  const blocks = Math.ceil(segment.length / blockTokens);
  const choice = choiceOf(heads, item, selector, firstRow, rows);
  const forced = engine.upload(choice.forced, [1, rows, blocks]);
  const free = freelyChosen(heads, item, selector, queries, chunks, choice);
  const isRead = free === undefined ? forced : tf.add(forced, free);
  const tokens = chunks.reduce((sum, { chunk }) => sum + chunk.tokens, 0);
  const blockOf = Int32Array.from({ length: tokens }, (_, slot) =>
    Math.min(blocks - 1, Math.max(0, Math.floor((slot - segment.skip) / blockTokens))),
  );
  const mask = tf.mul(tf.sub(tf.gather(isRead, engine.upload(blockOf, [tokens]), 2), 1), -EXCLUDED);
  const [maskHeads = 0] = mask.shape;
  if (maskHeads === 1) return mask;
  // Query heads of a KV head are neighbours.
  const ofHead = Int32Array.from({ length: kvHeads * group }, (_, head) => Math.floor(head / group));
  return tf.gather(mask, engine.upload(ofHead, [ofHead.length]), 0);
}

/** Blocks that win a place by their score, `[KV heads, rows, blocks]`, 1 or 0. */
function freelyChosen(
  heads: AttentionHeads,
  item: WorkItem,
  selector: Selector,
  queries: TfTensor,
  chunks: readonly { readonly chunk: KvChunk }[],
  { candidates, places }: Choice,
): TfTensor | undefined {
  const { engine, kvHeads, group } = heads;
  const { tf } = engine;
  const rows = places.length;
  const full = candidates.length / rows;
  const most = Math.min(full, Math.max(...places));
  if (most === 0) return undefined;
  const [, , headDim = 0] = queries.shape;
  const query = tf.mean(tf.reshape(queries, [kvHeads, group, rows, headDim]), 1);
  const scores = tf.add(
    engine.headProducts(query, engine.byHead(representatives(heads, item, selector, chunks, full))),
    engine.upload(candidates, [1, rows, full]),
  );
  // The score that wins a row's last place: the lowest of its highest, as many as it has places.
  const ranks = new Float32Array(rows * most);
  places.forEach((count, row) => ranks.fill(-LOWEST, row * most + Math.min(count, most), (row + 1) * most));
  const { values } = tf.topk(scores, most, true);
  const last = tf.min(tf.add(values, engine.upload(ranks, [1, rows, most])), 2, true);
  const isAbove = tf.cast(tf.greater(scores, last), "float32");
  const isEqual = tf.mul(
    tf.cast(tf.equal(scores, last), "float32"),
    engine.upload(
      candidates.map((value) => (value === 0 ? 1 : 0)),
      [1, rows, full],
    ),
  );
  // Of equal scores, the lower blocks take what places are left.
  const left = tf.sub(engine.upload(places, [1, rows, 1]), tf.sum(isAbove, 2, true));
  const isFirst = tf.mul(isEqual, tf.cast(tf.less(tf.cumsum(isEqual, 2, true), left), "float32"));
  const chosen = tf.add(isAbove, isFirst);
  const blocks = Math.ceil(item.segment.length / selector.blockTokens);
  return blocks === full ? chosen : tf.concat([chosen, tf.zeros([kvHeads, rows, blocks - full])], 2);
}

/** Representatives of full blocks, `[KV heads, headDim, blocks]`. */
function representatives(
  { engine, firstKvHead, kvHeads, scale }: AttentionHeads,
  { segment }: WorkItem,
  { by, blockTokens }: Selector,
  chunks: readonly { readonly chunk: KvChunk }[],
  blocks: number,
): TfTensor {
  const { tf } = engine;
  const represent = BLOCK_REPRESENTATIVES[by];
  if (represent === undefined) throw new KernelFailedError({ kernel: "attention", reason: `there is no selector by "${by}".` });
  const keys = tf.concat(
    chunks.map(({ chunk }) => {
      const some = engine.someHeads(chunk.keys, firstKvHead, kvHeads);
      return some[0]?.rank === 3 ? some[0] : tf.stack([...some], 0);
    }),
    2,
  );
  const [, headDim = 0] = keys.shape;
  const read = tf.slice(keys, [0, 0, segment.skip], [kvHeads, headDim, blocks * blockTokens]);
  return represent(engine, tf.reshape(read, [kvHeads, headDim, blocks, blockTokens]), scale);
}

function choiceOf({ step, pages, window }: AttentionHeads, item: WorkItem, selector: Selector, firstRow: number, rows: number): Choice {
  const { segment, seenAt } = item;
  const { blockTokens, always, keep } = selector;
  const blocks = Math.ceil(segment.length / blockTokens);
  const full = Math.floor(segment.length / blockTokens);
  const forced = new Float32Array(rows * blocks);
  const candidates = new Float32Array(rows * full).fill(EXCLUDED);
  const places = new Float32Array(rows);
  const bytesPerToken = pages.kvHeads * kvBytesPerTokenAndHead(step.store.spec.dtype, pages.headDim);
  const seen = seenAt.subarray(segment.skip, segment.skip + segment.length);
  for (let row = 0; row < rows; row++) {
    const position = item.rowPositions[firstRow + row] as number;
    // Positions ascend, so that what a row sees is one run of tokens.
    const to = countUpTo(seen, position);
    const from = window === Infinity ? 0 : countUpTo(seen, position - window);
    let forcedBlocks = 0;
    for (let block = 0; block < blocks; block++) {
      const start = block * blockTokens;
      const end = Math.min(start + blockTokens, segment.length);
      if (end <= from || start >= to) continue;
      const isUnfinished = Math.min(end, to) - start < blockTokens;
      const isRecent = always.recentTokens > 0 && end > to - always.recentTokens;
      if (isUnfinished || isRecent || start < always.sinkTokens) {
        forced[row * blocks + block] = 1;
        forcedBlocks++;
      } else {
        candidates[row * full + block] = 0;
      }
    }
    const allowed = Math.max(1, Math.floor(resolveBudget(keep, { tokens: to, bytesPerToken }) / blockTokens));
    places[row] = to <= from ? 0 : Math.max(0, allowed - forcedBlocks);
  }
  return { forced, candidates, places };
}

/** Elements of an ascending array up to `limit`. */
function countUpTo(ascending: Float64Array, limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] as number) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

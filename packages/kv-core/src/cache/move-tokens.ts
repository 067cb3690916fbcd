import type { KvStore } from "../backend/kv-store.ts";
import type { LayerIndex, PageId } from "../ids.ts";

/** One token's KV goes from one slot to another (`page * pageSize + offset`), in all layers. */
export interface TokenMove {
  readonly from: number;
  readonly to: number;
}

/**
 * Carries out moves in order: whatever a later move reads, no earlier one has overwritten. Waits for enqueued work, since tokens pass
 * through the host.
 */
export async function moveTokens(store: KvStore, moves: readonly TokenMove[]): Promise<void> {
  const { pageSize, shape } = store.spec;
  const owners = shape.layers.flatMap((layer, index) => (layer.owner === index ? [index as LayerIndex] : []));
  for (const run of moveRuns(moves, pageSize)) {
    for (const layer of owners) {
      const tokens = await store.readTokens(layer, Math.floor(run.from / pageSize) as PageId, run.from % pageSize, run.length);
      store.writeTokens(layer, Math.floor(run.to / pageSize) as PageId, run.to % pageSize, tokens);
    }
  }
}

/** Joins moves of neighbouring tokens that stay within one page on either side. */
function moveRuns(moves: readonly TokenMove[], pageSize: number): { from: number; to: number; length: number }[] {
  const runs: { from: number; to: number; length: number }[] = [];
  for (const { from, to } of moves) {
    const last = runs.at(-1);
    const isNext = last !== undefined && from === last.from + last.length && to === last.to + last.length;
    if (isNext && from % pageSize !== 0 && to % pageSize !== 0) last.length++;
    else runs.push({ from, to, length: 1 });
  }
  return runs;
}

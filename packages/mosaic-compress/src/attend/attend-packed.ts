import type { BlockRead, CodecAttention } from "@kvasir/kv-core";
import { logSumExp } from "@kvasir/kv-core/reference";
import type { PackedSegment } from "../format/packed-segment.ts";

/**
 * Attention of `[rows, headDim]` queries over packed tokens. Each query is rotated into the keys' basis once, scores are products over
 * retained channels, values add up in their own basis, and one rotation back gives the output (MosaicKV, section 5.3).
 */
export function attendPacked(queries: Float32Array, segment: PackedSegment, scale: number, read?: BlockRead): CodecAttention {
  const { headDim, tokens } = segment.shape;
  const rows = queries.length / headDim;
  const out = new Float32Array(rows * headDim);
  const lse = new Float32Array(rows);
  const readTokens: number[] = [];
  for (let token = 0; token < tokens; token++) {
    if (read === undefined || read.isRead[Math.floor(token / read.blockTokens)] === true) readTokens.push(token);
  }
  for (let row = 0; row < rows; row++) {
    const query = segment.state.keys.rotate(queries.subarray(row * headDim, (row + 1) * headDim));
    const scores = readTokens.map((token) => scale * segment.keys.dot(token, query));
    const total = logSumExp(scores);
    const sums = new Float64Array(segment.values.format.channels);
    readTokens.forEach((token, index) => segment.values.addTo(sums, token, Math.exp((scores[index] as number) - total)));
    out.set(segment.state.values.unrotate(sums), row * headDim);
    lse[row] = total;
  }
  return { out, lse };
}

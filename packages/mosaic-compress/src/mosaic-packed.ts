import { type CodecShape, CodecDataError, type DenseKv, KernelFailedError, type KvCodec } from "@kvasir/kv-core";
import { attendPacked } from "./attend/attend-packed.ts";
import { scoreBlocks, SELECTORS } from "./attend/score-blocks.ts";
import { SegmentBasis } from "./basis/segment-basis.ts";
import { CODEC_NAME } from "./codec-name.ts";
import { encodeVectors } from "./encode-vectors.ts";
import { packedLayout, segmentBytes } from "./format/packed-layout.ts";
import { openSegment, packedSegment, writeHeader } from "./format/packed-segment.ts";
import type { PackedVectors } from "./format/packed-vectors.ts";
import { readState, writeState } from "./format/segment-state.ts";
import { type MosaicPackedOptions, resolveFormat } from "./mosaic-packed-options.ts";

/**
 * The packed format of MosaicKV (arXiv 2607.00760): keys and values of a segment are rotated so that few channels carry most of their
 * energy, each vector keeps its own largest channels with a bitmap of which they are, and attention reads that form directly.
 *
 * This is the oracle: plain and exact in f64 wherever the format itself does not round.
 *
 * @example
 * const codec = mosaicPacked({ keys: { elements: "int8" }, values: { elements: "int4" } });
 * const shape = { tokens, headDim };
 * const encoded = codec.encode({ keys, values }, shape, codec.fit({ keys, values }, shape, {}));
 * const { out, lse } = codec.attend(queries, encoded, 1 / Math.sqrt(headDim));
 * @throws ConfigError where options do not fit together.
 */
export function mosaicPacked(options: MosaicPackedOptions = {}): KvCodec<"mosaic-packed"> {
  const { rotation = "second-moments" } = options;
  resolveFormat(options, 128);
  return {
    specVersion: "v1",
    name: CODEC_NAME,
    selectors: SELECTORS,
    maxBytes: ({ tokens, headDim }) => segmentBytes(resolveFormat(options, headDim), tokens),
    fit(tokens, shape) {
      checkTokens(tokens, shape);
      const format = resolveFormat(options, shape.headDim);
      return writeState({
        format,
        keys: SegmentBasis.fit(format.keys, tokens.keys, rotation),
        values: SegmentBasis.fit(format.values, tokens.values, rotation),
      });
    },
    encode(tokens, shape, stored) {
      checkTokens(tokens, shape);
      const state = readState(stored);
      const { headDim } = state.format.keys;
      if (headDim !== shape.headDim) {
        throw new CodecDataError({ codec: CODEC_NAME, part: "state", reason: `is for ${headDim} channels, not ${shape.headDim}.` });
      }
      const bytes = new Uint8Array(packedLayout(state.format, shape.tokens).byteLength);
      const segment = packedSegment(bytes, shape, state);
      encodeVectors(tokens.keys, state.keys, segment.keys, { vectors: segment.blockKeys, tokens: state.format.blockTokens });
      encodeVectors(tokens.values, state.values, segment.values);
      writeHeader(bytes, shape.tokens, stored);
      return { shape, bytes, state: stored, loss: Number.NaN };
    },
    decode(encoded) {
      const { keys, values, state } = openSegment(encoded);
      return { keys: unpack(keys, state.keys), values: unpack(values, state.values) };
    },
    attend: (queries, encoded, scale, read) => attendPacked(queries, openSegment(encoded), scale, read),
    scoreBlocks: (query, encoded, scoring) => scoreBlocks(query, openSegment(encoded), scoring),
  };
}

function unpack(vectors: PackedVectors, basis: SegmentBasis): Float32Array {
  const { headDim, channels } = vectors.format;
  const dense = new Float32Array(vectors.count * headDim);
  for (let vector = 0; vector < vectors.count; vector++) {
    const coefficients = new Float64Array(channels);
    vectors.addTo(coefficients, vector, 1);
    dense.set(basis.unrotate(coefficients), vector * headDim);
  }
  return dense;
}

function checkTokens({ keys, values }: DenseKv, { tokens, headDim }: CodecShape): void {
  const length = tokens * headDim;
  if (Number.isInteger(tokens) && tokens > 0 && keys.length === length && values.length === length) return;
  throw new KernelFailedError({
    kernel: "mosaic-packed encode",
    reason: `${tokens} tokens of ${headDim} channels need ${length} elements; there are ${keys.length} of keys and ${values.length} of values.`,
  });
}

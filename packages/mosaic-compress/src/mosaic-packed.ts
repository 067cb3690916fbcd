import { type CodecShape, CodecDataError, type DenseKv, KernelFailedError, type KvCodec } from "@kvasir/kv-core";
import { attendPacked } from "./attend/attend-packed.ts";
import { scoreBlocks, SELECTORS } from "./attend/score-blocks.ts";
import { priorWeight } from "./basis/prior-moments.ts";
import type { SegmentBasis } from "./basis/segment-basis.ts";
import { CODEC_NAME } from "./codec-name.ts";
import { encodeVectors } from "./encode-vectors.ts";
import { fitSide } from "./fit-side.ts";
import { packedLayout, segmentBytes } from "./format/packed-layout.ts";
import { openSegment, packedSegment, writeHeader } from "./format/packed-segment.ts";
import type { PackedVectors } from "./format/packed-vectors.ts";
import { readState, type SegmentState, writeState } from "./format/segment-state.ts";
import { lostEnergy } from "./lost-energy.ts";
import { checkSettings } from "./settings/packed-settings.ts";

const KERNEL = "mosaic-packed encode";

/**
 * The packed format of MosaicKV (arXiv 2607.00760): keys and values of a segment are rotated so that few channels carry most of their
 * energy, each vector keeps its own largest channels with a bitmap of which they are, and attention reads that form directly.
 *
 * This is the oracle: plain and exact in f64 wherever the format itself does not round. Its settings are `PackedSettings`.
 *
 * @example
 * const codec = mosaicPacked();
 * const state = codec.fit({ keys, values }, { tokens, headDim }, packedSettings({ keys: { elements: "int4" } }, headDim));
 * const encoded = codec.encode({ keys, values }, { tokens, headDim }, state);
 * const { out, lse } = codec.attend(queries, encoded, 1 / Math.sqrt(headDim));
 */
export function mosaicPacked(): KvCodec<"mosaic-packed"> {
  return {
    specVersion: "v1",
    name: CODEC_NAME,
    selectors: SELECTORS,
    maxBytes({ tokens, headDim }, settings) {
      const { keys, values, blockTokens } = checkSettings(settings, headDim);
      const sizes = keys.flatMap((key) => values.map((value) => segmentBytes({ keys: key, values: value, blockTokens }, tokens)));
      return Math.max(...sizes);
    },
    fit(tokens, shape, settings, prior) {
      checkTokens(tokens, shape);
      const checked = checkSettings(settings, shape.headDim);
      const before = prior === undefined ? undefined : stateFor(prior, shape);
      const side = (which: "keys" | "values"): SegmentBasis =>
        fitSide(tokens[which], checked[which], checked, before === undefined ? undefined : { basis: before[which], tokens: before.tokens });
      const [keys, values] = [side("keys"), side("values")];
      return writeState({
        format: { keys: keys.format, values: values.format, blockTokens: checked.blockTokens },
        keys,
        values,
        tokens: shape.tokens + (before === undefined ? 0 : priorWeight(before.tokens)),
      });
    },
    encode(tokens, shape, stored) {
      checkTokens(tokens, shape);
      const state = stateFor(stored, shape);
      const bytes = new Uint8Array(packedLayout(state.format, shape.tokens).byteLength);
      const segment = packedSegment(bytes, shape, state);
      encodeVectors(tokens.keys, state.keys, segment.keys, { vectors: segment.blockKeys, tokens: state.format.blockTokens });
      encodeVectors(tokens.values, state.values, segment.values);
      writeHeader(bytes, shape.tokens, stored);
      const loss = (lostEnergy(tokens.keys, state.keys, segment.keys) + lostEnergy(tokens.values, state.values, segment.values)) / 2;
      return { shape, bytes, state: stored, loss };
    },
    decode(encoded) {
      const { keys, values, state } = openSegment(encoded);
      return { keys: unpack(keys, state.keys), values: unpack(values, state.values) };
    },
    attend: (queries, encoded, scale, read) => attendPacked(queries, openSegment(encoded), scale, read),
    scoreBlocks: (query, encoded, scoring) => scoreBlocks(query, openSegment(encoded), scoring),
  };
}

function stateFor(stored: Uint8Array, shape: CodecShape): SegmentState {
  const state = readState(stored);
  const { headDim } = state.format.keys;
  if (headDim === shape.headDim) return state;
  throw new CodecDataError({ codec: CODEC_NAME, part: "state", reason: `is for ${headDim} channels, not ${shape.headDim}.` });
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
  if (Number.isInteger(tokens) && tokens > 0 && keys.length === length && values.length === length) {
    if (keys.every(Number.isFinite) && values.every(Number.isFinite)) return;
    throw new KernelFailedError({ kernel: KERNEL, reason: "keys or values have elements that are not finite numbers." });
  }
  throw new KernelFailedError({
    kernel: KERNEL,
    reason: `${tokens} tokens of ${headDim} channels need ${length} elements; there are ${keys.length} of keys and ${values.length} of values.`,
  });
}

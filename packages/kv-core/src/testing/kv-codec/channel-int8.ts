import type { DenseKv } from "../../backend/dense-kv.ts";
import { CodecDataError } from "../../codec/codec-data-error.ts";
import type { CodecShape, EncodedKv } from "../../codec/encoded-kv.ts";
import type { KvCodec } from "../../codec/kv-codec.ts";
import { ConfigError } from "../../errors/config-error.ts";
import { denseAttention, dot } from "../../reference/dense-attention.ts";

const NAME = "channel-int8";
/** `CHN8` in little-endian order. */
const MAGIC = 0x384e4843;
const HEADER_BYTES = 16;
const SELECTORS = ["mean-key", "max-key"] as const;

/**
 * A small codec for tests of engines and backends: keys and values as 8-bit codes with one scale per channel, which is the state. Takes no
 * settings. Too simple to be of use: one token with a large channel spoils that channel for all.
 */
export function channelInt8(): KvCodec<typeof NAME> {
  return {
    specVersion: "v1",
    name: NAME,
    selectors: SELECTORS,
    maxBytes(shape, settings) {
      refuseSettings(settings);
      return byteLength(shape) + stateLength(shape.headDim);
    },
    fit({ keys, values }, { headDim }, settings, prior) {
      refuseSettings(settings);
      const before = prior === undefined ? undefined : readScales(prior, headDim);
      const scales = Float32Array.from({ length: 2 * headDim }, (_, channel) => {
        const side = channel < headDim ? keys : values;
        let largest = before?.[channel] ?? 0;
        for (let at = channel % headDim; at < side.length; at += headDim) largest = Math.max(largest, Math.abs(side[at] as number));
        return largest;
      });
      return new Uint8Array(Uint32Array.of(MAGIC, ...new Uint32Array(scales.buffer)).buffer);
    },
    encode(tokens, shape, state) {
      const scales = readScales(state, shape.headDim);
      const bytes = new Uint8Array(byteLength(shape));
      new DataView(bytes.buffer).setUint32(0, MAGIC, true);
      const codes = new Int8Array(bytes.buffer, HEADER_BYTES);
      eachElement(tokens, shape, (value, index, channel) => {
        const scale = scales[channel] as number;
        codes[index] = scale === 0 ? 0 : Math.max(-127, Math.min(127, Math.round((value / scale) * 127)));
      });
      const encoded = { shape, bytes, state };
      const decoded = decode(encoded);
      return { ...encoded, loss: (lost(tokens.keys, decoded.keys) + lost(tokens.values, decoded.values)) / 2 };
    },
    decode,
    attend(queries, encoded, scale, read) {
      const { keys, values } = decode(encoded);
      const { headDim } = encoded.shape;
      const isRead = (token: number): boolean => read === undefined || read.isRead[Math.floor(token / read.blockTokens)] === true;
      const rows = Array.from({ length: queries.length / headDim }, (_, row) =>
        denseAttention(queries.subarray(row * headDim, (row + 1) * headDim), keys, values, scale, isRead),
      );
      return { out: Float32Array.from(rows.flatMap(({ out }) => [...out])), lse: Float32Array.from(rows, ({ lse }) => lse) };
    },
    scoreBlocks(query, encoded, { by, blockTokens }) {
      const { tokens, headDim } = encoded.shape;
      const { keys } = decode(encoded);
      const score = Array.from({ length: tokens }, (_, token) => dot(query, 0, keys, token * headDim, headDim));
      return Float32Array.from({ length: Math.ceil(tokens / blockTokens) }, (_, block) => {
        const own = score.slice(block * blockTokens, (block + 1) * blockTokens);
        return by === "max-key" ? Math.max(...own) : own.reduce((sum, each) => sum + each, 0) / own.length;
      });
    },
  };
}

function decode(encoded: EncodedKv): DenseKv {
  const { bytes, shape, state } = encoded;
  const scales = readScales(state, shape.headDim);
  const isWhole = bytes.length === byteLength(shape) && new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) === MAGIC;
  if (!isWhole) throw new CodecDataError({ codec: NAME, part: "bytes", reason: `are no ${shape.tokens} tokens.` });
  const codes = new Int8Array(bytes.buffer, bytes.byteOffset + HEADER_BYTES);
  const tokens = { keys: new Float32Array(shape.tokens * shape.headDim), values: new Float32Array(shape.tokens * shape.headDim) };
  eachElement(tokens, shape, (_, index, channel, side, at) => {
    side[at] = ((codes[index] as number) / 127) * (scales[channel] as number);
  });
  return tokens;
}

/** Visits keys, then values; `channel` counts those of both sides. */
function eachElement(
  { keys, values }: DenseKv,
  { headDim }: CodecShape,
  visit: (value: number, index: number, channel: number, side: Float32Array, at: number) => void,
): void {
  keys.forEach((value, at) => visit(value, at, at % headDim, keys, at));
  values.forEach((value, at) => visit(value, keys.length + at, headDim + (at % headDim), values, at));
}

function readScales(state: Uint8Array, headDim: number): Float32Array {
  const isWhole = state.length === stateLength(headDim) && new DataView(state.buffer, state.byteOffset).getUint32(0, true) === MAGIC;
  if (!isWhole) throw new CodecDataError({ codec: NAME, part: "state", reason: `is none for ${headDim} channels.` });
  return new Float32Array(state.slice(4).buffer);
}

function byteLength({ tokens, headDim }: CodecShape): number {
  return HEADER_BYTES + 2 * tokens * headDim;
}

function stateLength(headDim: number): number {
  return 4 + 8 * headDim;
}

function refuseSettings(settings: object): void {
  const [option] = Object.keys(settings);
  if (option !== undefined) throw new ConfigError({ option, reason: `is not known; codec "${NAME}" takes no settings.` });
}

function lost(dense: Float32Array, decoded: Float32Array): number {
  const energy = dense.reduce((sum, value) => sum + value * value, 0);
  const missing = dense.reduce((sum, value, at) => sum + (value - (decoded[at] as number)) ** 2, 0);
  return energy === 0 ? 0 : missing / energy;
}

import type { BlockUnpacker } from "./unpack-blocks.ts";
import { HALF_TO_FLOAT } from "./half-float.ts";

/** Elements of a super-block. */
const SUPER = 256;

function half(bytes: Uint8Array, at: number): number {
  return HALF_TO_FLOAT[(bytes[at] as number) | ((bytes[at + 1] as number) << 8)] as number;
}

/**
 * Scales and offsets of the 8 groups of 32 of a Q4_K or Q5_K super-block: `f16 d; f16 dmin; u8 packed[12]`, where `packed` holds eight
 * 6-bit scales and eight 6-bit minimums: the low six bits of bytes 0-3 and 4-7 for groups 0-3; for groups 4-7 the low nibbles
 * (scales) and high nibbles (minimums) of bytes 8-11, with the two top bits of bytes 0-3 and 4-7 above them.
 * Group weight = d * scale * q - dmin * minimum. The products are exact in f32 (11 + 6 bits).
 */
function unpackGroupScales(bytes: Uint8Array, at: number, scales: Float32Array, offsets: Float32Array, to: number): void {
  const d = half(bytes, at);
  const dmin = half(bytes, at + 2);
  const packed = at + 4;
  for (let group = 0; group < 4; group++) {
    const low = bytes[packed + group] as number;
    const high = bytes[packed + 4 + group] as number;
    const rest = bytes[packed + 8 + group] as number;
    scales[to + group] = d * (low & 63);
    offsets[to + group] = -dmin * (high & 63);
    scales[to + 4 + group] = d * ((rest & 15) | ((low >> 6) << 4));
    offsets[to + 4 + group] = -dmin * ((rest >> 4) | ((high >> 6) << 4));
  }
}

/** `{ f16 d; f16 dmin; u8 scales[12]; u8 q[128] }`: each 32 bytes of q hold two groups, low nibbles first. */
export const unpackQ4_K: BlockUnpacker = (bytes, blocks, { codes, scales, offsets }) => {
  for (let block = 0; block < blocks; block++) {
    const at = block * 144;
    unpackGroupScales(bytes, at, scales, offsets, block * 8);
    for (let pair = 0; pair < 4; pair++) {
      const from = at + 16 + pair * 32;
      const to = block * SUPER + pair * 64;
      for (let i = 0; i < 32; i++) {
        const packed = bytes[from + i] as number;
        codes[to + i] = packed & 15;
        codes[to + 32 + i] = packed >> 4;
      }
    }
  }
};

/** `{ f16 d; f16 dmin; u8 scales[12]; u8 high[32]; u8 q[128] }`: bit g of high[i] is bit 4 of element i of group g. */
export const unpackQ5_K: BlockUnpacker = (bytes, blocks, { codes, scales, offsets }) => {
  for (let block = 0; block < blocks; block++) {
    const at = block * 176;
    unpackGroupScales(bytes, at, scales, offsets, block * 8);
    for (let pair = 0; pair < 4; pair++) {
      const from = at + 48 + pair * 32;
      const to = block * SUPER + pair * 64;
      for (let i = 0; i < 32; i++) {
        const packed = bytes[from + i] as number;
        const high = (bytes[at + 16 + i] as number) >> (2 * pair);
        codes[to + i] = (packed & 15) | ((high & 1) << 4);
        codes[to + 32 + i] = (packed >> 4) | ((high & 2) << 3);
      }
    }
  }
};

/**
 * `{ u8 low[128]; u8 high[64]; i8 scales[16]; f16 d }`, groups of 16, weight = d * scale * (q - 32). Each half of 128 elements has 64
 * bytes of low nibbles (elements 0-63 low, 64-127 high nibbles) and 32 bytes of top bit pairs (elements i, i+32, i+64, i+96).
 */
export const unpackQ6_K: BlockUnpacker = (bytes, blocks, { codes, scales, offsets }) => {
  for (let block = 0; block < blocks; block++) {
    const at = block * 210;
    const d = half(bytes, at + 208);
    for (let group = 0; group < 16; group++) {
      const scale = d * (((bytes[at + 192 + group] as number) << 24) >> 24);
      scales[block * 16 + group] = scale;
      offsets[block * 16 + group] = -32 * scale;
    }
    for (let part = 0; part < 2; part++) {
      const low = at + part * 64;
      const high = at + 128 + part * 32;
      const to = block * SUPER + part * 128;
      for (let i = 0; i < 32; i++) {
        const a = bytes[low + i] as number;
        const b = bytes[low + 32 + i] as number;
        const top = bytes[high + i] as number;
        codes[to + i] = (a & 15) | ((top & 3) << 4);
        codes[to + 32 + i] = (b & 15) | (((top >> 2) & 3) << 4);
        codes[to + 64 + i] = (a >> 4) | (((top >> 4) & 3) << 4);
        codes[to + 96 + i] = (b >> 4) | ((top >> 6) << 4);
      }
    }
  }
};

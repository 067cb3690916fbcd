import type { BlockUnpacker } from "./unpack-blocks.ts";
import { HALF_TO_FLOAT } from "./half-float.ts";

const GROUP = 32;

/** Reads a block's half-precision number at `at`. */
function half(bytes: Uint8Array, at: number): number {
  return HALF_TO_FLOAT[(bytes[at] as number) | ((bytes[at + 1] as number) << 8)] as number;
}

/** `{ f16 d; i8 q[32] }`, weight = d * q; codes are q + 128. */
export const unpackQ8_0: BlockUnpacker = (bytes, blocks, { codes, scales, offsets }) => {
  for (let block = 0; block < blocks; block++) {
    const at = block * 34;
    const scale = half(bytes, at);
    scales[block] = scale;
    offsets[block] = -128 * scale;
    for (let i = 0; i < GROUP; i++) codes[block * GROUP + i] = (bytes[at + 2 + i] as number) ^ 0x80;
  }
};

/** `{ f16 d; u8 q[16] }`, weight = d * (q - 8); low nibbles are elements 0-15, high nibbles 16-31. */
export const unpackQ4_0: BlockUnpacker = (bytes, blocks, { codes, scales, offsets }) => {
  for (let block = 0; block < blocks; block++) {
    const at = block * 18;
    const scale = half(bytes, at);
    scales[block] = scale;
    offsets[block] = -8 * scale;
    unpackNibbles(bytes, at + 2, codes, block * GROUP);
  }
};

/** `{ f16 d; f16 m; u8 q[16] }`, weight = d * q + m. */
export const unpackQ4_1: BlockUnpacker = (bytes, blocks, { codes, scales, offsets }) => {
  for (let block = 0; block < blocks; block++) {
    const at = block * 20;
    scales[block] = half(bytes, at);
    offsets[block] = half(bytes, at + 2);
    unpackNibbles(bytes, at + 4, codes, block * GROUP);
  }
};

/** `{ f16 d; u32 high; u8 q[16] }`, weight = d * (q - 16); bit i of `high` is bit 4 of element i. */
export const unpackQ5_0: BlockUnpacker = (bytes, blocks, { codes, scales, offsets }) => {
  for (let block = 0; block < blocks; block++) {
    const at = block * 22;
    const scale = half(bytes, at);
    scales[block] = scale;
    offsets[block] = -16 * scale;
    unpackNibbles(bytes, at + 6, codes, block * GROUP);
    addFifthBits(bytes, at + 2, codes, block * GROUP);
  }
};

/** `{ f16 d; f16 m; u32 high; u8 q[16] }`, weight = d * q + m. */
export const unpackQ5_1: BlockUnpacker = (bytes, blocks, { codes, scales, offsets }) => {
  for (let block = 0; block < blocks; block++) {
    const at = block * 24;
    scales[block] = half(bytes, at);
    offsets[block] = half(bytes, at + 2);
    unpackNibbles(bytes, at + 8, codes, block * GROUP);
    addFifthBits(bytes, at + 4, codes, block * GROUP);
  }
};

function unpackNibbles(bytes: Uint8Array, at: number, codes: Uint8Array, to: number): void {
  for (let i = 0; i < 16; i++) {
    const packed = bytes[at + i] as number;
    codes[to + i] = packed & 15;
    codes[to + 16 + i] = packed >> 4;
  }
}

function addFifthBits(bytes: Uint8Array, at: number, codes: Uint8Array, to: number): void {
  for (let i = 0; i < GROUP; i++) {
    codes[to + i] = (codes[to + i] as number) | ((((bytes[at + (i >> 3)] as number) >> (i & 7)) & 1) << 4);
  }
}

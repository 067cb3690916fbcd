import type { LayerIndex, PageId } from "../ids.ts";

/** Where bytes lie in a KV store: `offset` bytes into a page, a multiple of `ENCODED_ALIGNMENT`. */
export interface BytesAt {
  readonly page: PageId;
  readonly offset: number;
}

/** Encoded bytes, states and directories start at multiples of so many bytes in a page, and never reach beyond its end. */
export const ENCODED_ALIGNMENT = 64;

/** First u32 of a directory: `KVED` in little-endian order. */
export const DIRECTORY_MAGIC = 0x4445564b;

/** Bytes before a directory's items: u32 magic, u32 tokens, u32 items, u32 0. */
export const DIRECTORY_HEADER_BYTES = 16;

/** Bytes of one item of a directory: u32 page and offset of its bytes, their length, page and offset of its state, its length, 0, 0. */
export const DIRECTORY_ITEM_BYTES = 32;

/** Where one layer and KV head of a piece lies. */
export interface EncodedItem {
  readonly bytes: BytesAt;
  readonly byteLength: number;
  /** Several items may have one state. */
  readonly state: BytesAt;
  readonly stateLength: number;
}

/** Where a piece lies: consecutive tokens of a sequence, encoded for every layer that owns KV and all its KV heads. */
export interface EncodedDirectory {
  readonly tokens: number;
  /** Owner layers ascending, then KV heads. */
  readonly items: readonly EncodedItem[];
}

/** Dense tokens of one layer and KV head, in the order of `pages`. */
export interface TokenSource {
  readonly layer: LayerIndex;
  readonly kvHead: number;
  readonly pages: readonly PageId[];
  /** Token slots to skip at the start of the first page. */
  readonly skip: number;
  readonly tokens: number;
}

/** Bytes that a directory of so many items takes. */
export function directoryBytes(items: number): number {
  return DIRECTORY_HEADER_BYTES + items * DIRECTORY_ITEM_BYTES;
}

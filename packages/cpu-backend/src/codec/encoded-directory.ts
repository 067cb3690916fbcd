import {
  CodecDataError,
  DIRECTORY_HEADER_BYTES,
  DIRECTORY_ITEM_BYTES,
  DIRECTORY_MAGIC,
  directoryBytes,
  type EncodedDirectory,
  type EncodedItem,
  type PageId,
} from "@kvasir/kv-core";
import { PACKED_CODEC } from "./packed-format.ts";

/** Writes a piece's directory. @param to `directoryBytes(directory.items.length)` bytes */
export function writeEncodedDirectory(to: Uint8Array, { tokens, items }: EncodedDirectory): void {
  const words = Uint32Array.from([
    ...[DIRECTORY_MAGIC, tokens, items.length, 0],
    ...items.flatMap(({ bytes, byteLength, state, stateLength }) => [
      ...[bytes.page, bytes.offset, byteLength],
      ...[state.page, state.offset, stateLength, 0, 0],
    ]),
  ]);
  to.set(new Uint8Array(words.buffer));
}

/**
 * Reads one item of a directory.
 * @param from the directory's start to its page's end
 * @throws CodecDataError where there is no whole directory with such an item.
 */
export function readEncodedItem(from: Uint8Array, item: number): EncodedItem & { readonly tokens: number } {
  const view = new DataView(from.buffer, from.byteOffset, from.byteLength);
  if (from.length < DIRECTORY_HEADER_BYTES || view.getUint32(0, true) !== DIRECTORY_MAGIC) throw damaged("does not start with its mark.");
  const items = view.getUint32(8, true);
  if (directoryBytes(items) > from.length) throw damaged(`of ${items} items reaches beyond its page.`);
  if (item >= items) throw damaged(`has ${items} items, none of number ${item}.`);
  const at = DIRECTORY_HEADER_BYTES + item * DIRECTORY_ITEM_BYTES;
  const word = (index: number): number => view.getUint32(at + 4 * index, true);
  return {
    tokens: view.getUint32(4, true),
    bytes: { page: word(0) as PageId, offset: word(1) },
    byteLength: word(2),
    state: { page: word(3) as PageId, offset: word(4) },
    stateLength: word(5),
  };
}

function damaged(reason: string): CodecDataError {
  return new CodecDataError({ codec: PACKED_CODEC, part: "directory", reason });
}

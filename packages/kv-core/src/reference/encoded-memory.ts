import {
  type BytesAt,
  DIRECTORY_HEADER_BYTES,
  DIRECTORY_ITEM_BYTES,
  DIRECTORY_MAGIC,
  directoryBytes,
  ENCODED_ALIGNMENT,
  type EncodedDirectory,
  type EncodedItem,
} from "../backend/encoded-pages.ts";
import { CodecDataError } from "../codec/codec-data-error.ts";
import { KernelFailedError } from "../errors/kernel-failed-error.ts";
import type { PageId } from "../ids.ts";

/** Encoded bytes of the reference store, page by page, as a backend has them in the pages themselves. */
export class EncodedMemory {
  readonly #pageBytes: number;
  readonly #pageCount: number;
  readonly #pages = new Map<number, Uint8Array>();
  /** What was placed where, as `page * pageBytes + offset`: bytes alone do not say where a state ends. */
  readonly #lengths = new Map<number, number>();
  /** Changes whenever bytes do. */
  version = 0;

  constructor(pageBytes: number, pageCount: number) {
    this.#pageBytes = pageBytes;
    this.#pageCount = pageCount;
  }

  /** Whether anything was placed in the page since dense tokens were written there. */
  has(page: number): boolean {
    return this.#pages.has(page);
  }

  /** @throws KernelFailedError where the bytes do not fit there, or would start at an offset that is not aligned. */
  place(kernel: string, at: BytesAt, bytes: Uint8Array): void {
    const { page, offset } = at;
    const isAligned = offset >= 0 && offset % ENCODED_ALIGNMENT === 0;
    if (!isAligned || offset + bytes.length > this.#pageBytes || page < 0 || page >= this.#pageCount) {
      const reason = `${bytes.length} bytes from ${offset} of page ${page} on do not lie in ${this.#pageCount} pages of ${this.#pageBytes} bytes, at a multiple of ${ENCODED_ALIGNMENT}.`;
      throw new KernelFailedError({ kernel, reason });
    }
    const memory = this.#pages.get(page) ?? new Uint8Array(this.#pageBytes);
    this.#pages.set(page, memory);
    memory.set(bytes, offset);
    for (let index = 0; index < bytes.length; index += ENCODED_ALIGNMENT) this.#lengths.delete(this.#key(at) + index);
    this.#lengths.set(this.#key(at), bytes.length);
    this.version++;
  }

  /** What was placed at `at`. @throws CodecDataError where nothing was, or it has been overwritten. */
  read(codec: string, part: string, at: BytesAt, length?: number): Uint8Array {
    const placed = this.#lengths.get(this.#key(at));
    const memory = this.#pages.get(at.page);
    if (memory === undefined || placed === undefined || (length !== undefined && length !== placed)) {
      throw new CodecDataError({ codec, part, reason: `is not at byte ${at.offset} of page ${at.page}.` });
    }
    return memory.slice(at.offset, at.offset + placed);
  }

  /** Dense tokens are written over the page. */
  forget(page: number): void {
    if (!this.#pages.delete(page)) return;
    const first = page * this.#pageBytes;
    for (const key of this.#lengths.keys()) if (key >= first && key < first + this.#pageBytes) this.#lengths.delete(key);
    this.version++;
  }

  copy(from: number, to: number): void {
    this.forget(to);
    const memory = this.#pages.get(from);
    if (memory === undefined) return;
    this.#pages.set(to, memory.slice());
    const first = from * this.#pageBytes;
    for (const [key, length] of [...this.#lengths]) {
      if (key >= first && key < first + this.#pageBytes) this.#lengths.set(key - first + to * this.#pageBytes, length);
    }
    this.version++;
  }

  #key({ page, offset }: BytesAt): number {
    return page * this.#pageBytes + offset;
  }
}

/** A directory's bytes. */
export function directoryToBytes({ tokens, items }: EncodedDirectory): Uint8Array {
  const view = new DataView(new ArrayBuffer(directoryBytes(items.length)));
  const put = (at: number, values: readonly number[]): void =>
    values.forEach((value, index) => view.setUint32(at + 4 * index, value, true));
  put(0, [DIRECTORY_MAGIC, tokens, items.length, 0]);
  items.forEach(({ bytes, byteLength, state, stateLength }, index) => {
    const at = DIRECTORY_HEADER_BYTES + index * DIRECTORY_ITEM_BYTES;
    put(at, [bytes.page, bytes.offset, byteLength, state.page, state.offset, stateLength, 0, 0]);
  });
  return new Uint8Array(view.buffer);
}

/** @throws CodecDataError where the bytes are no directory. */
export function directoryFromBytes(codec: string, bytes: Uint8Array): EncodedDirectory {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at: number): number => view.getUint32(at, true);
  const isWhole = bytes.length >= DIRECTORY_HEADER_BYTES && word(0) === DIRECTORY_MAGIC && bytes.length === directoryBytes(word(8));
  if (!isWhole) throw new CodecDataError({ codec, part: "directory", reason: "does not start with its mark or has another length." });
  const items = Array.from({ length: word(8) }, (_, index): EncodedItem => {
    const at = DIRECTORY_HEADER_BYTES + index * DIRECTORY_ITEM_BYTES;
    return {
      bytes: { page: word(at) as PageId, offset: word(at + 4) },
      byteLength: word(at + 8),
      state: { page: word(at + 12) as PageId, offset: word(at + 16) },
      stateLength: word(at + 20),
    };
  });
  return { tokens: word(4), items };
}

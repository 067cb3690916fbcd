/** First-fit allocation of address ranges; adjacent free ranges join again. */
export class FreeList {
  /** Free ranges, ascending and never touching. */
  readonly #free: { start: number; end: number }[] = [];
  readonly #sizes = new Map<number, number>();
  readonly #alignment: number;

  constructor(alignment: number) {
    this.#alignment = alignment;
  }

  /** Bytes of the largest range that can be had. */
  get largest(): number {
    return this.#free.reduce((most, { start, end }) => Math.max(most, end - start), 0);
  }

  /** Adds `[start, end)` to what can be given out. */
  add(start: number, end: number): void {
    this.#insert(start, end);
  }

  /** Start of a range of at least `bytes` bytes; undefined where none is free. */
  take(bytes: number): number | undefined {
    const size = Math.max(1, Math.ceil(bytes / this.#alignment)) * this.#alignment;
    const index = this.#free.findIndex(({ start, end }) => end - start >= size);
    const range = this.#free[index];
    if (range === undefined) return undefined;
    const { start } = range;
    range.start += size;
    if (range.start === range.end) this.#free.splice(index, 1);
    this.#sizes.set(start, size);
    return start;
  }

  /** Gives back a range got from `take`. */
  give(start: number): void {
    const size = this.#sizes.get(start);
    if (size === undefined) return;
    this.#sizes.delete(start);
    this.#insert(start, start + size);
  }

  #insert(start: number, end: number): void {
    let index = this.#free.findIndex((range) => range.start > start);
    if (index < 0) index = this.#free.length;
    this.#free.splice(index, 0, { start, end });
    for (const at of [index, index - 1]) {
      const range = this.#free[at];
      const next = this.#free[at + 1];
      if (range === undefined || next === undefined || range.end !== next.start) continue;
      range.end = next.end;
      this.#free.splice(at + 1, 1);
    }
  }
}

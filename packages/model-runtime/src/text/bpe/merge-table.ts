/** Which two tokens merge into which third, and in which order. A hash table in typed arrays: large vocabularies have half a million merges. */
export class MergeTable {
  readonly #mask: number;
  /** Left and right token of each slot; -1 where empty. */
  readonly #lefts: Int32Array;
  readonly #rights: Int32Array;
  readonly #ranks: Int32Array;
  readonly #merged: Int32Array;

  /** @param capacity Most merges that will be added. */
  constructor(capacity: number) {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(16, capacity * 2)));
    this.#mask = slots - 1;
    this.#lefts = new Int32Array(slots).fill(-1);
    this.#rights = new Int32Array(slots);
    this.#ranks = new Int32Array(slots);
    this.#merged = new Int32Array(slots);
  }

  /** Of a pair given twice the last counts, as in a dictionary. */
  add(left: number, right: number, rank: number, merged: number): void {
    const slot = this.#find(left, right);
    this.#lefts[slot] = left;
    this.#rights[slot] = right;
    this.#ranks[slot] = rank;
    this.#merged[slot] = merged;
  }

  /** Slot of a pair for `rank` and `merged`; -1 where the two do not merge. */
  slot(left: number, right: number): number {
    const slot = this.#find(left, right);
    return this.#lefts[slot] === -1 ? -1 : slot;
  }

  /** Lower ranks merge first. */
  rank(slot: number): number {
    return this.#ranks[slot] as number;
  }

  merged(slot: number): number {
    return this.#merged[slot] as number;
  }

  /** The pair's slot, or the empty one where it would go. */
  #find(left: number, right: number): number {
    let slot = (Math.imul(left, 0x9e37_79b1) ^ Math.imul(right, 0x85eb_ca6b)) >>> 0;
    slot = (slot ^ (slot >>> 15)) & this.#mask;
    while (this.#lefts[slot] !== -1 && (this.#lefts[slot] !== left || this.#rights[slot] !== right)) slot = (slot + 1) & this.#mask;
    return slot;
  }
}

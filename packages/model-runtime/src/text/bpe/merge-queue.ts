/** Pairs of neighbouring symbols that may be merged: best score first, leftmost first among equals. A binary heap in typed arrays. */
export class MergeQueue {
  #scores = new Float32Array(256);
  #lefts = new Int32Array(256);
  #rights = new Int32Array(256);
  #stamps = new Int32Array(256);
  #length = 0;

  /** The pair taken out by `pop`. */
  left = 0;
  right = 0;
  /** What the caller put in to tell later whether the two symbols are still those that the pair was made of. */
  stamp = 0;

  clear(): void {
    this.#length = 0;
  }

  push(left: number, right: number, score: number, stamp: number): void {
    if (this.#length === this.#scores.length) this.#grow();
    let at = this.#length++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(score, left, parent)) break;
      this.#copy(parent, at);
      at = parent;
    }
    this.#scores[at] = score;
    this.#lefts[at] = left;
    this.#rights[at] = right;
    this.#stamps[at] = stamp;
  }

  /** Takes the best pair out into the fields; false where there is none. */
  pop(): boolean {
    if (this.#length === 0) return false;
    this.left = this.#lefts[0] as number;
    this.right = this.#rights[0] as number;
    this.stamp = this.#stamps[0] as number;
    const last = --this.#length;
    if (last > 0) this.#sink(last);
    return true;
  }

  /** Puts entry `last` where the root was. */
  #sink(last: number): void {
    const score = this.#scores[last] as number;
    const left = this.#lefts[last] as number;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= last) break;
      if (child + 1 < last && this.#isBefore(this.#scores[child + 1] as number, this.#lefts[child + 1] as number, child)) child++;
      if (this.#isBefore(score, left, child)) break;
      this.#copy(child, at);
      at = child;
    }
    this.#copy(last, at);
  }

  #isBefore(score: number, left: number, other: number): boolean {
    const otherScore = this.#scores[other] as number;
    return score > otherScore || (score === otherScore && left < (this.#lefts[other] as number));
  }

  #copy(from: number, to: number): void {
    this.#scores[to] = this.#scores[from] as number;
    this.#lefts[to] = this.#lefts[from] as number;
    this.#rights[to] = this.#rights[from] as number;
    this.#stamps[to] = this.#stamps[from] as number;
  }

  #grow(): void {
    const length = this.#scores.length * 2;
    const grow = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const larger = new Int32Array(length);
      larger.set(old);
      return larger;
    };
    const scores = new Float32Array(length);
    scores.set(this.#scores);
    this.#scores = scores;
    this.#lefts = grow(this.#lefts);
    this.#rights = grow(this.#rights);
    this.#stamps = grow(this.#stamps);
  }
}

/** A growing list of i32, filled every step without allocating again. */
export class IntList {
  #data: Int32Array = new Int32Array(256);
  length = 0;

  clear(): void {
    this.length = 0;
  }

  /** Appends four numbers: the records of attention are multiples of that. */
  push4(a: number, b: number, c: number, d: number): void {
    if (this.length + 4 > this.#data.length) this.#grow(this.length + 4);
    const at = this.length;
    this.#data[at] = a;
    this.#data[at + 1] = b;
    this.#data[at + 2] = c;
    this.#data[at + 3] = d;
    this.length = at + 4;
  }

  push2(a: number, b: number): void {
    if (this.length + 2 > this.#data.length) this.#grow(this.length + 2);
    this.#data[this.length] = a;
    this.#data[this.length + 1] = b;
    this.length += 2;
  }

  push(value: number): void {
    if (this.length + 1 > this.#data.length) this.#grow(this.length + 1);
    this.#data[this.length++] = value;
  }

  get(index: number): number {
    return this.#data[index] ?? 0;
  }

  set(index: number, value: number): void {
    this.#data[index] = value;
  }

  /** What has been appended; a view that the next append may leave behind. */
  get values(): Int32Array {
    return this.#data.subarray(0, this.length);
  }

  #grow(needed: number): void {
    const larger = new Int32Array(Math.max(needed, 2 * this.#data.length));
    larger.set(this.#data);
    this.#data = larger;
  }
}

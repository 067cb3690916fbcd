/** A queue between a producer that never waits and one consumer that iterates. */
export class EventQueue<T> implements AsyncIterableIterator<T> {
  readonly #items: T[] = [];
  #waiter: { resolve(result: IteratorResult<T>): void; reject(error: unknown): void } | undefined;
  #isEnded = false;
  #error: unknown;
  readonly #onReturn: () => void;

  /** `onReturn` runs when the consumer leaves the iteration early. */
  constructor(onReturn: () => void) {
    this.#onReturn = onReturn;
  }

  push(item: T): void {
    if (this.#isEnded) return;
    const waiter = this.#waiter;
    if (waiter === undefined) {
      this.#items.push(item);
    } else {
      this.#waiter = undefined;
      waiter.resolve({ value: item, done: false });
    }
  }

  /** Ends the iteration after what is queued; with an error, the consumer's next step throws it. */
  end(error?: unknown): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#error = error;
    const waiter = this.#waiter;
    if (waiter === undefined) return;
    this.#waiter = undefined;
    if (error === undefined) waiter.resolve({ value: undefined, done: true });
    else waiter.reject(this.#takeError());
  }

  async next(): Promise<IteratorResult<T>> {
    const item = this.#items.shift();
    if (item !== undefined) return { value: item, done: false };
    if (this.#isEnded) {
      if (this.#error !== undefined) throw this.#takeError();
      return { value: undefined, done: true };
    }
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject };
    });
  }

  async return(): Promise<IteratorResult<T>> {
    if (!this.#isEnded) {
      this.#isEnded = true;
      this.#items.length = 0;
      this.#onReturn();
    }
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #takeError(): unknown {
    const error = this.#error;
    this.#error = undefined;
    return error;
  }
}

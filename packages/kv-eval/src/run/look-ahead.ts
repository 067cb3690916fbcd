/** Takes items from an iterator and makes the next one as soon as the event loop is free, so that takers need not wait for it. */
export class LookAhead<T> {
  readonly #source: Iterator<T, void, undefined>;
  #ready: IteratorResult<T, void> | undefined;
  #error: { readonly thrown: unknown } | undefined;

  constructor(source: Iterator<T, void, undefined>) {
    this.#source = source;
  }

  /** The next item; `undefined` after the last. @throws what making the item threw */
  take(): T | undefined {
    if (this.#error !== undefined) throw this.#error.thrown;
    const result = this.#ready ?? this.#source.next();
    this.#ready = undefined;
    if (result.done === true) return undefined;
    // After the taker has sent its request.
    setImmediate(() => this.#prepare());
    return result.value;
  }

  #prepare(): void {
    if (this.#ready !== undefined || this.#error !== undefined) return;
    try {
      this.#ready = this.#source.next();
    } catch (thrown) {
      this.#error = { thrown };
    }
  }
}

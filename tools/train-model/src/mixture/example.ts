/** A piece of a training example; what a token is part of decides its weight in the loss. */
export interface Part {
  /**
   * `document`, `user`, `assistant` are turns of the chat template; `prefix` is the given beginning of the assistant turn that follows;
   * `text` is plain text.
   */
  readonly kind: "document" | "user" | "assistant" | "prefix" | "text";
  /** Answers begin with a space, as the chat template writes them. */
  readonly text: string;
  /** Character ranges learnt in full, such as a reference that was resolved. */
  readonly emphasis?: readonly (readonly [start: number, end: number])[];
}

/** One conversation to learn. */
export interface Example {
  /** Kind of exercise, for the table after training. */
  readonly task: string;
  readonly parts: readonly Part[];
}

/** A question and its answer about documents. */
export interface Turn {
  readonly question: string;
  readonly answer: string;
}

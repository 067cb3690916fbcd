/** Something people say to a chat model, in several wordings, with several good answers to each of them. */
export interface Topic {
  readonly name: string;
  /** Where in a conversation it belongs. */
  readonly place: "opening" | "middle" | "closing";
  readonly users: readonly string[];
  readonly answers: readonly string[];
}

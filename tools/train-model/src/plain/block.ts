import type { Random } from "@kvasir/kv-eval";
import type { RenderedQuestion, UsedValues } from "../templates/index.ts";

export type BlockQuestion = Pick<RenderedQuestion, "texts" | "answer" | "isKeyed">;

/** A piece of a document with what can be asked about it. */
export interface Block {
  readonly text: string;
  /** Stands on lines of its own: a table or a list, not sentences. */
  readonly isLayout: boolean;
  readonly questions: readonly BlockQuestion[];
}

/** Makes a block whose names are none of `used`, or nothing where names ran out. */
export type MakeBlock = (random: Random, used: UsedValues) => Block | undefined;

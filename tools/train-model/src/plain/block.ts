import type { Random } from "@kvasir/kv-eval";
import type { SlotValue } from "../slots/index.ts";
import type { RenderedQuestion, UsedValues } from "../templates/index.ts";

export type BlockQuestion = Pick<RenderedQuestion, "texts" | "answer" | "isKeyed">;

/** A piece of a document with what can be asked about it. */
export interface Block {
  readonly text: string;
  /** Stands on lines of its own: a table or a list, not sentences. */
  readonly isLayout: boolean;
  readonly questions: readonly BlockQuestion[];
  /** What a frame names, for questions that go beyond what is told about it. */
  readonly named?: readonly NamedValue[];
}

/** Something that a text names. */
export interface NamedValue {
  readonly type: string;
  readonly value: SlotValue;
  /** Slot types of all that is told with it. */
  readonly told: ReadonlySet<string>;
}

/** Makes a block whose names are none of `used`, or nothing where names ran out. */
export type MakeBlock = (random: Random, used: UsedValues) => Block | undefined;

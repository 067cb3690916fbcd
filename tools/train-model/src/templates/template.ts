/** How a slot's value is drawn: by a slot type, or from the template's own list. */
export type SlotSource = { readonly type: string } | { readonly values: readonly string[] };

export interface SlotNode {
  readonly kind: "slot";
  readonly name: string;
  /** Stands where the slot is defined. */
  readonly source?: SlotSource;
  /** A part or form of the value: `first`, `last`, `past` ... */
  readonly part?: string;
  readonly capital: boolean;
  readonly article: boolean;
  readonly line: number;
}

/** A word that agrees with a person: "she" or "he". */
export interface AgreeNode {
  readonly kind: "agree";
  readonly name: string;
  readonly woman: string;
  readonly man: string;
  readonly line: number;
}

export interface ChoiceNode {
  readonly kind: "choice";
  readonly branches: readonly Nodes[];
}

export type Node = string | SlotNode | AgreeNode | ChoiceNode;
export type Nodes = readonly Node[];

export interface TemplateQuestion {
  readonly wordings: readonly Nodes[];
  /** Items of a list, or one answer. Undefined where the text does not tell. */
  readonly answer: readonly Nodes[] | undefined;
  readonly line: number;
}

/** A piece of writing with slots, and questions about it. */
export interface Template {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly text: Nodes;
  readonly questions: readonly TemplateQuestion[];
  /** Every slot of the text. */
  readonly sources: ReadonlyMap<string, SlotSource>;
  /** All fixed words of the text in lower case; drawn values keep away from them. */
  readonly fixedWords: string;
}

/** A mistake in a template, with where it stands. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";

  constructor(file: string, line: number, message: string) {
    super(`${file}:${line}: ${message}`);
  }
}

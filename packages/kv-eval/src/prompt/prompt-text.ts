import { openText, openWeightFile, type ModelText } from "@kvasir/model-runtime";
import type { TokenRange } from "../agreement/block-recall.ts";
import type { CountTokens, Exercise, ExerciseRequest, Question } from "../exercise.ts";
import { evidenceRanges } from "./evidence-ranges.ts";
import { documentTitle, renderMessage } from "./render-message.ts";

/** Tokens that a chat template puts around texts. */
export type Overhead = NonNullable<ExerciseRequest["overhead"]>;

/** What generators need to know of a model's tokenizer and chat template. */
export interface TokenCounter {
  readonly countTokens: CountTokens;
  readonly overhead: Overhead;
}

/** A question's prompt in tokens. */
export interface PromptTokens {
  /** Everything up to where the answer is generated, the answer prefix included. */
  readonly tokens: readonly number[];
  /** Tokens of `tokens` that the documents take when each is a context of its own; 0 where one message holds all. */
  readonly documentTokens: number;
}

/** Stands for any text in renderings that show what a template adds. */
const PROBE = "Kvasir";

/** A model's tokenizer and chat template as prompts of a benchmark need them. All calls are synchronous. */
export class PromptText implements TokenCounter {
  readonly overhead: Overhead;
  readonly #text: ModelText;

  constructor(text: ModelText) {
    this.#text = text;
    this.overhead = this.#measureOverhead();
  }

  /** Opens the tokenizer and chat template of a model file or directory; reads no weights. */
  static async open(modelPath: string): Promise<PromptText> {
    const file = await openWeightFile(modelPath);
    try {
      return new PromptText(openText(modelPath, file));
    } finally {
      file.close();
    }
  }

  readonly countTokens = (text: string): number => this.encode(text).length;

  /** Tokens of a text alone: nothing added, and names of special tokens stay text. */
  encode(text: string): number[] {
    return this.#text.tokenizer.encode(text, { addSpecialTokens: false, parseSpecial: false });
  }

  /** Text of tokens, special ones included. */
  decode(tokens: readonly number[]): string {
    return this.#text.tokenizer.decode(tokens, { skipSpecialTokens: false });
  }

  /**
   * Renders a question as the model's chat. The answer prefix follows the beginning of the assistant's turn. Documents of the layout
   * `documents` take the place of contexts, the preamble (where there is one) that of the first.
   */
  promptTokens(exercise: Exercise, question: Question): PromptTokens {
    const prefix = this.encode(question.answerPrefix);
    const { formatter } = this.#text;
    if (exercise.layout === "one-message") {
      const { text } = renderMessage(exercise, question);
      return { tokens: [...formatter.chatTokens([{ role: "user", content: text }]), ...prefix], documentTokens: 0 };
    }
    const contents = contextContents(exercise);
    const documents = formatter.joinContexts(contents.map((content) => formatter.contextTokens(content)));
    return { tokens: [...documents, ...this.questionTokens(exercise, question)], documentTokens: documents.length };
  }

  /** The part of `promptTokens` that follows the documents of the layout `documents`. */
  questionTokens(exercise: Exercise, question: Question): number[] {
    const messages = [{ role: "user", content: question.text }];
    return [...this.#text.formatter.chatTokensAfterContexts(messages, contextContents(exercise)), ...this.encode(question.answerPrefix)];
  }

  /** Tokens of `promptTokens(exercise, question)` that prove the answer. */
  evidenceRanges(exercise: Exercise, question: Question): TokenRange[] {
    const { tokens } = this.promptTokens(exercise, question);
    const bytesOf = (token: number): Uint8Array => this.#text.tokenizer.tokenBytes(token);
    return evidenceRanges({ tokens, bytesOf, documents: exercise.documents, evidence: question.evidence });
  }

  /** An upper bound that no layout exceeds: what stands once per sequence counts with the question. */
  #measureOverhead(): Overhead {
    const { formatter } = this.#text;
    const message = [{ role: "user", content: PROBE }];
    const probe = this.countTokens(PROBE);
    const context = formatter.contextTokens(PROBE);
    const added = formatter.joinContexts([context, context]).length - context.length;
    const head = context.length - added;
    const alone = formatter.chatTokens(message).length;
    const following = head + formatter.chatTokensAfterContexts(message, [PROBE]).length;
    return { perDocument: added - probe, perQuestion: Math.max(alone, following) - probe };
  }
}

/** Texts that come before the question as contexts: the preamble, where there is one, and each document. */
export function contextContents(exercise: Exercise): readonly string[] {
  return exercise.preamble === "" ? exercise.documents : [exercise.preamble, ...exercise.documents];
}

/** Tokens that titles and blank lines add per document where one message holds all. */
export function titleTokens(countTokens: CountTokens): number {
  return countTokens(`\n\n${documentTitle(98)}`);
}

import { createRulerTasks, type Exercise, type Question, type Random } from "@kvasir/kv-eval";
import { countTokens } from "./count-tokens.ts";

const ESSAYS = ["Nothing in these tasks is hidden in an essay."];
const MOST_QUESTIONS = 40;

/** A question about an encyclopaedia's articles; the answer stands in the article `title`, which another one leads to. */
export interface BridgedQuestion {
  readonly text: string;
  readonly title: string;
  readonly answer: string;
}

/** An exercise of two-hop questions with the articles they end in. */
export interface ArticleWorld {
  readonly documents: readonly string[];
  readonly questions: readonly BridgedQuestion[];
}

/** How articles are drawn. */
export interface ArticleOptions {
  /**
   * How many times as many pairs of articles there are as the benchmark would write in so much room, 1 to about 2.7: with many, each pair is
   * a decoy of the others, and there are two questions about each. Default 1.
   */
  readonly crowding?: number;
  /** Share of the sentences kept that no question needs; fewer leave room for more articles. Default 1. */
  readonly kept?: number;
}

/** Draws articles in which two hops lead to an answer. @throws RangeError where `tokens` is too few for them. */
export function drawArticles(random: Random, tokens: number, { crowding = 1, kept = 1 }: ArticleOptions = {}): ArticleWorld {
  const task = createRulerTasks({ essays: ESSAYS, questionCount: MOST_QUESTIONS }).find(({ name }) => name === "qa_2");
  if (task === undefined) throw new Error("RULER's tasks have no qa_2.");
  // The benchmark writes one pair of articles for so many tokens of the length; larger counts of a like text make room for more of them.
  const scale = crowding * (1 + (1 - kept) * UNNEEDED);
  const exercise = task.generate({
    seed: random.integer(0, 2 ** 31 - 1),
    length: Math.floor(tokens * scale),
    countTokens: (text) => Math.ceil(countTokens(text) * crowding),
  });
  const titles = exercise.questions.map((question) => titleOf(exercise, question));
  return {
    documents: (kept < 1 ? thinOut(exercise, kept, random) : (exercise.documents[0] ?? "")).split(/\n\n(?=Document \d+:\n)/u),
    questions: exercise.questions.map((question, i) => ({
      text: (question.text.split("Question: ").at(-1) ?? question.text).trim(),
      title: titles[i] ?? "",
      answer: question.completion.trim(),
    })),
  };
}

/** Share of the text that no question needs, about; the room that thinning out makes. */
const UNNEEDED = 0.8;

/** Title of the article that the answer stands in, whose sentence is the last piece of evidence: the line after "Document N:". */
function titleOf({ documents }: Exercise, { evidence }: Question): string {
  const answer = evidence.at(-1);
  if (answer === undefined) throw new Error("A question of qa_2 has no evidence.");
  const before = (documents[answer.document] ?? "").slice(0, answer.end);
  return (
    before
      .split(/^Document \d+:\n/mu)
      .at(-1)
      ?.split("\n", 1)[0] ?? ""
  );
}

/** The articles with part of the sentences that are no evidence. */
function thinOut({ documents: [text = ""], questions }: Exercise, kept: number, random: Random): string {
  const needed = questions.flatMap(({ evidence }) => evidence);
  let start = 0;
  const lines = text.split("\n").map((line) => {
    const lineStart = start;
    start += line.length + 1;
    let from = lineStart;
    const sentences = line.split(SENTENCE_GAP).filter((sentence, i) => {
      const [begin, end] = [from, from + sentence.length];
      from = end + 1;
      return i === 0 || needed.some((span) => span.start < end && span.end > begin) || random.chance(kept);
    });
    return sentences.join(" ");
  });
  return lines.join("\n");
}

/** Between sentences; abbreviations of a letter or two are not the end of one. */
const SENTENCE_GAP = /(?<=[a-z\d]{3}["”)]?[.!?]) (?=[A-Z])/u;

import { createRulerTasks, type Exercise, type Question, type Random } from "@kvasir/kv-eval";
import { countTokens } from "./count-tokens.ts";
import type { Example, Part } from "./example.ts";

/** Least length at which two articles and a question about them have room. */
export const LEAST_ARTICLE_TOKENS = 420;

const TOKENS_PER_QUESTION = 120;
const ESSAYS = ["Nothing in these tasks is hidden in an essay."];

const WHICH = [
  "Which document tells the answer to this: {Q} Give its title.",
  "{Q} First: of whom or what is that asked? Answer with the title of the document.",
  "What is the subject of this question called? {Q}",
];

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

/** Draws articles in which two hops lead to an answer. @throws RangeError where `tokens` is too few for them. */
export function drawArticles(random: Random, tokens: number): ArticleWorld {
  const questionCount = Math.max(2, Math.min(16, Math.floor(tokens / TOKENS_PER_QUESTION)));
  const task = createRulerTasks({ essays: ESSAYS, questionCount }).find(({ name }) => name === "qa_2");
  if (task === undefined) throw new Error("RULER's tasks have no qa_2.");
  const exercise = task.generate({ seed: random.integer(0, 2 ** 31 - 1), length: tokens, countTokens });
  return {
    documents: (exercise.documents[0] ?? "").split(/\n\n(?=Document \d+:\n)/u),
    questions: exercise.questions.map((question) => ({
      text: (question.text.split("Question: ").at(-1) ?? question.text).trim(),
      title: titleOf(exercise, question),
      answer: question.completion.trim(),
    })),
  };
}

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

/** Two-hop questions in steps: which article is meant, the answer with that article's title before it, and the answer alone. */
export function articlesExample(random: Random, tokens: number): Example {
  const room = Math.max(LEAST_ARTICLE_TOKENS, Math.floor(tokens * random.pick([0.3, 0.5, 1, 1])));
  const { documents, questions } = drawArticles(random, Math.min(tokens, room));
  const told = "Answer the question based on the given documents. Only give me the answer and do not output any other words.";
  const parts: Part[] = random.chance(0.5)
    ? documents.map((text): Part => ({ kind: "document", text }))
    : [{ kind: "document", text: documents.join("\n\n") }];
  const ask = (text: string, answer: string): void => {
    parts.push({ kind: "user", text }, { kind: "assistant", text: ` ${answer}` });
  };
  const direct = (question: string, answer: string): void => {
    if (random.chance(0.5)) ask(question, answer);
    else {
      parts.push({ kind: "user", text: `${told}\n\nQuestion: ${question}` });
      parts.push({ kind: "prefix", text: " Answer:" }, { kind: "assistant", text: ` ${answer}` });
    }
  };
  for (const { text, title, answer } of questions) {
    const way = random.fraction();
    if (way < 0.35) {
      ask(
        random.pick(WHICH).replace("{Q}", () => text),
        title,
      );
      direct(text, answer);
    } else if (way < 0.5) ask(`${text} Give the title of its document first.`, `${title}: ${answer}`);
    else direct(text, answer);
  }
  return { task: "practice_articles", parts };
}

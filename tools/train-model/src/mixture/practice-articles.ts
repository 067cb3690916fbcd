import type { Random } from "@kvasir/kv-eval";
import type { Example, Part } from "./example.ts";
import { type ArticleWorld, type BridgedQuestion, drawArticles } from "./practice-articles-world.ts";

/**
 * Least length at which some articles are of the same kind. In fewer, the question's own words tell the article with the answer, and a network
 * learns to pick by them, which is a guess among several in the benchmark.
 */
export const LEAST_ARTICLE_TOKENS = 800;

/** How crowded worlds are, and how thinned out: see `drawArticles`. */
const CROWDING = [1, 2, 2.6, 2.6] as const;
const KEPT = [0.3, 0.5, 0.7, 1, 1] as const;
const TOKENS_PER_QUESTION = 36;

/** Shares of questions that are answered in one step, and of those whose resolution is given, with full loss. */
const DIRECT = 0.75;
const RESOLVED = 0.12;
/** Of the examples that ask for resolutions while other questions follow. */
const SHUFFLED = 0.25;

const TOLD = "Answer the question based on the given documents. Only give me the answer and do not output any other words.";
const WHICH = [
  "Which document tells the answer to this: {Q} Give its title.",
  "{Q} First: of whom or what is that asked? Answer with the title of the document.",
  "What is the subject of this question called? {Q}",
];

/** Two-hop questions about crowds of articles: mostly the answer alone, as the benchmark asks for it; at times in steps. */
export function articlesExample(random: Random, tokens: number): Example {
  const { documents, questions } = drawWorld(random, tokens);
  const [direct, stepwise] = partition(random.shuffle(questions), () => random.chance(DIRECT));
  // What is told in steps answers part of what comes after, so it comes last.
  const turns = [
    ...direct.map((question) => (): Part[] => askDirectly(random, question)),
    ...stepwise.map((question) => (): Part[] => askInSteps(random, question)),
  ];
  const asked = (random.chance(SHUFFLED) ? random.shuffle(turns) : turns).flatMap((turn) => turn());
  return { task: "practice_articles", parts: present(random, documents, asked) };
}

function drawWorld(random: Random, tokens: number): ArticleWorld {
  const options = { crowding: random.pick(CROWDING), kept: random.pick(KEPT) };
  // Questions are about two for each pair.
  const room = tokens - Math.min(40, (tokens * options.crowding) / 400) * TOKENS_PER_QUESTION;
  try {
    return drawArticles(random, room, options);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return drawArticles(random, room);
  }
}

function partition<T>(items: readonly T[], isFirst: (item: T) => boolean): readonly [T[], T[]] {
  const [first, second]: [T[], T[]] = [[], []];
  for (const item of items) (isFirst(item) ? first : second).push(item);
  return [first, second];
}

/** Articles as contexts of their own, as one, or in the message of the first question as the benchmark has them. */
function present(random: Random, documents: readonly string[], [first, ...rest]: readonly Part[]): Part[] {
  const way = random.fraction();
  if (way < 0.35 || first === undefined)
    return [...documents.map((text): Part => ({ kind: "document", text })), ...(first ? [first] : []), ...rest];
  const all = documents.join("\n\n");
  if (way < 0.6) return [{ kind: "document", text: all }, first, ...rest];
  const before = `${TOLD}\n\nThe following are given documents.\n\n${all}\n\n`;
  const question = first.text.startsWith(TOLD) ? first.text : `${TOLD}\n\nQuestion: ${first.text}`;
  const shift = before.length + question.length - first.text.length;
  const emphasis = first.emphasis?.map(([start, end]) => [start + shift, end + shift] as const);
  return [{ kind: "user", text: before + question, ...(emphasis === undefined ? {} : { emphasis }) }, ...rest];
}

function askDirectly(random: Random, { text, answer }: BridgedQuestion): Part[] {
  if (random.chance(0.4)) return ask(text, answer);
  return [
    { kind: "user", text: `${TOLD}\n\nQuestion: ${text}` },
    { kind: "prefix", text: " Answer:" },
    { kind: "assistant", text: ` ${answer}` },
  ];
}

function askInSteps(random: Random, { text, title, answer }: BridgedQuestion): Part[] {
  const way = random.fraction();
  if (way < RESOLVED / (1 - DIRECT)) {
    const resolved = `${text} (${title})`;
    return [
      { kind: "user", text: resolved, emphasis: [[text.length + 2, resolved.length - 1]] },
      { kind: "assistant", text: ` ${answer}` },
    ];
  }
  if (way < 0.75) return ask(`${text} Give the title of its document first.`, `${title}: ${answer}`);
  return ask(
    random.pick(WHICH).replace("{Q}", () => text),
    title,
  );
}

function ask(text: string, answer: string): Part[] {
  return [
    { kind: "user", text },
    { kind: "assistant", text: ` ${answer}` },
  ];
}

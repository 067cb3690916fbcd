import type { EvidenceSpan, Exercise, ExerciseRequest, Question, Task } from "../exercise.ts";
import { createRandom, type Random } from "../random.ts";
import { largestThatFits } from "./largest-that-fits.ts";
import { createSizeCounter, joinParts, type MarkedText, type Part } from "./one-message.ts";
import { askFact, askLinkedFact, createWorld, type Article, type World, type WorldQuestion } from "./world/index.ts";

/** Whether an answer takes one article (as in SQuAD), or two (as in HotpotQA, whose articles have titles). */
export type Hops = 1 | 2;

const TOLD = "Answer the question based on the given documents. Only give me the answer and do not output any other words.";
const PREAMBLE = `${TOLD}\n\nThe following are given documents.\n`;
/** Source: RULER, constants.py, `tokens_to_generate`. */
const MAX_NEW_TOKENS = 32;

/**
 * Creates a question-answering task with RULER's wording over invented articles, since those of SQuAD and HotpotQA are not ours to ship
 * and are known to models by heart. Source: RULER, scripts/data/synthetic/qa.py.
 */
export function createQuestionAnsweringTask(name: string, hops: Hops, questionCount: number): Task {
  return { name, generate: (request) => generateQuestionAnswering(name, hops, questionCount, request) };
}

function generateQuestionAnswering(task: string, hops: Hops, questionCount: number, request: ExerciseRequest): Exercise {
  const random = createRandom(request.seed).fork(task);
  const world = createWorld(random.fork("world"));
  // About as many as leave half of the room to others.
  const groupCount = Math.max(1, Math.min(Math.ceil(questionCount / QUESTIONS_PER_GROUP[hops]), Math.floor(request.length / 800)));
  const { articles, questions } = chooseQuestions(world, hops, groupCount, questionCount, random.fork("questions"));
  const isTitled = hops === 2;
  const others = createDistractors(world, isTitled, questions);
  const write = (count: number): MarkedText => {
    const all = [...articles, ...others(count)];
    const order = random.fork("order").shuffle(all.map((_, index) => index));
    const parts = order.map((mark, index): Part => ({
      text: `Document ${index + 1}:\n${articleText(all[mark] as Article, isTitled)}`,
      mark,
    }));
    return joinParts(parts, "\n\n");
  };
  const asked = questions.map(({ text }) => ({
    text: `\n${TOLD}\n\nQuestion: ${text}`,
    answerPrefix: " Answer:",
    maxNewTokens: MAX_NEW_TOKENS,
  }));
  const size = createSizeCounter(request, PREAMBLE, asked);
  const count = largestThatFits({ least: 0, limit: request.length, sizeOf: (count) => size(write(count).text), subject: task });
  const context = write(count);
  return {
    task,
    seed: request.seed,
    preamble: PREAMBLE,
    documents: [context.text],
    questions: questions.map(({ answer, reference, support }, index): Question => {
      const evidence = support.flatMap(({ article, sentence }) =>
        findEvidence(context, articles.indexOf(article), article, sentence, isTitled),
      );
      return { ...asked[index]!, references: [reference], completion: ` ${answer}`, evidence, metric: "match-part" };
    }),
    layout: "one-message",
  };
}

/** Questions about an article, or a pair of articles, at most. */
const QUESTIONS_PER_GROUP: Readonly<Record<Hops, number>> = { 1: 3, 2: 2 };

interface Chosen {
  readonly articles: readonly Article[];
  readonly questions: readonly WorldQuestion[];
}

/** Draws articles and questions whose answers stand nowhere else in them. */
function chooseQuestions(world: World, hops: Hops, groupCount: number, questionCount: number, random: Random): Chosen {
  for (;;) {
    const groups = Array.from({ length: groupCount }, () => (hops === 1 ? [world.next()] : world.nextPair()));
    const articles = groups.flat();
    const questions = groups.flatMap(([first, second]) => {
      const all = first === undefined ? [] : second === undefined ? askAbout(first, random) : askAboutPair(first, second, random);
      return all.filter((question) => isUnique(question, articles)).slice(0, QUESTIONS_PER_GROUP[hops]);
    });
    if (questions.length > 0) return { articles, questions: random.shuffle(questions).slice(0, questionCount) };
  }
}

function askAbout(article: Article, random: Random): WorldQuestion[] {
  return random.shuffle(article.facts).map((fact) => askFact(article, fact, random));
}

function askAboutPair(first: Article, second: Article, random: Random): WorldQuestion[] {
  const link = first.facts.find(({ target }) => target === second.subject);
  return link === undefined ? [] : random.shuffle(second.facts).map((fact) => askLinkedFact(first, link, second, fact, random));
}

/** Whether the answer stands once in the articles, and not in the question. */
function isUnique({ text, reference, support }: WorldQuestion, articles: readonly Article[]): boolean {
  const wanted = reference.toLowerCase();
  const places = articles.flatMap((article) =>
    [article.subject.naming.title, ...article.sentences].flatMap((sentence, index) =>
      sentence.toLowerCase().includes(wanted) ? [{ article, sentence: index - 1 }] : [],
    ),
  );
  const [place] = places;
  const last = support.at(-1);
  return (
    places.length === 1 && place?.article === last?.article && place?.sentence === last?.sentence && !text.toLowerCase().includes(wanted)
  );
}

/** Further articles, without those that contain an answer; more are written as more are asked for. */
function createDistractors(world: World, isTitled: boolean, questions: readonly WorldQuestion[]): (count: number) => readonly Article[] {
  const wanted = questions.map(({ reference }) => reference.toLowerCase());
  const articles: Article[] = [];
  return (count) => {
    while (articles.length < count) {
      const article = world.next();
      const text = articleText(article, isTitled).toLowerCase();
      if (!wanted.some((answer) => text.includes(answer))) articles.push(article);
    }
    return articles.slice(0, count);
  };
}

function articleText({ subject, sentences }: Article, isTitled: boolean): string {
  return (isTitled ? `${subject.naming.title}\n` : "") + sentences.join(" ");
}

/** The sentence, and what names the subject where the sentence does not. */
function findEvidence({ text, spans }: MarkedText, mark: number, article: Article, sentence: number, isTitled: boolean): EvidenceSpan[] {
  const span = spans.get(mark)!;
  const { title } = article.subject.naming;
  const heading = text.indexOf("\n", span.start) + 1;
  const stated = article.sentences[sentence] as string;
  const introduction = article.sentences[0] as string;
  const body = heading + (isTitled ? title.length + 1 : 0);
  const start = body + article.sentences.slice(0, sentence).reduce((sum, { length }) => sum + length + 1, 0);
  const named = isTitled ? title : introduction;
  const naming = stated.includes(title) ? [] : [{ document: 0, start: heading, end: heading + named.length }];
  return [...naming, { document: 0, start, end: start + stated.length }];
}

import type { Random } from "../../random.ts";
import type { Article, Fact } from "./world.ts";

/** A question about articles. */
export interface WorldQuestion {
  readonly text: string;
  /** As the article has it. */
  readonly answer: string;
  /** The least that a right answer contains: no leading article, no unit behind thousands. */
  readonly reference: string;
  /** Articles and their sentences that state what is needed. */
  readonly support: readonly { readonly article: Article; readonly sentence: number }[];
}

/** Asks for a fact of an article. */
export function askFact(article: Article, fact: Fact, random: Random): WorldQuestion {
  const text = random.pick(fact.attribute.questions).replace("{n}", article.subject.naming.name);
  return { text, ...answerOf(fact), support: [{ article, sentence: fact.sentence }] };
}

/** Asks for a fact of the article that `link` leads to, and names that one only by `link`. */
export function askLinkedFact(first: Article, link: Fact, second: Article, fact: Fact, random: Random): WorldQuestion {
  const phrase = random.pick(link.attribute.phrases ?? []).replace("{n}", first.subject.naming.name);
  const text = random.pick(fact.attribute.questions).replace("{n}", phrase);
  return {
    text,
    ...answerOf(fact),
    support: [
      { article: first, sentence: link.sentence },
      { article: second, sentence: fact.sentence },
    ],
  };
}

function answerOf({ value, target }: Fact): Pick<WorldQuestion, "answer" | "reference"> {
  const answer = target?.naming.title ?? value;
  return { answer, reference: answer.replace(/^(?:an?|the) /, "").replace(/^(\d+,\d+) .*$/, "$1") };
}

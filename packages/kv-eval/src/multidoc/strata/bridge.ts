import type { Random } from "../../random.ts";
import type { Asked, Draft, DraftRequest, Sentence } from "../draft.ts";
import { spread, state } from "../draft.ts";
import { fill } from "../grammar/fill.ts";
import { linkNouns, linkPhrases, linkQuestions, linkStatements } from "../grammar/links.ts";
import { endRelations, type Relation } from "../grammar/relations.ts";

const CHAINS = 3;
/** Share of chains with two people between the one asked about and the answer. */
const THREE_HOPS = 0.35;

/** One chain: every person is linked to the next, and the last one has the value asked for. */
export interface Chain {
  readonly people: readonly string[];
  /** One fewer than `people`. */
  readonly links: readonly string[];
  readonly relation: Relation;
  readonly value: string;
  /** One per link, then that of the value. */
  readonly sentences: readonly Sentence[];
}

/** T1: "x's guardian is y" in one document, "y lives in z" in another; asks for z. Resolvable hop by hop from the question. */
export function buildBridge(request: DraftRequest): Draft {
  const { random, documents } = request;
  const chains = createChains(request);
  const questions = chains.flatMap((chain) => [askEnd(chain, 0, random), ...askParts(chain, random)]);
  const [first, ...rest] = questions;
  return {
    documents: spread(
      chains.map(({ sentences }) => sentences),
      documents,
      random,
    ),
    questions: first === undefined ? [] : [first, ...random.shuffle(rest)],
  };
}

/**
 * Chains that share their kinds of links and values, so that each is a decoy of the others.
 * @param alike How many of them have the same relation at their end.
 */
export function createChains({ random, cast, documents, density }: DraftRequest, alike: number = CHAINS): Chain[] {
  const links = random.sample(linkNouns, 2);
  const relations = random.sample(endRelations, 2);
  const count = Math.max(CHAINS, Math.round((documents * density) / 2.5));
  return Array.from({ length: count }, (_, i) => {
    const hops = random.chance(THREE_HOPS) && documents >= 6 ? 2 : 1;
    const people = cast.drawMany("person", hops + 1);
    const free = relations.filter(({ kind }) => cast.has(kind, 12));
    const relation = (i < alike ? relations[0] : random.pick(free.length > 0 ? free : relations)) as Relation;
    const value = cast.draw(relation.kind);
    const own = hops === 2 ? random.shuffle(links) : [i < CHAINS ? (links[0] ?? "") : random.pick(links)];
    const linkSentences = own.map((link, k) => stateLink(link, people[k] ?? "", people[k + 1] ?? "", random));
    return { people, links: own, relation, value, sentences: [...linkSentences, state(relation, people[hops] ?? "", value, random)] };
  });
}

function stateLink(link: string, subject: string, value: string, random: Random): Sentence {
  return {
    text: fill(random.pick(linkStatements), { link, S: subject, O: value }),
    fact: { type: "relation", subject: { name: subject }, relation: link, value: { name: value } },
  };
}

/** Asks for the value, beginning with the person of number `from`. */
export function askEnd({ people, links, relation, value }: Chain, from: number, random: Random): Asked {
  const followed = links.slice(from);
  const phrase = followed.reduce((S, link) => random.pick(linkPhrases).replace("{S}", S).replace("{link}", link), people[from] ?? "");
  return {
    text: fill(random.pick(relation.questions), { S: phrase }),
    query: { type: "value", subject: people[from] ?? "", links: followed, relation: relation.id },
    answer: value,
  };
}

/** Shorter questions about a chain of three hops: its last two, and its first two. */
function askParts(chain: Chain, random: Random): Asked[] {
  const { people, links } = chain;
  const [first, second] = links;
  if (first === undefined || second === undefined) return [];
  const phrase = random
    .pick(linkPhrases)
    .replace("{S}", people[0] ?? "")
    .replace("{link}", first);
  const middle: Asked = {
    text: fill(random.pick(linkQuestions), { S: phrase, link: second }),
    query: { type: "value", subject: people[0] ?? "", links: [first], relation: second },
    answer: people[2] ?? "",
  };
  return [askEnd(chain, 1, random), middle];
}

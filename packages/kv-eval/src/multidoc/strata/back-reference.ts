import type { Random } from "../../random.ts";
import { pickWeighted } from "../pick-weighted.ts";
import { askSubject, type Asked, type Draft, type DraftRequest, type Sentence } from "../draft.ts";
import { personActions, vesselActions } from "../grammar/actions.ts";
import { fill } from "../grammar/fill.ts";
import { appositions, documentNouns, FARTHEST_REFERENCE, introductions, personNouns, refer } from "../grammar/references.ts";

const CANDIDATES = 3;
const VESSELS = 0.2;
const ANCHOR = 0.3;
/** Share of references that skip a document. */
const FAR = 0.2;
/** How often a chain of each depth is asked for first. */
const DEPTH_WEIGHTS: readonly number[] = [0.5, 0.3, 0.13, 0.07];

interface Entry {
  readonly subject: string;
  /** References from here to the name; 0 where the document names its subject. */
  readonly depth: number;
}

type DeepQuestion = Asked & { readonly depth: number };

/**
 * T2: documents say what someone did without saying who; the name stands one to four references earlier.
 * The question gives the deed, so that nothing in it leads to the name: the referring document must have been read after the one it refers to.
 */
export function buildBackReference({ random, cast, documents, density, annotate, maxDepth }: DraftRequest): Draft {
  const vessels = random.chance(VESSELS);
  const who = vessels ? "vessel" : random.pick(personNouns);
  const doc = random.pick(documentNouns);
  const actions = vessels ? random.sample(vesselActions, 2) : random.sample(personActions, random.integer(2, 4));
  const kind = vessels ? "vessel" : "person";
  const entries: Entry[] = [];
  const asked: DeepQuestion[] = [];
  const mostOfOne = Math.max(2, Math.ceil(documents / CANDIDATES));
  const isFull = (subject: string | undefined): boolean => entries.filter((entry) => entry.subject === subject).length >= mostOfOne;

  const chooseBack = (i: number, anchorsLeft: number): number => {
    // A world in which no document refers back has nothing to ask.
    if (i > 0 && i === documents - 1 && entries.every(({ depth }) => depth === 0)) return 1;
    const mustName = i === 0 || documents - i <= anchorsLeft * 2;
    if (mustName || random.chance(ANCHOR)) return 0;
    const reachable = Array.from({ length: FARTHEST_REFERENCE }, (_, k) => k + 1).filter(
      (back) => (entries[i - back]?.depth ?? maxDepth) < maxDepth && !isFull(entries[i - back]?.subject),
    );
    const far = reachable.includes(2) && entries[i - 1]?.subject !== entries[i - 2]?.subject && random.chance(FAR);
    return far ? 2 : reachable.includes(1) ? 1 : 0;
  };

  const act = (subject: string, phrase: string, back: number | undefined, depth: number): Sentence => {
    const relation = random.pick(actions);
    const value = cast.draw(relation.kind);
    asked.push({ ...askSubject(relation, subject, value, random), depth });
    return {
      text: fill(random.pick(relation.statements), { S: phrase, O: value }),
      fact: { type: "relation", subject: back === undefined ? { name: subject } : { back }, relation: relation.id, value: { name: value } },
    };
  };

  const named = (subject: string): string => (vessels ? `the ${subject}` : subject);
  const again = (subject: string, depth: number): Sentence[] =>
    random.chance(density - 1) ? [act(subject, refer(0, who, doc, random), 0, depth)] : [];

  const write = (back: number): Sentence[] => {
    const i = entries.length;
    if (back === 0) {
      const subject = cast.draw(kind);
      entries.push({ subject, depth: 0 });
      if (random.chance(0.5)) return [act(subject, named(subject), undefined, 0), ...again(subject, 0)];
      const text = fill(random.pick(introductions), { S: named(subject), doc, who });
      return [{ text, fact: { type: "subject", subject: { name: subject } } }, ...again(subject, 0)];
    }
    const { subject, depth } = entries[i - back] as Entry;
    entries.push({ subject, depth: depth + 1 });
    const reference = refer(back, who, doc, random);
    const phrase = random.chance(annotate) ? random.pick(appositions).replace("{R}", reference).replace("{S}", named(subject)) : reference;
    return [act(subject, phrase, back, depth + 1), ...again(subject, depth + 1)];
  };

  const written: Sentence[][] = [];
  let anchors = 0;
  for (let i = 0; i < documents; i++) {
    const back = chooseBack(i, Math.max(0, CANDIDATES - anchors));
    if (back === 0) anchors++;
    written.push(write(back));
  }
  return { documents: written, questions: arrange(asked, random) };
}

/** First a question of a random subject, so that those with long chains are no better guess, and of a depth by its weight; then all others. */
function arrange(asked: readonly DeepQuestion[], random: Random): Asked[] {
  const shuffled = random.shuffle(asked);
  const subject =
    shuffled.length === 0 ? "" : random.pick([...new Set(shuffled.filter(({ depth }) => depth > 0).map(({ answer }) => answer))]);
  const weights = DEPTH_WEIGHTS.map((weight, i) => (shuffled.some((one) => one.answer === subject && one.depth === i + 1) ? weight : 0));
  const depth = pickWeighted(weights, random) + 1;
  const first = shuffled.find((one) => one.answer === subject && one.depth === depth);
  const ordered = first === undefined ? shuffled : [first, ...shuffled.filter((one) => one !== first)];
  return ordered.map(({ text, query, answer }) => ({ text, query, answer }));
}

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
const DEPTH_WEIGHTS: readonly number[] = [0.4, 0.3, 0.2, 0.1];

interface Entry {
  readonly subject: string;
  /** References from here to the name; 0 where the document names its subject. */
  readonly depth: number;
}

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
  const asked: (Asked & { readonly depth: number })[] = [];

  const chooseBack = (i: number, anchorsLeft: number): number => {
    const mustName = i === 0 || documents - i <= anchorsLeft * 2;
    if (mustName || random.chance(ANCHOR)) return 0;
    const reachable = Array.from({ length: FARTHEST_REFERENCE }, (_, k) => k + 1).filter(
      (back) => (entries[i - back]?.depth ?? maxDepth) < maxDepth,
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
  const depths = [...new Set(asked.map(({ depth }) => depth))].filter((depth) => depth > 0);
  const wanted = pickWeighted(depths, (depth) => DEPTH_WEIGHTS[depth - 1] ?? 0, random.fraction());
  const shuffled = random.shuffle(asked);
  const first = shuffled.filter(({ depth }) => depth === wanted).slice(0, 1);
  const rest = shuffled.filter((question) => !first.includes(question));
  return { documents: written, questions: [...first, ...rest].map(({ text, query, answer }) => ({ text, query, answer })) };
}

function pickWeighted(items: readonly number[], weightOf: (item: number) => number, fraction: number): number | undefined {
  let left = fraction * items.reduce((sum, item) => sum + weightOf(item), 0);
  return items.find((item) => (left -= weightOf(item)) < 0) ?? items.at(-1);
}

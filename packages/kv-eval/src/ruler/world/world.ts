import type { Random } from "../../random.ts";
import { createDraw, type Draw } from "./draw.ts";
import type { Attribute, KindName, Naming } from "./kind.ts";
import { KIND_NAMES, KINDS } from "./kinds/index.ts";

/** Something that an article can be about. */
export interface Subject {
  readonly kind: KindName;
  readonly naming: Naming;
}

/** What a sentence of an article states. */
export interface Fact {
  readonly attribute: Attribute;
  /** As the sentence has it. */
  readonly value: string;
  /** What the value is, where it is a subject itself. */
  readonly target?: Subject;
  readonly sentence: number;
}

/** A short article, as in an encyclopedia. */
export interface Article {
  readonly subject: Subject;
  /** The first one names the subject. */
  readonly sentences: readonly string[];
  readonly facts: readonly Fact[];
}

/** Articles of one world: names of subjects are unique, and every fact is stated once. */
export interface World {
  /** Writes the next article: often about something that an earlier one mentions. */
  next(): Article;
  /** Writes an article that mentions the subject of another one, and that other one. */
  nextPair(): readonly [Article, Article];
}

/** Creates a world without end. */
export function createWorld(random: Random): World {
  const draw = createDraw(random);
  const mentioned: Subject[] = [];
  const write = (subject: Subject): Article => writeArticle(subject, mentioned, draw);
  const create = (kind: KindName): Subject => ({ kind, naming: KINDS[kind].naming(draw) });
  const next = (): Article => {
    const isFollowing = mentioned.length > 0 && random.chance(0.6);
    return write(
      isFollowing ? (mentioned.splice(random.integer(0, mentioned.length - 1), 1)[0] as Subject) : create(random.pick(KIND_NAMES)),
    );
  };
  return {
    next,
    nextPair: () => {
      for (;;) {
        const first = write(create(random.pick(LINKING_KINDS)));
        const target = random.shuffle(first.facts).find((fact) => fact.target !== undefined && mentioned.includes(fact.target))?.target;
        if (target === undefined) continue;
        mentioned.splice(mentioned.indexOf(target), 1);
        return [first, write(target)];
      }
    },
  };
}

const LINKING_KINDS = KIND_NAMES.filter((name) => KINDS[name].attributes.some(({ link }) => link !== undefined));

/** Adds new subjects that the article mentions to `mentioned`. */
function writeArticle(subject: Subject, mentioned: Subject[], draw: Draw): Article {
  const { random } = draw;
  const kind = KINDS[subject.kind];
  const attributes = random.sample(kind.attributes, Math.min(kind.attributes.length, random.integer(4, 6)));
  const fillers = random.sample(kind.fillers, random.integer(1, 3));
  const order = random.shuffle([...attributes, ...fillers]);
  const facts: Fact[] = [];
  const body = order.map((item, index) => {
    if (typeof item === "string") return fill(item, subject.naming, "", random);
    const target = item.link === undefined ? undefined : linkTarget(item.link, subject, mentioned, draw);
    const value = target?.naming.name ?? item.value?.(draw) ?? "";
    facts.push({ attribute: item, value, sentence: index + 1, ...(target !== undefined && { target }) });
    return fill(random.pick(item.statements), subject.naming, value, random);
  });
  const introduction = capitalize(random.pick(kind.introductions).replace("{S}", subject.naming.name));
  return { subject, sentences: [introduction, ...body], facts };
}

/** Mostly something new, sometimes what other articles mention already. */
function linkTarget(kinds: readonly KindName[], from: Subject, mentioned: Subject[], draw: Draw): Subject {
  const known = mentioned.filter((subject) => kinds.includes(subject.kind) && subject !== from);
  if (known.length > 0 && draw.random.chance(0.25)) return draw.random.pick(known);
  const kind = draw.random.pick(kinds);
  const target = { kind, naming: KINDS[kind].naming(draw) };
  mentioned.push(target);
  return target;
}

/** Fills the slots of a statement; see `Attribute`. */
function fill(statement: string, naming: Naming, value: string, random: Random): string {
  const slots: Readonly<Record<string, () => string>> = {
    S: () => random.pick(naming.subjects),
    P: () => naming.possessive,
    n: () => (random.chance(0.5) ? naming.name : random.pick(naming.mentions)),
    v: () => value,
  };
  const text = /^[aeiou]/.test(value) ? statement.replaceAll(/\b([Aa]) (?=\{v\})/g, "$1n ") : statement;
  return capitalize(text.replaceAll(/\{(\w)\}/g, (_, slot: string) => slots[slot]?.() ?? ""));
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

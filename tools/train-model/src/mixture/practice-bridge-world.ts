import { multidocParts, type Random } from "@kvasir/kv-eval";
import { mark, type Said, takeMarks } from "./practice-lesson.ts";

const { endRelations, fill, linkNouns, linkPhrases, linkStatements } = multidocParts;

/** Who is what to whom, and what is said of whom. */
export interface BridgeWorld {
  readonly people: readonly string[];
  /** From a kind of link and a person to the person it leads to. */
  readonly links: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly values: ReadonlyMap<multidocParts.Relation, ReadonlyMap<string, string>>;
}

/** A statement before it is worded. */
export type Statement =
  | { readonly subject: string; readonly value: string; readonly link: string }
  | { readonly subject: string; readonly value: string; readonly relation: multidocParts.Relation };

/** Share of worlds whose people have short names, each of one word. */
const SHORT_NAMES = 0.4;
/** Share of worlds that say only who is what to whom: names on both sides make even one step hard, since its direction matters. */
const LINKS_ONLY = 0.2;

/**
 * Draws people and what connects them: either everyone is linked to someone else of the same few and has a value, so that everyone is a decoy
 * of everyone, or separate chains as in the benchmark.
 */
export function drawBridgeWorld(random: Random, cast: multidocParts.Cast, size: number): BridgeWorld {
  const isShort = random.chance(SHORT_NAMES);
  const person = (): string => {
    const name = cast.draw("person");
    return isShort ? (name.split(" ")[0] ?? name) : name;
  };
  const isLinksOnly = random.chance(LINKS_ONLY);
  const nouns = random.sample(linkNouns, isLinksOnly ? random.integer(1, 3) : random.pick([1, 1, 2]));
  const relations = isLinksOnly ? [] : random.sample(endRelations, random.pick([1, 1, 2])).filter(({ kind }) => cast.has(kind, 2 * size));
  if (relations.length === 0 && !isLinksOnly) relations.push(...endRelations.slice(0, 1));
  if (isLinksOnly || random.chance(0.5)) {
    const people = Array.from({ length: size }, person);
    // A ring in random order: nobody is linked to themselves.
    const ring = nouns.map(() => random.shuffle(people));
    const links = nouns.map((noun, k) => {
      const order = ring[k] ?? people;
      return [noun, new Map(order.map((one, i) => [one, order[(i + 1) % size] ?? one]))] as const;
    });
    return { people, links: new Map(links), values: drawValues(relations, () => people, cast) };
  }
  const links = new Map(nouns.map((noun) => [noun, new Map<string, string>()]));
  const people: string[] = [];
  const ends: string[] = [];
  while (people.length < size) {
    const isLong = nouns.length > 1 && random.chance(0.25);
    const chain = Array.from({ length: isLong ? 3 : 2 }, person);
    const own = isLong ? random.shuffle(nouns) : [random.pick(nouns)];
    own.forEach((noun, i) => links.get(noun)?.set(chain[i] ?? "", chain[i + 1] ?? ""));
    people.push(...chain);
    ends.push(chain.at(-1) ?? "");
  }
  const others = random.shuffle(people.filter((one) => !ends.includes(one)));
  // Some of those asked about have a value themselves, which is not the one asked for.
  const decoys = random.chance(0.5) ? others.slice(0, Math.ceil(others.length / 2)) : [];
  return { people, links, values: drawValues(relations, () => [...ends, ...decoys], cast) };
}

function drawValues(
  relations: readonly multidocParts.Relation[],
  whose: () => readonly string[],
  cast: multidocParts.Cast,
): Map<multidocParts.Relation, Map<string, string>> {
  return new Map(relations.map((relation) => [relation, new Map(whose().map((one) => [one, cast.draw(relation.kind)]))]));
}

/** All statements in an order: values before the links that lead to them, after them, or mixed. */
export function orderStatements({ links, values }: BridgeWorld, random: Random): Statement[] {
  const linked = [...links].flatMap(([link, pairs]) => [...pairs].map(([subject, value]) => ({ subject, value, link })));
  const valued = [...values].flatMap(([relation, pairs]) => [...pairs].map(([subject, value]) => ({ subject, value, relation })));
  const [a, b] = [random.shuffle<Statement>(linked), random.shuffle<Statement>(valued)];
  return random.pick([() => [...b, ...a], () => [...a, ...b], () => random.shuffle([...a, ...b])])();
}

/** Words statements in one way throughout, or in any; with probability `annotate`, says what follows from those before. */
export function wordStatements(statements: readonly Statement[], { links, values }: BridgeWorld, annotate: number, random: Random): Said[] {
  const way = random.chance(0.5) ? random.integer(0, 4) : undefined;
  const choose = (templates: readonly string[]): string =>
    way === undefined ? random.pick(templates) : (templates[way % templates.length] ?? "");
  const told = new Map<string, Statement>();
  const key = (of: string, subject: string): string => `${of}\n${subject}`;
  return statements.map((statement) => {
    const { subject, value } = statement;
    const of = "link" in statement ? statement.link : statement.relation.id;
    const template = choose("link" in statement ? linkStatements : statement.relation.statements);
    told.set(key(of, subject), statement);
    const fact = { type: "relation", subject: { name: subject }, relation: of, value: { name: value } } as const;
    const slots = { S: subject, O: value, link: of };
    if (!random.chance(annotate)) return { text: fill(template, slots), fact };
    if ("link" in statement) {
      // The value of whom the link leads to, where it is known.
      const known = [...values.keys()].flatMap((relation) => {
        const found = told.get(key(relation.id, value));
        return found === undefined ? [] : [fill(predicate(relation), { S: "who", O: found.value }).replace(found.value, mark)];
      });
      if (known.length === 0) return { text: fill(template, slots), fact };
      return { ...takeMarks(`${fill(random.pick(ENDING_IN_O), slots)}, ${lowerFirst(random.pick(known))}.`), fact };
    }
    // Whom it is said of, by the link that leads there.
    const leading = [...links].flatMap(([link, pairs]) =>
      [...pairs].flatMap(([from, to]) =>
        to === subject && told.has(key(link, from)) ? [random.pick(linkPhrases).replace("{S}", mark(from)).replace("{link}", link)] : [],
      ),
    );
    if (leading.length === 0) return { text: fill(template, slots), fact };
    return { ...takeMarks(fill(template, { ...slots, S: `${subject}, ${random.pick(leading)},` })), fact };
  });
}

/** Statements of links after which a clause about whom they lead to can stand. */
const ENDING_IN_O = ["The {link} of {S} is {O}", "{S}'s {link} is {O}", "{S} has as {link} {O}"];

/** The first statement of every relation begins with its subject. */
const predicate = (relation: multidocParts.Relation): string => (relation.statements[0] ?? "").replace(/\.$/u, "");

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

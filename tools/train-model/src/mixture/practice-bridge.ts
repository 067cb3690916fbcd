import { type MultidocQuery, multidocParts, type Random } from "@kvasir/kv-eval";
import { type BridgeWorld, drawBridgeWorld, orderStatements, type Statement, wordStatements } from "./practice-bridge-world.ts";
import { addFiller, type Ask, drawSize, type Lesson, mark, type Said, takeMarks } from "./practice-lesson.ts";

const { createCast, fill, linkPhrases, linkQuestions, UNKNOWN } = multidocParts;

/** Of a person in a world and the questions about them. */
const TOKENS_PER_PERSON = 110;
const TOKENS_PER_STATEMENT = 18;
const TOKENS_PER_QUESTION = 30;
const MOST_QUESTIONS = 40;
/** Share of lessons with questions between the documents. */
const INTERLEAVED = 0.25;
/** Of questions over a bridge: those that name it themselves, with full loss, and those whose answer names it first. */
const NAMED = 0.2;
const STEPWISE = 0.1;
const LACKING = 0.07;

/** A question before its place is chosen; `needs` are the statements it takes. */
type Wanted = Omit<Ask, "read"> & { readonly needs: readonly string[] };

/**
 * Many short facts, many questions: what each says, and what two (at times three) of them together say. A network learns to bring a second fact
 * to the first one's name from this; the benchmark's own worlds hold too few such questions.
 */
export function bridgeLesson(random: Random, tokens: number): Lesson {
  const cast = createCast(random.fork("cast"));
  const size = drawSize(random, 3, Math.max(3, Math.min(26, Math.floor(tokens / TOKENS_PER_PERSON))));
  const world = drawBridgeWorld(random, cast, size);
  const statements = orderStatements(world, random);
  const said = wordStatements(statements, world, random.pick([0, 0, 0, 0.5, 1]), random);
  const documents = divide(said, random);
  const readable = new Map<string, number>();
  let next = 0;
  documents.forEach((sentences, i) => sentences.forEach(() => readable.set(keyOf(statements[next++] as Statement), i + 1)));
  const isInterleaved = random.chance(INTERLEAVED);
  const place = ({ needs, ...asked }: Wanted): Ask => {
    const earliest = Math.max(...needs.map((need) => readable.get(need) ?? documents.length));
    return { ...asked, read: isInterleaved && random.chance(0.7) ? earliest : documents.length };
  };
  const room = tokens - statements.length * TOKENS_PER_STATEMENT;
  const limit = Math.min(MOST_QUESTIONS, Math.max(3, Math.floor(room / TOKENS_PER_QUESTION)));
  return {
    task: "practice_bridge",
    documents: addFiller(documents, room - limit * TOKENS_PER_QUESTION, cast, random),
    questions: chooseQuestions(world, limit, random).map(place),
  };
}

const keyOf = (statement: Statement): string => pairKey("link" in statement ? statement.link : statement.relation.id, statement.subject);
const pairKey = (of: string, subject: string): string => `${of}\n${subject}`;

/** One sentence a document, a few, or all in one. */
function divide(said: readonly Said[], random: Random): Said[][] {
  const most = random.pick([1, 1, 1, 2, 3, said.length]);
  const documents: Said[][] = [];
  for (let i = 0; i < said.length;) {
    const count = random.integer(Math.min(most, 2), most);
    documents.push(said.slice(i, i + count));
    i += count;
  }
  return documents;
}

/** About half over bridges: who cannot tell who is whose guardian in a crowd cannot go on from there. Single steps come before, after or among them. */
function chooseQuestions(world: BridgeWorld, limit: number, random: Random): Wanted[] {
  const way = random.chance(0.4) ? random.integer(0, 2) : undefined;
  const choose = (templates: readonly string[]): string =>
    way === undefined ? random.pick(templates) : (templates[way % templates.length] ?? "");
  const bridges = random.shuffle(askBridges(world, choose, random));
  const share = random.pick([0.25, 0.4, 0.6, 0.8]);
  const over = bridges.slice(0, Math.max(2, Math.ceil(limit * share)));
  const single = random.shuffle(askSingle(world, choose, random)).slice(0, Math.max(0, limit - over.length));
  return random.pick([() => [...single, ...over], () => [...over, ...single], () => random.shuffle([...over, ...single])])();
}

type Choose = (templates: readonly string[]) => string;

function askSingle({ links, values }: BridgeWorld, choose: Choose, random: Random): Wanted[] {
  const ofLinks = [...links].flatMap(([link, pairs]) =>
    [...pairs].flatMap(([from, to]): Wanted[] => {
      const needs = [pairKey(link, from)];
      const direct = fill(choose(linkQuestions), { link, S: from });
      const inverse = fill(choose(["Whose {link} is {O}?", "Of whom is {O} the {link}?", "Who has {O} as {link}?"]), { link, O: to });
      return [
        { text: direct, query: valueOf(from, [], link), answer: to, needs },
        ...(random.chance(0.4)
          ? [{ text: inverse, query: { type: "subject", relation: link, value: to } as const, answer: from, needs }]
          : []),
      ];
    }),
  );
  const ofValues = [...values].flatMap(([relation, pairs]) =>
    [...pairs].flatMap(([subject, value]): Wanted[] => {
      const needs = [pairKey(relation.id, subject)];
      const draw = random.fraction();
      // Values are told from names by what they are, so that fewer questions teach them.
      if (draw < 0.5) return [];
      if (draw < 0.85) {
        return [{ text: fill(choose(relation.questions), { S: subject }), query: valueOf(subject, [], relation.id), answer: value, needs }];
      }
      const query = { type: "subject", relation: relation.id, value } as const;
      return [{ text: fill(choose(relation.inverse), { O: value }), query, answer: subject, needs }];
    }),
  );
  return [...ofLinks, ...ofValues];
}

const valueOf = (subject: string, links: readonly string[], relation: string): MultidocQuery => ({
  type: "value",
  subject,
  links,
  relation,
});

/** Questions over one bridge, some over two, and a few whose bridge or end is not told. */
function askBridges({ people, links, values }: BridgeWorld, choose: Choose, random: Random): Wanted[] {
  const isDeep = values.size === 0 || random.chance(0.35);
  const found: Wanted[] = [];
  for (const [link, pairs] of links) {
    for (const person of people) {
      const to = pairs.get(person);
      if (to === undefined && !random.chance(LACKING)) continue;
      const phrase = (named: boolean): string =>
        (named ? random.pick(NAMED_PHRASES).replace("{O}", mark(to ?? "")) : choose(linkPhrases))
          .replace("{S}", person)
          .replace("{link}", link);
      for (const [relation, ofPeople] of values) {
        const value = to === undefined ? undefined : ofPeople.get(to);
        if (to !== undefined && value === undefined && !random.chance(LACKING)) continue;
        const query = valueOf(person, [link], relation.id);
        const question = (named: boolean): string => fill(choose(relation.questions), { S: phrase(named) });
        if (to === undefined || value === undefined) {
          found.push({ text: question(false), query, answer: UNKNOWN, needs: [""] });
          continue;
        }
        const needs = [pairKey(link, person), pairKey(relation.id, to)];
        const draw = random.fraction();
        if (draw < NAMED) found.push({ ...takeMarks(question(true)), query, answer: value, needs });
        else if (draw < NAMED + STEPWISE) {
          found.push({ text: `${question(false)} Name the ${link} first.`, query, answer: value, spoken: `${to}, ${value}`, needs });
        } else found.push({ text: question(false), query, answer: value, needs });
      }
      if (to !== undefined && isDeep) found.push(...askDeep({ people, links, values }, link, person, to, choose));
    }
  }
  return found;
}

/** Two links, and two links with a value, from a person whose first link leads to `to`. */
function askDeep({ links, values }: BridgeWorld, link: string, person: string, to: string, choose: Choose): Wanted[] {
  return [...links].flatMap(([second, pairs]) => {
    const end = pairs.get(to);
    if (end === undefined) return [];
    const first = choose(linkPhrases).replace("{S}", person).replace("{link}", link);
    const needs = [pairKey(link, person), pairKey(second, to)];
    const whole = choose(linkPhrases).replace("{S}", first).replace("{link}", second);
    return [
      { text: fill(choose(linkQuestions), { S: first, link: second }), query: valueOf(person, [link], second), answer: end, needs },
      ...[...values].flatMap(([relation, ofPeople]): Wanted[] => {
        const value = ofPeople.get(end);
        if (value === undefined) return [];
        return [
          {
            text: fill(choose(relation.questions), { S: whole }),
            query: valueOf(person, [link, second], relation.id),
            answer: value,
            needs: [...needs, pairKey(relation.id, end)],
          },
        ];
      }),
    ];
  });
}

const NAMED_PHRASES = ["{S}'s {link} {O}", "{S}'s {link}, {O},", "the {link} of {S}, {O},"];

import type { Random } from "../random.ts";
import { grammarWords, reservedWords } from "./grammar/reserved-words.ts";
import { inventWord, nameLists } from "./vocabulary/names.ts";
import * as words from "./vocabulary/words.ts";

/** What can be drawn. */
export type Kind =
  | "person"
  | "vessel"
  | "town"
  | "job"
  | "company"
  | "animal"
  | "language"
  | "instrument"
  | "object"
  | "cargo"
  | "room"
  | "number"
  | "code";

/** Everything that one world speaks about. No word of it is drawn twice, so that each name means one thing and stands only where it is meant. */
export interface Cast {
  /** @throws RangeError where nothing unused was found. */
  draw(kind: Kind): string;
  drawMany(kind: Kind, count: number): string[];
  /** Whether about `count` more can be drawn: lists of ordinary words are finite. */
  has(kind: Kind, count: number): boolean;
}

const LISTS: Partial<Record<Kind, readonly string[]>> = {
  job: words.jobs,
  animal: words.animals,
  language: words.languages,
  instrument: words.instruments,
  object: words.objects,
  cargo: words.cargoes,
  room: words.rooms,
};

/** Share of a finite list that a world may use: drawing stays quick. */
const USABLE = 0.7;
const ENGLISH = 0.4;
const INVENTED = 0.12;

export function createCast(random: Random): Cast {
  const used = new Set<string>();
  const drawn = new Map<Kind, number>();
  const others = nameLists.slice(1);
  const invent = (syllables: number): string => capitalize(inventWord(syllables, random.pick));

  const language = (): (typeof nameLists)[number] =>
    random.chance(ENGLISH) ? (nameLists[0] ?? random.pick(nameLists)) : random.pick(others);

  const candidates: Record<Kind, () => string> = {
    person: () => {
      if (random.chance(INVENTED)) return `${invent(2)} ${invent(random.integer(1, 2))}`;
      const { women, men, last } = language();
      return `${random.pick(random.chance(0.5) ? women : men)} ${random.pick(last)}`;
    },
    vessel: () =>
      random.chance(0.25) ? invent(random.integer(2, 3)) : `${random.pick(words.shipAdjectives)} ${random.pick(words.shipNouns)}`,
    town: () => {
      const { towns } = language();
      return towns.length === 0 || random.chance(INVENTED) ? invent(2) : random.pick(towns);
    },
    company: () => `${invent(random.integer(1, 2))} ${random.pick(words.trades)}`,
    number: () => String(random.integer(1000, 9999)),
    code: () => inventWord(random.integer(1, 2), random.pick),
    object: () => (random.chance(0.3) ? `${random.pick(words.adjectives)} ` : "") + random.pick(words.objects),
    job: () => random.pick(words.jobs),
    animal: () => random.pick(words.animals),
    language: () => random.pick(words.languages),
    instrument: () => random.pick(words.instruments),
    cargo: () => random.pick(words.cargoes),
    room: () => random.pick(words.rooms),
  };

  /** Words of a name that no other name may share; the adjective of an object and the trade of a company may return. */
  const ownWords = (kind: Kind, name: string): string[] => {
    const all = name.toLowerCase().split(" ");
    if (kind === "company") return all.slice(0, 1);
    return kind === "object" && all.length > 1 && words.adjectives.includes(all[0] ?? "") ? all.slice(1) : all;
  };

  const draw = (kind: Kind): string => {
    const isWord = LISTS[kind] !== undefined || kind === "vessel";
    for (let attempt = 0; attempt < 400; attempt++) {
      const name = candidates[kind]();
      const own = ownWords(kind, name);
      if (own.some((word) => used.has(word) || (isWord ? grammarWords : reservedWords).has(word))) continue;
      for (const word of own) used.add(word);
      drawn.set(kind, (drawn.get(kind) ?? 0) + 1);
      return name;
    }
    throw new RangeError(`Ran out of names for ${kind}s.`);
  };

  return {
    draw,
    drawMany: (kind, count) => Array.from({ length: count }, () => draw(kind)),
    has: (kind, count) => (drawn.get(kind) ?? 0) + count <= USABLE * (LISTS[kind]?.length ?? Number.POSITIVE_INFINITY),
  };
}

const capitalize = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

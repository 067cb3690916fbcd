import { faker } from "@faker-js/faker/locale/en";
import type { Random } from "../../random.ts";
import { ADJECTIVES, drawNew, NOUNS } from "../../words/index.ts";

const { person, location, animal, food } = faker.definitions;
const LAST_NAMES = (person.last_name.generic ?? []).filter((name) => /^[A-Z](?:([a-z])(?!\1\1)){2,10}$/.test(name));
const TOWN_STEMS = LAST_NAMES.filter((name) => /^.{3,6}[^aeiouyjsxz]$/.test(name));
const TOWN_NAMES = location.city_name.filter((name) => /^[A-Z][a-z]+( [A-Z][a-z]+)?$/.test(name));
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const TITLE_ADJECTIVES = ADJECTIVES.filter((word) => word.length <= 8);
const TITLE_NOUNS = NOUNS.filter((word) => word.length <= 8);

/** Draws names and values of a world; no name of a subject comes twice. */
export interface Draw {
  readonly random: Random;
  /** First and last name of someone new. */
  person(sex: "female" | "male"): string;
  /** First and last name of someone new, of either sex. */
  anyone(): string;
  lastName(): string;
  town(): string;
  /** Two capitalized words, e.g. of a title or a ship. */
  title(): string;
  /** A name that is new in the world. */
  fresh(make: () => string): string;
  /** A number with thousands marked, and a unit behind it. */
  amount(from: number, to: number, unit: string): string;
  date(from: number, to: number): string;
  year(from: number, to: number): string;
  bird(): string;
  fish(): string;
  dish(): string;
  fruit(): string;
  pick(items: readonly string[]): string;
}

/** Creates the drawing of one world. */
export function createDraw(random: Random): Draw {
  const taken = new Set<string>();
  const fresh = (make: () => string): string => drawNew(taken, make);
  const lastName = (): string => random.pick(LAST_NAMES);
  const personNamed = (sex: "female" | "male"): string => fresh(() => `${random.pick(plainNames(person.first_name[sex]))} ${lastName()}`);
  return {
    random,
    person: personNamed,
    anyone: () => personNamed(random.pick(["female", "male"] as const)),
    lastName,
    town: () => fresh(() => townName(random)),
    title: () => fresh(() => `${capitalize(random.pick(TITLE_ADJECTIVES))} ${capitalize(random.pick(TITLE_NOUNS))}`),
    fresh,
    amount: (from, to, unit) => `${String(random.integer(from, to)).replace(/(?<=\d)(?=\d{3}$)/, ",")} ${unit}`,
    date: (from, to) => `${random.integer(1, 28)} ${random.pick(MONTHS)} ${random.integer(from, to)}`,
    year: (from, to) => String(random.integer(from, to)),
    bird: () => random.pick(animal.bird).toLowerCase(),
    fish: () => random.pick(animal.fish).toLowerCase(),
    dish: () => random.pick(food.dish),
    fruit: () => random.pick(food.fruit),
    pick: (items) => random.pick(items),
  };
}

const PLAIN = new WeakMap<readonly string[], readonly string[]>();

/** Names of letters alone; filtered once per list. */
function plainNames(names: readonly string[] | undefined): readonly string[] {
  const all = names ?? [];
  const known = PLAIN.get(all);
  if (known !== undefined) return known;
  const plain = all.filter((name) => /^[A-Z][a-z]+$/.test(name));
  PLAIN.set(all, plain);
  return plain;
}

function townName(random: Random): string {
  const stem = random.pick(TOWN_STEMS);
  if (random.chance(0.3)) return random.pick(TOWN_NAMES);
  if (random.chance(0.2)) return `${random.pick(["New", "Upper", "Lower", "Great", "Little", "Old"])} ${stem}`;
  return stem + random.pick(["ford", "bury", "ham", "wick", "stead", "field", "mouth", "haven", "burgh", "dale", "by", "stow"]);
}

function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

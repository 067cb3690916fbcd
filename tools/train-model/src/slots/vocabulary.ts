import { en } from "@faker-js/faker";
import * as living from "./words/living.ts";
import { adjectives as ownAdjectives } from "./words/expressions.ts";
import { list } from "./words/list.ts";
import { things } from "./words/things.ts";

const plain = (word: string): boolean => /^[a-z]{3,14}$/.test(word);

/** Nouns of faker's that cannot stand with "a", or are names. */
const massNouns = new Set(
  list(`
  academics, accountability, adrenalin, advertising, aftermath, airmail, almighty, annual, archaeology, availability, babushka, bakeware, basics, behalf, being, biology, birdbath, blood, bread, bronze, bureaucracy
  cash, clothes, clothing, clay, cod, coal, coffee, compassion, cotton, courage, creativity, deer, dust, earnings, economics, electricity, energy, equipment, evidence, fat, fish, flesh, flour, folklore, freedom, fun, furniture, garlic, genetics, glass, grass, graphics, gold
  happiness, hardware, harm, hate, health, heat, help, hepatitis, homework, honesty, humidity, hydrogen, ice, importance, independence, information, ink, insurance, intelligence, jewelry, justice, knowledge, laughter, legislation, linguistics, linen, luck, luggage, mathematics, meat, milk, molasses, money, mud, music
  news, nitrogen, obesity, oil, oxygen, paint, pants, patience, peace, people, petrol, physics, police, politics, pollution, poverty, premises, progress, rain, revenge, rice, safety, salt, sand, scissors, series, sheep, shorts, silk, snow, software, spaghetti, species, statistics, steel, stock, sugar, sunshine, supplies
  tea, thanks, timber, tobacco, traffic, trash, travel, trousers, underwear, vinegar, warlord, warmth, water, weather, wealth, wheat, wool, work
`),
);

/** Countable common nouns, singular: our things and animals, and faker's nouns. */
export const nouns: readonly string[] = [
  ...new Set([
    ...things,
    ...living.animals,
    ...(en.word?.noun ?? []).filter(
      (noun) => plain(noun) && !massNouns.has(noun) && !/(ss|ness|ism|ics|ity)$/.test(noun) && !/[^s]s$/.test(noun),
    ),
  ]),
];

export const adjectives: readonly string[] = [
  ...new Set([...ownAdjectives, ...(en.word?.adjective ?? []).filter((adjective) => plain(adjective))]),
];

export const foods: readonly string[] = [...living.foods, ...(en.food?.vegetable ?? []), ...(en.food?.ingredient ?? [])];
export const dishes: readonly string[] = [...living.dishes, ...(en.food?.dish ?? [])];
export const jobTitles: readonly string[] = (en.person?.job_area ?? []).flatMap((area) =>
  ["manager", "assistant", "director", "officer"].map((type) => `${area.toLowerCase()} ${type}`),
);

import type { Random } from "@kvasir/kv-eval";
import { createClauseTypes } from "./clauses.ts";
import * as contact from "./contact.ts";
import { fillPattern, inventedWord } from "./invented.ts";
import { drawFirstName, drawLastName, drawPerson } from "./names.ts";
import * as organisations from "./organisations.ts";
import * as places from "./places.ts";
import * as quantities from "./quantities.ts";
import * as time from "./time.ts";
import type { SlotValue } from "./value.ts";
import * as vocabulary from "./vocabulary.ts";
import * as expressions from "./words/expressions.ts";
import * as living from "./words/living.ts";
import * as people from "./words/people.ts";
import { list } from "./words/list.ts";
import * as things from "./words/things.ts";

export type DrawValue = (random: Random) => SlotValue;

const from =
  (words: readonly string[], plural = false): DrawValue =>
  (random) =>
    plural ? { text: random.pick(words), plural } : { text: random.pick(words) };

/** Some of the nouns of a text are ones that nobody has heard of. */
const openly =
  (words: readonly string[], share = 0.04): DrawValue =>
  (random) => ({ text: random.chance(share) ? inventedWord(random, random.integer(2, 3)) : random.pick(words) });

function drawTitle(random: Random): SlotValue {
  const noun = (): string => random.pick(expressions.titleNouns);
  const adjective = (): string => random.pick(expressions.titleAdjectives);
  const kind = random.integer(0, 6);
  if (kind === 0) return { text: `The ${adjective()} ${noun()}` };
  if (kind === 1) return { text: `The ${noun()} and the ${noun()}` };
  if (kind === 2)
    return {
      text: `${random.pick(["A History of", "Notes on", "The Art of", "Letters from", "Return to", "Under", "Beyond", "Songs of", "Beside"])} the ${adjective()} ${noun()}`,
    };
  if (kind === 3) return { text: `${noun()} of ${random.pick(["Glass", "Salt", "Stone", "Paper", "Ashes", "Wind", "Light", "Gold"])}` };
  if (kind === 4) return { text: `${drawFirstName(random).text} and the ${adjective()} ${noun()}` };
  if (kind === 5)
    return {
      text: `How to ${random.pick(["Listen to", "Build", "Find", "Draw", "Leave", "Read", "Save", "Cross"])} a ${noun()}`.replace(
        /\ba (?=[AEIOU])/,
        "an ",
      ),
    };
  return { text: `${adjective()} ${noun()}` };
}

/** What a slot of each type draws. */
export const slotTypes: Readonly<Record<string, DrawValue>> = {
  person: (random) => drawPerson(random),
  woman: (random) => drawPerson(random, "woman"),
  man: (random) => drawPerson(random, "man"),
  first: drawFirstName,
  last: drawLastName,
  city: places.drawCity,
  country: places.drawCountry,
  village: places.drawVillage,
  street: places.drawStreet,
  address: places.drawAddress,
  building: places.drawBuilding,
  river: places.drawRiver,
  mountain: places.drawMountain,
  island: places.drawIsland,
  company: organisations.drawCompany,
  shop: organisations.drawShop,
  school: organisations.drawSchool,
  museum: organisations.drawMuseum,
  hotel: organisations.drawHotel,
  restaurant: organisations.drawRestaurant,
  newspaper: organisations.drawNewspaper,
  club: organisations.drawClub,
  ship: organisations.drawShip,
  train: organisations.drawTrain,
  product: organisations.drawProduct,
  thing: openly(things.things),
  things: from(things.pluralThings, true),
  tool: from(things.tools),
  vehicle: from(things.vehicles),
  instrument: from(things.instruments),
  animal: from(living.animals),
  animals: from(living.pluralAnimals, true),
  plant: from(living.plants),
  plants: from(living.pluralPlants, true),
  food: from(vocabulary.foods),
  dish: from(vocabulary.dishes),
  drink: from(living.drinks),
  fruit: from(living.fruits),
  material: from(things.materials),
  colour: from(things.colours),
  color: from(things.colours),
  adjective: from(vocabulary.adjectives),
  noun: openly(vocabulary.nouns),
  word: openly(vocabulary.nouns),
  verb: from(expressions.verbs),
  verbed: from(expressions.pastVerbs),
  job: (random) => ({ text: random.pick(random.chance(0.85) ? people.jobs : vocabulary.jobTitles) }),
  hobby: from(people.hobbies),
  language: from(people.languages),
  subject: from(people.subjects),
  sport: from(people.sports),
  illness: from(people.illnesses),
  date: time.drawDate,
  fulldate: time.drawFullDate,
  year: time.drawYear,
  month: time.drawMonth,
  weekday: time.drawWeekday,
  time: time.drawTime,
  duration: time.drawDuration,
  minutes: time.drawMinutes,
  age: time.drawAge,
  count: quantities.drawCount,
  number: quantities.drawNumber,
  bignumber: quantities.drawBigNumber,
  money: quantities.drawMoney,
  fee: quantities.drawFee,
  walk: quantities.drawWalk,
  heat: quantities.drawHeat,
  percent: quantities.drawPercent,
  length: quantities.drawLength,
  weight: quantities.drawWeight,
  distance: quantities.drawDistance,
  temperature: quantities.drawTemperature,
  area: quantities.drawArea,
  volume: quantities.drawVolume,
  speed: quantities.drawSpeed,
  phone: contact.drawPhone,
  email: contact.drawEmail,
  url: contact.drawUrl,
  code: contact.drawCode,
  room: contact.drawRoom,
  floor: from(things.floors),
  password: contact.drawPassword,
  "licence-plate": contact.drawLicencePlate,
  isbn: contact.drawIsbn,
  title: drawTitle,
  event: from(expressions.events),
  quote: from(expressions.quotes),
  string: contact.drawString,
  ...createClauseTypes((random, type) => drawSlot(random, type)),
  postcode: (random) => ({ text: fillPattern(random, random.pick(["AA9 0AA", "90000", "9000", "A90 0AA"])) }),
};

/** Values that may repeat within an exercise, since nothing is known by them; all others name something. */
const valueTypes = new Set(
  list(`
    colour, color, material, adjective, floor, date, fulldate, year, month, weekday, time, duration, age, count, number, bignumber, money, percent, length, weight, distance, temperature, area, volume, speed
    minutes, fee, walk, heat, language, subject, sport, illness, hobby, country, job, verb, verbed, transitive, when, where, reason, purpose, manner, instrument-phrase, opinion, kind, near, description, food, dish, drink, fruit, tool, amount
  `),
);

/** Whether a type names things that a question can single out by their name. */
export function isEntityType(type: string): boolean {
  return !valueTypes.has(type);
}

/** Names of the parts and forms that values of a type have. */
export function partsOf(type: string): readonly string[] {
  if (["person", "woman", "man"].includes(type)) return ["first", "last"];
  if (type === "transitive") return ["base", "past", "participle", "third", "ing"];
  return type === "when" ? ["core"] : [];
}

export function isSlotType(type: string): boolean {
  return Object.hasOwn(slotTypes, type);
}

/** @throws RangeError for a type that does not exist. */
export function drawSlot(random: Random, type: string): SlotValue {
  const draw = isSlotType(type) ? slotTypes[type] : undefined;
  if (!draw) throw new RangeError(`No slot type "${type}".`);
  return draw(random);
}

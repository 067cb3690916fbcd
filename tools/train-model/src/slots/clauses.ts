import type { Random } from "@kvasir/kv-eval";
import { inventedWord } from "./invented.ts";
import { inflect, type VerbForms } from "./inflection.ts";
import { drawPerson } from "./names.ts";
import { drawCompany } from "./organisations.ts";
import { drawCity, drawVillage } from "./places.ts";
import { drawDate, drawMonth, drawTime, drawWeekday, drawYear } from "./time.ts";
import { type SlotValue, withArticle } from "./value.ts";
import { adjectives as anyAdjectives, nouns } from "./vocabulary.ts";
import { adjectives } from "./words/expressions.ts";
import * as people from "./words/people.ts";
import * as phrases from "./words/phrases.ts";
import { colours, materials, things } from "./words/things.ts";
import { handledNouns, transitiveVerbs } from "./words/verbs.ts";

const drawTown = (random: Random): SlotValue => (random.chance(0.5) ? drawCity(random) : drawVillage(random));

let inflected: readonly VerbForms[] | undefined;

function drawTransitive(random: Random): SlotValue {
  inflected ??= transitiveVerbs.map(inflect);
  const forms = random.pick(inflected);
  return { text: forms.base, forms: { ...forms } };
}

/** A common noun; one in thirty is a word that nobody has heard of. */
export function drawNounText(random: Random): string {
  const kind = random.fraction();
  if (kind < 0.035) return inventedWord(random, random.integer(2, 3));
  if (kind < 0.35) return random.pick(nouns);
  return random.pick(kind < 0.65 ? things : handledNouns);
}

export function drawAdjectiveText(random: Random): string {
  const kind = random.fraction();
  if (kind < 0.3) return random.pick(colours);
  if (kind < 0.4) return random.pick(anyAdjectives);
  return random.pick(kind < 0.5 ? materials : adjectives);
}

/** "the rusty ladder", "the ladder from Bergen"; never "the ladder" beside one of these. */
function drawObject(random: Random): SlotValue {
  const kind = random.fraction();
  const noun = drawNounText(random);
  if (kind < 0.35) return { text: `the ${noun}`, marks: { sets: `only ${noun}`, avoids: `some ${noun}` } };
  const marks = { sets: `some ${noun}`, avoids: `only ${noun}` };
  if (kind < 0.85) return { text: `the ${drawAdjectiveText(random)} ${noun}`, marks };
  if (kind < 0.93) return { text: `the ${noun} from ${drawCity(random).text}`, marks };
  return { text: `${drawPerson(random).first}'s ${noun}`, marks };
}

/** Somebody who does things: a person, somebody known by a job, or a company. */
function drawAgent(random: Random): SlotValue {
  const kind = random.fraction();
  if (kind < 0.4) return drawPerson(random);
  if (kind < 0.5) return { text: `${random.pick(["Mr", "Mrs", "Ms", "Dr", "Professor"])} ${drawPerson(random).last}` };
  if (kind < 0.55) return drawCompany(random);
  const job = random.pick(people.jobs);
  if (kind < 0.8) return { text: `the ${job}`, marks: { sets: `only ${job}`, avoids: `some ${job}` } };
  const marks = { sets: `some ${job}`, avoids: `only ${job}` };
  return { text: kind < 0.9 ? `the ${job} from ${drawTown(random).text}` : `the ${random.pick(adjectives)} ${job}`, marks };
}

function drawWhen(random: Random): SlotValue {
  const made = (preposition: string, core: string): SlotValue => ({ text: `${preposition} ${core}`, forms: { core } });
  const kind = random.integer(0, 9);
  if (kind <= 1) return made("on", drawWeekday(random).text);
  if (kind <= 3) return made("on", drawDate(random).text);
  if (kind === 4) return made("in", random.chance(0.5) ? drawMonth(random).text : drawYear(random).text);
  if (kind === 5) return made("at", drawTime(random).text);
  const plain = random.pick([
    "yesterday",
    "last week",
    "last Sunday",
    "this morning",
    "the day before yesterday",
    "last summer",
    "two days ago",
    "an hour ago",
    "three weeks ago",
    "early this morning",
    "late last night",
    "last autumn",
    "on Friday afternoon",
    "on Saturday morning",
    "before breakfast",
    "after lunch",
    "during the night",
    "at midnight",
    "at noon",
    "at the weekend",
    "shortly before Christmas",
    "just after sunrise",
    "in the early hours",
    "at the end of March",
    "in the spring",
    "before the meeting",
    "after the storm",
    "during the interval",
  ]);
  return { text: plain, forms: { core: plain.replace(/^(on|at|in) (?!the (early|spring|end|weekend))/, "") } };
}

function drawWhere(random: Random): SlotValue {
  const kind = random.fraction();
  if (kind < 0.45) return { text: `in the ${random.pick(phrases.placeNouns).replace(/^(jetty|pier|beach|ferry)$/, "harbour office")}` };
  if (kind < 0.85) return { text: `${random.pick(phrases.nearPrepositions)} the ${random.pick(phrases.landmarks)}` };
  return { text: `in ${drawTown(random).text}` };
}

/** Slot types that are made of several words: parts of a clause. `drawSlot` draws the slots within them. */
export function createClauseTypes(
  drawSlot: (random: Random, type: string) => SlotValue,
): Readonly<Record<string, (random: Random) => SlotValue>> {
  const drawPattern = (patterns: readonly string[]) => (random: Random) => ({
    text: random.pick(patterns).replace(/\{(\w+)\}/g, (_, type: string) => drawSlot(random, type).text),
  });
  return {
    transitive: drawTransitive,
    agent: drawAgent,
    object: drawObject,
    when: drawWhen,
    where: drawWhere,
    reason: drawPattern(phrases.reasons),
    purpose: drawPattern(phrases.purposes),
    np: (random) => ({
      text: withArticle(random.chance(0.4) ? drawNounText(random) : `${drawAdjectiveText(random)} ${drawNounText(random)}`),
    }),
    manner: (random) => ({ text: random.pick(phrases.manners) }),
    opinion: (random) => ({ text: random.pick(phrases.opinions) }),
    kind: (random) => ({ text: random.pick(phrases.kinds) }),
    placenoun: (random) => ({ text: random.pick(phrases.placeNouns) }),
    landmark: (random) => ({ text: random.pick(phrases.landmarks) }),
    near: (random) => ({ text: random.pick(phrases.nearPrepositions) }),
    coined: (random) => ({ text: inventedWord(random, random.integer(2, 3)) }),
    anynoun: (random) => ({ text: drawNounText(random) }),
    description: (random) => ({ text: drawAdjectiveText(random) }),
    role: (random) => ({ text: random.pick(people.jobs) }),
  };
}

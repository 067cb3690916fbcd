import { ask, escape, occursOnce, type Pair, type Scene } from "./pair.ts";
import { cities, countries, honorifics, months, people, weekdays } from "./vocabulary.ts";

const title = `(?:(?:${[...honorifics].join("|")})\\.? )`;
const name = `(${title}?[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,}){0,2})`;
const appositive = new RegExp(`(?<!\\b(?:of|and|[a-z],) )\\b${name}, ((?:an?|the) [a-z][a-z' -]{3,60}?)(?=[,.;] ?)`, "g");
const copula = new RegExp(`(?:^|[.;!?] )${name} was ((?:an?|the) [a-z][a-z' -]{3,60}?)(?=[,.;])`, "gm");
const kin = new RegExp(
  `\\b${name} (?:was|is) the ((?:eldest |youngest |only |second |elder |younger )?(?:son|daughter|wife|husband|brother|sister|father|mother|nephew|niece|widow|servant|friend|cousin|uncle|aunt)) of ${name}(?=[,.;])`,
  "g",
);
const professions = new RegExp(`\\b(?:${[...people].join("|")})\\b`);
const finite = /\b(?:was|were|is|are|had|has|who|which|that|and|but|did|would|could|said)\b/;

/** Who somebody is told to be: appositions, "was a", and ties of family. */
export function askAboutIdentity({ passage, names, random }: Scene): Pair[] {
  const pairs: Pair[] = [];
  const isKnown = (who: string): boolean => {
    const [first = "", ...others] = who.replace(".", "").split(" ");
    return (
      (honorifics.has(first) || names.people.has(first)) &&
      others.every((word) => names.all.has(word)) &&
      (others.length > 0 || !honorifics.has(first))
    );
  };
  for (const [, who = "", what = ""] of passage.matchAll(appositive)) {
    if (
      !isKnown(who) ||
      finite.test(what) ||
      !professions.test(what) ||
      (what.startsWith("the") && !/^the \S+ \S+ /.test(what)) ||
      passage.split(`${who}, ${what}`).length !== 2
    )
      continue;
    pairs.push(...ask(random, "identity", what, [`Who was ${who}?`, `Who is ${who}?`, `What was ${who}?`, `How is ${who} described?`]));
    if (occursOnce(passage, what) && what.split(" ").length > 2)
      pairs.push(...ask(random, "identity name", who, [`Who was ${what}?`, `What was the name of ${what.replace(/^an? /, "the ")}?`], 1));
  }
  for (const [, who = "", what = ""] of passage.matchAll(copula)) {
    if (!isKnown(who) || finite.test(what) || !professions.test(what) || /^the (?:first|last|only|one|most)\b/.test(what)) continue;
    pairs.push(...ask(random, "identity", what, [`Who was ${who}?`, `What was ${who}?`, `What kind of person was ${who}?`]));
    if (occursOnce(passage, what) && what.split(" ").length > 3) pairs.push(...ask(random, "identity name", who, [`Who was ${what}?`], 1));
  }
  for (const [, who = "", tie = "", whose = ""] of passage.matchAll(kin)) {
    if (!names.all.has(who.split(" ").at(-1) as string) || !names.all.has(whose.split(" ").at(-1) as string)) continue;
    pairs.push(
      ...ask(random, "kin", whose, [`Whose ${tie} was ${who}?`, `${who} was the ${tie} of whom?`, `Who was ${who} the ${tie} of?`]),
    );
    pairs.push(...ask(random, "kin", who, [`Who was the ${tie} of ${whose}?`, `Who was ${whose}'s ${tie}?`]));
  }
  return pairs;
}

const kinds: readonly (readonly [ReadonlySet<string>, string, readonly string[]])[] = [
  [
    cities,
    "city",
    ["Which city is mentioned?", "What city does the text mention?", "Name the city in the text.", "Which town or city is named here?"],
  ],
  [countries, "country", ["Which country is mentioned?", "What country does the text mention?", "Name the country in the text."]],
  [weekdays, "weekday", ["Which day of the week is mentioned?", "What day of the week was it?", "Name the day of the week in the text."]],
  [months, "month", ["Which month is mentioned?", "What month does the text mention?", "In which month was this?"]],
];
const namesOfDays = new Set([...weekdays, ...months]);

/** The one city, country, weekday, month or year that a passage mentions. */
export function askAboutMentions({ passage, random }: Scene): Pair[] {
  const pairs: Pair[] = [];
  const words = new Set(passage.match(/\b[A-Z][a-z]+\b/g));
  for (const [members, kind, wordings] of kinds) {
    const found = [...words].filter((word) => members.has(word));
    const [only] = found;
    if (found.length !== 1 || only === undefined) continue;
    if (!namesOfDays.has(only) && !new RegExp(`\\b(?:in|to|from|at|for|near|leave|left|of) ${only}\\b(?! [A-Z])`).test(passage)) continue;
    if (new RegExp(`[A-Z][a-z]+\\.? ${only}|${only} [A-Z][a-z]`).test(passage)) continue;
    pairs.push(...ask(random, kind, only, wordings));
  }
  const years = new Set(passage.match(/\b1[0-9]{3}\b/g));
  const [year] = years;
  if (years.size === 1 && year !== undefined)
    pairs.push(
      ...ask(random, "year", year, ["Which year is mentioned?", "What year does the text mention?", "Name the year in the text."]),
    );
  return pairs;
}

/** The one person whom a sentence names beside a thing that the passage names once. */
export function askWhoIsNamed({ passage, names, random }: Scene, sentences: readonly string[]): Pair[] {
  const pairs: Pair[] = [];
  for (const sentence of sentences) {
    const named =
      sentence
        .match(new RegExp(`\\b${title}?[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,})*\\b(?!['’])`, "g"))
        ?.filter((who) => names.people.has(who.split(" ").at(-1) as string)) ?? [];
    const who = named[0];
    if (who === undefined || new Set(named).size !== 1 || sentence.length < 40) continue;
    if (sentence.match(/(?<=[a-z,;] )[A-Z][a-z]+/g)?.some((word) => !who.includes(word) && names.people.has(word))) continue;
    const things = [...sentence.matchAll(/\bthe ([a-z]{4,})(?=[.,;]| (?:and|with|in|on|of|was|to|from|at)\b)/g)].map(
      ([, noun]) => noun as string,
    );
    const thing = things.find(
      (noun) =>
        occursOnce(passage, noun) &&
        !/(?:ing|ed|ly|est|er)$/.test(noun) &&
        !/^(?:same|other|first|last|second|time|most|next|more|rest|best|worst|very)$/.test(noun),
    );
    if (thing === undefined || passage.split(new RegExp(`\\b${escape(who)}\\b`)).length > 4) continue;
    pairs.push(
      ...ask(
        random,
        "named with",
        who,
        [
          `Who is named in the sentence about the ${thing}?`,
          `Which person is mentioned together with the ${thing}?`,
          `Whose name stands in the sentence with the word "${thing}"?`,
        ],
        1,
      ),
    );
  }
  return pairs;
}

import { ask, midSentence, occursOnce, type Pair, type Scene } from "./pair.ts";
import { joined, stops, matchNounPhrase, matchPrepositional } from "./phrase.ts";
import type { Token } from "./tagger.ts";

const resting = /^(?:was|were|stood|lay|hung|sat)$/;

/** Questions about what was where, and what somebody or something was like: "There was a lamp on the table", "The door was open". */
export function askAboutState(sentence: string, tokens: readonly Token[], scene: Scene): Pair[] {
  const text = (from: number, to: number): string => sentence.slice(tokens[from]?.from, tokens[to - 1]?.to);
  if (tokens[0]?.lower === "there") return askThere(tokens, text, scene);
  return [...askInverted(tokens, text, scene), ...askWas(tokens, text, scene)];
}

type TextOf = (from: number, to: number) => string;

/** Nothing more belongs to the phrase that ends before this word. */
function closes(tokens: readonly Token[], at: number): boolean {
  return tokens[at] === undefined || stops(tokens[at - 1]);
}

function askThere(tokens: readonly Token[], text: TextOf, { names, random }: Scene): Pair[] {
  const verb = tokens[1];
  if (!/^(?:was|were)$/.test(verb?.lower ?? "")) return [];
  const thing = matchNounPhrase(tokens, 2, names, 1);
  if (thing?.kind !== "indefinite" || !joined(tokens[thing.to - 1])) return [];
  const place = matchPrepositional(tokens, thing.to, names);
  if (place?.kind !== "place" || !closes(tokens, place.to)) return [];
  const [what, where] = [text(thing.from, thing.to), text(place.from, place.to)];
  const definite = what.replace(/^(?:an?|some|several|many) /, "the ");
  return [
    ...ask(random, "thing at place", what, [`${thing.animate ? "Who" : "What"} was ${where}?`, `What was there ${where}?`]),
    ...ask(random, "place of thing", where, [`Where ${verb?.lower} ${definite}?`]),
  ];
}

/** "On the table stood a lamp." */
function askInverted(tokens: readonly Token[], text: TextOf, { names, random }: Scene): Pair[] {
  const place = matchPrepositional(tokens, 0, names);
  const verb = place && tokens[place.to];
  if (place?.kind !== "place" || verb === undefined || !resting.test(verb.lower)) return [];
  const thing = matchNounPhrase(tokens, place.to + 1, names, 1);
  if (thing === undefined || thing.kind === "pronoun" || !closes(tokens, thing.to)) return [];
  const where = text(place.from, place.to);
  return ask(random, "thing at place", text(thing.from, thing.to), [
    `${thing.animate ? "Who" : "What"} ${verb.lower === "were" ? "was" : verb.lower} ${midSentence(where)}?`,
  ]);
}

function askWas(tokens: readonly Token[], text: TextOf, { passage, names, random }: Scene): Pair[] {
  const subject = matchNounPhrase(tokens, 0, names);
  if (subject === undefined || (subject.kind !== "name" && subject.kind !== "definite")) return [];
  const verb = tokens[subject.to];
  if (!/^(?:was|were)$/.test(verb?.lower ?? "") || !joined(tokens[subject.to - 1]) || !joined(verb)) return [];
  const at = subject.to + 1;
  const who = midSentence(text(subject.from, subject.to));
  const place = matchPrepositional(tokens, at, names);
  if (place?.kind === "place" && closes(tokens, place.to)) {
    return ask(random, "place of thing", text(place.from, place.to), [`Where ${verb?.lower} ${who}?`]);
  }
  const end = matchQuality(tokens, at);
  if (end === undefined || !occursOnce(passage, `${text(subject.from, subject.to)} ${verb?.lower}`)) return [];
  const be = verb?.lower === "were" ? "are" : "is";
  return ask(random, "quality", text(at, end), [`What ${verb?.lower} ${who} like?`, `How ${be} ${who} described?`]);
}

/** One or two adjectives, with "very" and its like before them, up to the end of the clause. */
function matchQuality(tokens: readonly Token[], from: number): number | undefined {
  let at = from;
  if (/^(?:very|quite|so|too|rather|extremely)$/.test(tokens[at]?.lower ?? "")) at++;
  const isAdjective = (token: Token | undefined): boolean =>
    token !== undefined &&
    token.tags.has("Adjective") &&
    !token.tags.has("PastTense") &&
    !/(?:ed|ing|done|over|gone|same|able|such)$/.test(token.lower);
  if (!isAdjective(tokens[at])) return undefined;
  at++;
  if (joined(tokens[at - 1]) && tokens[at]?.lower === "and" && isAdjective(tokens[at + 1])) at += 2;
  return closes(tokens, at) ? at : undefined;
}

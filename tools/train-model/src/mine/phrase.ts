import { animals, honorifics, people, places, times } from "./vocabulary.ts";
import type { Names } from "./names.ts";
import type { Token } from "./tagger.ts";

/** A noun phrase: words `from` up to, not including, `to`. */
export interface NounPhrase {
  readonly from: number;
  readonly to: number;
  readonly kind: "name" | "definite" | "indefinite" | "pronoun";
  /** The noun that says what it is, in lower case; of names the last word. */
  readonly head: string;
  readonly animate: boolean;
  readonly plural: boolean;
}

const definite = /^(?:the|this|that|these|those|his|her|its|their|my|our|your)$/;
const indefinite = /^(?:an?|some|another|two|three|four|five|six|seven|eight|nine|ten|twelve|several|many|both)$/;
const subjects = /^(?:he|she|they|i|we|it)$/;

/** White space alone follows, so that the phrase may go on. */
export function joined(token: Token | undefined): boolean {
  return token !== undefined && /^\s+$/.test(token.after);
}

/** Punctuation follows that ends a phrase; hyphens end none. */
export function stops(token: Token | undefined): boolean {
  return token !== undefined && /^(?:[.,;:!?]|--)/.test(token.after);
}

/** Whether a word can stand within a noun phrase after its determiner. */
function isInner({ tags, text, lower }: Token, names: Names): boolean {
  if (names.all.has(text)) return false;
  if (tags.has("Pronoun") || tags.has("Preposition") || tags.has("Conjunction") || tags.has("Determiner")) return false;
  if (
    /^(?:back|home|away|aside|open|forward|forwards|backward|backwards|together|again|upstairs|downstairs|then|once|soon|there|here|now|outside|inside|alone)$/.test(
      lower,
    )
  )
    return false;
  if (tags.has("PastTense") || tags.has("Copula") || tags.has("Auxiliary") || tags.has("Infinitive")) return false;
  return /^[a-z][a-z'-]*$/.test(lower) && (tags.has("Noun") || tags.has("Adjective") || tags.has("Value"));
}

function matchName(tokens: readonly Token[], at: number, names: Names): NounPhrase | undefined {
  let to = at;
  const titled = honorifics.has(tokens[at]?.text ?? "");
  if (titled) {
    if (!/^\.?\s+$/.test(tokens[at]?.after ?? "")) return undefined;
    to++;
  }
  const first = to;
  while (to < tokens.length && to - first < 3) {
    const token = tokens[to] as Token;
    if (!/^[A-Z][a-z]{2,}$/.test(token.text) || !(names.all.has(token.text) || (titled && to === first))) break;
    to++;
    if (!joined(token)) break;
  }
  const last = tokens[to - 1];
  const next = tokens[to];
  if (to === first || last === undefined || (joined(last) && /^[A-Z]|['’]s$/.test(next?.text ?? ""))) return undefined;
  const animate = titled || tokens.slice(first, to).some(({ text }) => names.people.has(text));
  return { from: at, to, kind: "name", head: last.lower, animate, plural: false };
}

/** A noun without a determiner after a preposition: "of eggs", "with ink". */
function isBare(tokens: readonly Token[], at: number, names: Names): boolean {
  const token = tokens[at] as Token;
  const next = tokens[at + 1];
  if (!/^[a-z]{3,}$/.test(token.text) || !(token.tags.has("Plural") || token.tags.has("Uncountable")) || token.tags.has("Pronoun"))
    return false;
  return next === undefined || !joined(token) || !(isInner(next, names) || next.lower === "of");
}

function singular(plural: string): string {
  return plural
    .replace(/ies$/, "y")
    .replace(/men$/, "man")
    .replace(/([^s])s$/, "$1");
}

/** Matches a noun phrase that begins at a word: a name, or a determiner with a noun, and "of" with another such phrase. */
export function matchNounPhrase(tokens: readonly Token[], at: number, names: Names, depth = 0): NounPhrase | undefined {
  const token = tokens[at];
  if (token === undefined) return undefined;
  const name = matchName(tokens, at, names);
  if (name !== undefined) return name;
  if (subjects.test(token.lower) && depth === 0) {
    return {
      from: at,
      to: at + 1,
      kind: "pronoun",
      head: token.lower,
      animate: token.lower !== "it",
      plural: /^(?:they|we)$/.test(token.lower),
    };
  }
  if (depth > 0 && isBare(tokens, at, names)) {
    const plural = token.tags.has("Plural");
    return { from: at, to: at + 1, kind: "indefinite", head: plural ? singular(token.lower) : token.lower, animate: false, plural };
  }
  const owner = names.all.has(token.text.replace(/['’]s$/, "")) && /['’]s$/.test(token.text);
  if (!(definite.test(token.lower) || indefinite.test(token.lower) || owner) || !joined(token)) return undefined;
  let to = at + 1;
  while (to < tokens.length && to - at <= 4 && isInner(tokens[to] as Token, names)) {
    to++;
    if (!joined(tokens[to - 1])) break;
  }
  const last = tokens[to - 1];
  if (to === at + 1 || last === undefined || !last.tags.has("Noun") || last.tags.has("Possessive") || /['’]/.test(last.text))
    return undefined;
  if (joined(last) && to < tokens.length && isInner(tokens[to] as Token, names)) return undefined;
  const head = last.tags.has("Plural")
    ? last.lower
        .replace(/ies$/, "y")
        .replace(/men$/, "man")
        .replace(/([^s])s$/, "$1")
    : last.lower;
  const kind = indefinite.test(token.lower) ? "indefinite" : "definite";
  const phrase = { from: at, to, kind, head, animate: people.has(head) || animals.has(head), plural: last.tags.has("Plural") } as const;
  if (tokens[to]?.lower !== "of" || !joined(last)) return phrase;
  const inner = depth < 2 ? matchNounPhrase(tokens, to + 1, names, depth + 1) : undefined;
  return inner && { ...phrase, to: inner.to };
}

export type Adjunct = "place" | "time" | "duration" | "other";

/** A preposition with a noun phrase: "in the garden", "at nine o'clock", "for three weeks". */
export interface PrepositionalPhrase {
  readonly from: number;
  readonly to: number;
  readonly kind: Adjunct;
}

const placing =
  /^(?:in|on|at|into|onto|under|behind|beside|near|upon|to|through|over|outside|inside|across|toward|towards|from|against|beneath|above|below|around|round|along|down|between|within|before|among|past)$/;
const timing = /^(?:in|on|at|after|before|during|till|until|about|since|by)$/;
const prepositions = /^(?:by|up|off|with|without|for|like|of|about|beyond|after|during|amid|amidst|amongst|throughout)$/;

export function matchPrepositional(tokens: readonly Token[], at: number, names: Names): PrepositionalPhrase | undefined {
  const preposition = tokens[at];
  if (preposition === undefined || !joined(preposition)) return undefined;
  const word = preposition.lower;
  if (!placing.test(word) && !timing.test(word) && !prepositions.test(word)) return undefined;
  const clock = matchClock(tokens, at + 1);
  if (clock !== undefined && timing.test(word)) return { from: at, to: clock, kind: "time" };
  const noun = matchNounPhrase(tokens, at + 1, names, 1);
  if (noun === undefined) return undefined;
  const first = tokens[at + 1] as Token;
  let kind: Adjunct = "other";
  if (times.has(noun.head)) {
    const vague = /^(?:moment|instant|while|second|time)$/.test(noun.head);
    if (word === "for")
      kind =
        !vague && /^(?:two|three|four|five|six|seven|eight|nine|ten|twelve|several|some|an?|many)$/.test(first.lower)
          ? "duration"
          : "other";
    else if (timing.test(word) && !vague) kind = "time";
  } else if (
    placing.test(word) &&
    (places.has(noun.head) || (noun.kind === "name" && !noun.animate && /^(?:in|at|to|from|near|through)$/.test(word)))
  ) {
    kind = "place";
  }
  return { from: at, to: noun.to, kind };
}

/** "nine o'clock", "noon", "midnight", "Monday", "1823", "breakfast": times that take no determiner. */
function matchClock(tokens: readonly Token[], at: number): number | undefined {
  const token = tokens[at];
  if (token === undefined) return undefined;
  if (/^o['’]clock$/.test(tokens[at + 1]?.lower ?? "")) return at + 2;
  if (/^1[0-9]{3}$/.test(token.text)) return at + 1;
  if (
    /^(?:noon|midnight|dawn|dusk|sunset|sunrise|night|daybreak|nightfall|breakfast|dinner|supper|lunch|luncheon|tea|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Jan|Febr)uary|April|June|July|August|(?:Sept|Nov|Dec)ember|October|Christmas|Easter)$/i.test(
      token.text,
    )
  ) {
    return joined(token) && /^[a-z]/.test(tokens[at + 1]?.text ?? "") && tokens[at + 1]?.tags.has("Noun") ? undefined : at + 1;
  }
  return undefined;
}

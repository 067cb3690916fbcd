import type { Names } from "./names.ts";
import { joined, stops, matchNounPhrase, matchPrepositional, type NounPhrase, type PrepositionalPhrase } from "./phrase.ts";
import { infinitiveOf, type Token } from "./tagger.ts";
import { abstracts, ditransitive, notTransitive, times } from "./vocabulary.ts";

/** The main clause with which a sentence begins: subject, verb in the simple past, object and adjuncts. */
export interface Clause {
  readonly sentence: string;
  readonly tokens: readonly Token[];
  /** Adjunct before the subject. */
  readonly lead?: PrepositionalPhrase;
  readonly subject: NounPhrase;
  readonly adverb?: number;
  readonly verb: number;
  readonly base: string;
  /** "up", "down", "off" and such, which belong to the verb. */
  readonly particle?: number;
  /** Whom something is given: "the boy" in "gave the boy a book". */
  readonly receiver?: { readonly from: number; readonly to: number };
  readonly object?: NounPhrase;
  readonly adjuncts: readonly PrepositionalPhrase[];
  /** First word after the part that was understood. */
  readonly end: number;
  /** Nothing in the clause was left over: after `end` comes punctuation or a conjunction. */
  readonly complete: boolean;
  /** Reason given right after the clause: words from "because" on. */
  readonly because?: string;
}

const particles = /^(?:up|down|out|off|away|back)$/;
const conjunctions = /^(?:and|but|because|when|while|as|until|till|where|for|before|after|though|although)$/;

/** Text of words `from` up to, not including, `to`, as it stands in the sentence. */
export function textOf({ sentence, tokens }: Pick<Clause, "sentence" | "tokens">, from: number, to: number): string {
  return sentence.slice(tokens[from]?.from, tokens[to - 1]?.to);
}

/**
 * Analyses the clauses at the head of a sentence that share its subject ("took the lamp and went into the hall"); none where they do not
 * follow the pattern without doubt.
 */
export function parseClauses(sentence: string, tokens: readonly Token[], names: Names): Clause[] {
  const lead = matchLead(tokens, names);
  const subject = matchNounPhrase(tokens, lead?.to ?? 0, names);
  if (subject === undefined || times.has(subject.head) || !joined(tokens[subject.to - 1])) return [];
  const first = parsePredicate(sentence, tokens, names, subject, subject.to);
  if (first === undefined) return [];
  const clauses: Clause[] = [{ ...first, ...(lead && { lead }) }];
  for (let last = first; clauses.length < 3 && last.complete && tokens[last.end]?.lower === "and";) {
    const next = parsePredicate(sentence, tokens, names, subject, last.end + 1);
    if (next === undefined) break;
    clauses.push((last = next));
  }
  return clauses;
}

/** Verb, object and adjuncts of a subject, from a word on. */
function parsePredicate(sentence: string, tokens: readonly Token[], names: Names, subject: NounPhrase, from: number): Clause | undefined {
  let at = from;
  const adverb = /^[a-z]+ly$/.test(tokens[at]?.text ?? "") && joined(tokens[at]) ? at++ : undefined;
  const verb = at;
  const past = tokens[verb]?.text ?? "";
  const base = infinitiveOf(past);
  if (base === undefined || base === "be" || tokens[verb]?.tags.has("Noun")) return undefined;
  if (tokens[verb]?.tags.has("Adjective") && !/^(?:left|lit|bent|shut)$/.test(past)) return undefined;
  if (base === past && !(subject.kind === "name" || /^(?:he|she|it)$/.test(subject.head))) return undefined;
  at++;
  let particle: number | undefined;
  if (
    joined(tokens[verb]) &&
    particles.test(tokens[at]?.lower ?? "") &&
    (!joined(tokens[at]) || !/^(?:of|to|the|into|from)$/.test(tokens[at + 1]?.lower ?? ""))
  ) {
    particle = at++;
  } else if (
    joined(tokens[verb]) &&
    particles.test(tokens[at]?.lower ?? "") &&
    /^(?:a|an|the|his|her)$/.test(tokens[at + 1]?.lower ?? "") &&
    /^(?:put|take|pick|pull|throw|lay|cut|hold|set|bring|carry|tear)$/.test(base)
  ) {
    particle = at++;
  }
  let object: NounPhrase | undefined;
  const receiver = ditransitive.has(base) ? matchReceiver(tokens, at, names) : undefined;
  if (receiver !== undefined) at = receiver.to;
  if (joined(tokens[at - 1])) {
    object = matchNounPhrase(tokens, at, names);
    if (object !== undefined && times.has(object.head) && object.kind === "indefinite" && receiver === undefined) {
      at = object.to;
      object = undefined;
    }
    if (object !== undefined) {
      if (object.kind === "pronoun" || times.has(object.head) || abstracts.has(object.head) || notTransitive.has(base)) return undefined;
      at = object.to;
    }
  }
  if (receiver !== undefined && object === undefined) return undefined;
  const adjuncts: PrepositionalPhrase[] = [];
  while (at < tokens.length && joined(tokens[at - 1])) {
    const next = matchPrepositional(tokens, at, names);
    if (next === undefined) break;
    adjuncts.push(next);
    at = next.to;
  }
  const rest = tokens[at];
  const complete = rest === undefined || stops(tokens[at - 1]) || conjunctions.test(rest.lower);
  if (object !== undefined && !complete && !isHarmless(rest)) return undefined;
  if (object !== undefined && rest !== undefined && (isCoordination(tokens, at) || isRelative(tokens, at))) return undefined;
  if (hasSecondVerb(tokens, at)) return undefined;
  const because = complete && rest?.lower === "because" ? sentence.slice(rest.from).replace(/[.!?;,:]+$/, "") : undefined;
  return {
    sentence,
    tokens,
    subject,
    ...(adverb !== undefined && { adverb }),
    verb,
    base,
    ...(particle !== undefined && { particle }),
    ...(receiver && { receiver }),
    ...(object && { object }),
    adjuncts,
    end: at,
    complete,
    ...(because !== undefined && { because }),
  };
}

function matchReceiver(tokens: readonly Token[], at: number, names: Names): { from: number; to: number } | undefined {
  const pronoun = /^(?:him|her|me|them|us)$/.test(tokens[at]?.lower ?? "");
  const noun = pronoun ? undefined : matchNounPhrase(tokens, at, names, 1);
  const to = pronoun ? at + 1 : noun?.animate ? noun.to : undefined;
  if (to === undefined || !joined(tokens[to - 1])) return undefined;
  return /^(?:an?|the|his|her|some|two|three|several)$/.test(tokens[to]?.lower ?? "") ? { from: at, to } : undefined;
}

function matchLead(tokens: readonly Token[], names: Names): PrepositionalPhrase | undefined {
  const lead = matchPrepositional(tokens, 0, names);
  if (lead !== undefined && tokens[lead.to]) return lead;
  const noun = /^(?:The|That|One|This)$/.test(tokens[0]?.text ?? "") ? matchNounPhrase(tokens, 0, names) : undefined;
  if (
    noun &&
    times.has(noun.head) &&
    /^(?:next|following|same|last|that|one|this)$/.test(tokens[tokens[0]?.text === "The" ? 1 : 0]?.lower ?? "")
  ) {
    return { from: 0, to: noun.to, kind: "time" };
  }
  return undefined;
}

/** What may follow an object without changing what it is: adverbs, infinitives and phrases the matcher does not know. */
function isHarmless(token: Token | undefined): boolean {
  return token !== undefined && (token.tags.has("Preposition") || token.lower.endsWith("ly")) && !/^(?:of|to)$/.test(token.lower);
}

/** "the door and the window", where the object is longer than what was matched. */
function isCoordination(tokens: readonly Token[], at: number): boolean {
  if (!/^(?:and|or)$/.test(tokens[at]?.lower ?? "")) {
    return (
      (tokens[at - 1]?.after.startsWith(",") ?? false) &&
      !/^(?:and|but|who|which|while|when|as|then|where|with)$/.test(tokens[at]?.lower ?? "") &&
      !(tokens[at]?.lower.endsWith("ing") ?? false)
    );
  }
  return (
    infinitiveOf(tokens[at + 1]?.text ?? "") === undefined &&
    !(tokens[at + 1]?.lower.endsWith("ly") ?? false) &&
    !/^(?:he|she|they|then)$/.test(tokens[at + 1]?.lower ?? "")
  );
}

function isRelative(tokens: readonly Token[], at: number): boolean {
  return joined(tokens[at - 1]) && /^(?:that|who|which|whom|whose|to)$/.test(tokens[at]?.lower ?? "");
}

/** Another verb right behind tells that the first one was a participle. */
function hasSecondVerb(tokens: readonly Token[], at: number): boolean {
  const next = tokens[at];
  return (
    next !== undefined && (next.tags.has("PastTense") || next.tags.has("Copula") || next.tags.has("Auxiliary") || next.tags.has("Modal"))
  );
}

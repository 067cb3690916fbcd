import type { Random } from "@kvasir/kv-eval";
import { askAboutLooks, askAboutNumbers, askAboutPersons } from "./attributes.ts";
import { askAboutClause } from "./clause-questions.ts";
import { parseClauses } from "./clause.ts";
import { askGaps } from "./gaps.ts";
import { askAboutIdentity, askAboutMentions, askWhoIsNamed } from "./identities.ts";
import type { Names } from "./names.ts";
import { settle, type Pair, type Scene } from "./pair.ts";
import { askAboutQuotations } from "./quotations.ts";
import { narratedSentences } from "./sentences.ts";
import { askAboutState } from "./states.ts";
import { tagSentence } from "./tagger.ts";
import { honorifics } from "./vocabulary.ts";

/** A verb in the past within the first words: what the slow tagger is worth trying on. */
const promising =
  /^(?:[\w'’.,-]+ ){1,7}?(?:[a-z]{2,}ed|[a-z]*(?:ook|ave|ent|ame|ound|ew|ore|oke|ode|ose|ote|old|elt|ept|ang|ank|aw|at|ut|eft|aid|ought|aught|ade|it|ell|et|ood|ung|uck|id|ove|oot|an|ay|un|eard|as|ere))[ ,]/;
/** Longest clause that the tagger sees, in characters. */
const longestClause = 170;
const opening =
  /^(?:the|this|that|his|her|their|my|our|its|an?|he|she|they|I|in|on|at|after|before|there|under|by|near|one|two|three|from|with|for|during|to)$/i;
const conjunctions =
  /^(?:and then|but then|and so|and|but|so|then|yet|now|still|meanwhile,?|presently,?|suddenly,?|finally,?|at last,?|at length,?) /i;

/** Extracts questions with answers from a passage; the same randomness gives the same wordings. */
export function minePassage(passage: string, names: Names, random: Random): Pair[] {
  const scene: Scene = { passage, names, random };
  const sentences = narratedSentences(passage);
  const pairs: Pair[] = [
    ...askAboutQuotations(scene),
    ...askAboutLooks(scene),
    ...askAboutNumbers(scene),
    ...askAboutPersons(scene),
    ...askAboutIdentity(scene),
    ...askAboutMentions(scene),
    ...askWhoIsNamed(scene, sentences),
    ...askGaps(scene, sentences, 1),
  ];
  for (const part of sentences.flatMap(splitClauses)) {
    const first = part.slice(0, part.indexOf(" "));
    const known = opening.test(first) || names.all.has(first.replace(/['’]s$/, "")) || honorifics.has(first.replace(".", ""));
    if (!known || !promising.test(part)) continue;
    const head = clauseHead(part);
    const tokens = tagSentence(head);
    if (tokens === undefined) continue;
    const clauses = parseClauses(head, tokens, names);
    pairs.push(...clauses.flatMap((clause) => askAboutClause(clause, scene)), ...askAboutState(head, tokens, scene));
  }
  return settle(passage, pairs);
}

/** Clauses of a sentence that have their own subject, without the conjunction before them. */
function splitClauses(sentence: string): string[] {
  if (sentence.length > 600 || /[?!]$/.test(sentence)) return [];
  return sentence
    .split(/;\s+|,\s+(?=(?:and|but|so) (?:he|she|they|I|the|his|her|[A-Z])\b)/)
    .map((part) => part.replace(conjunctions, ""))
    .filter((part) => part.length >= 18);
}

/** The part of a long sentence up to punctuation, so that the tagger has less to do. */
function clauseHead(sentence: string): string {
  if (sentence.length <= longestClause) return sentence;
  const cut = sentence.slice(0, longestClause);
  return cut.slice(0, Math.max(cut.lastIndexOf(";"), cut.lastIndexOf(",")) + 1) || cut;
}

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

/** A head of a sentence worth the slow tagger: subject and a verb in the past within the first words. */
const promising =
  /^(?:[A-Z][\w'’.-]* ){1,3}?(?:[a-z]+ ){0,3}?(?:[a-z]{2,}ed|[a-z]*(?:ook|ave|ent|ame|ound|ew|ore|oke|ode|ose|ote|old|elt|ept|ame|ang|ank|aw|at|ut|eft|aid|ought|aught|ade|ed|it|ell|et|ood|ung|uck|ore|id|ove|oot|an|ay|un|eard|as|ere)) /;
/** Words of a sentence that the tagger sees; clauses are short. */
const longestClause = 170;

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
    ...askGaps(scene, sentences, random.integer(1, 2)),
  ];
  for (const sentence of sentences) {
    if (sentence.length < 18 || sentence.length > 320 || !promising.test(sentence)) continue;
    const head = clauseHead(sentence);
    const tokens = tagSentence(head);
    if (tokens === undefined) continue;
    const clauses = parseClauses(head, tokens, names);
    pairs.push(...clauses.flatMap((clause) => askAboutClause(clause, scene)), ...askAboutState(head, tokens, scene));
  }
  return settle(passage, pairs);
}

/** The part of a long sentence up to punctuation, so that the tagger has less to do. */
function clauseHead(sentence: string): string {
  if (sentence.length <= longestClause) return sentence;
  const cut = sentence.slice(0, longestClause);
  return cut.slice(0, Math.max(cut.lastIndexOf(";"), cut.lastIndexOf(",")) + 1) || cut;
}

import type { CountTokens, ExerciseRequest } from "../exercise.ts";
import type { Random } from "../random.ts";
import type { Draft, Sentence } from "./draft.ts";

/** Documents that fill a token budget, or the tokens that those of the draft need. */
export type Fitted = { readonly documents: readonly (readonly Sentence[])[] } | { readonly needs: number };

/** Filler sentences tried for the last tokens of the budget. */
const LAST_TRIES = 12;

/** One document as text. */
export const toText = (sentences: readonly Sentence[]): string => sentences.map(({ text }) => text).join(" ");

/** Tokens of everything but the documents' own text. */
export function countRest(questions: readonly string[], documents: number, maxNewTokens: number, request: ExerciseRequest): number {
  const { countTokens, overhead = { perDocument: 0, perQuestion: 0 } } = request;
  const longest = questions.reduce((most, text) => Math.max(most, countTokens(text)), 0);
  return longest + overhead.perQuestion + documents * overhead.perDocument + maxNewTokens;
}

/** Adds filler sentences at random places until no further one fits into `budget`, the tokens that the documents' text may take. */
export function fit(draft: Draft, budget: number, countTokens: CountTokens, filler: () => string, random: Random): Fitted {
  const documents = draft.documents.map((sentences) => (sentences.length > 0 ? [...sentences] : [{ text: filler() }]));
  const counts = documents.map((sentences) => countTokens(toText(sentences)));
  let total = counts.reduce((sum, count) => sum + count, 0);
  if (total > budget) return { needs: total };

  const insert = (document: number, text: string): number => {
    const sentences = documents[document] ?? [];
    const place = random.integer(0, sentences.length);
    sentences.splice(place, 0, { text });
    return place;
  };
  // Most of the filler goes in by its own count, which is cheap; the text is counted again below, since tokens may join across sentences.
  const added: { readonly document: number; readonly text: string }[] = [];
  for (let estimate = total; ;) {
    const text = filler();
    estimate += countTokens(` ${text}`);
    if (estimate > budget) break;
    const document = random.integer(0, documents.length - 1);
    insert(document, text);
    added.push({ document, text });
  }
  const recount = (document: number): void => {
    const count = countTokens(toText(documents[document] ?? []));
    total += count - (counts[document] ?? 0);
    counts[document] = count;
  };
  for (const document of new Set(added.map((one) => one.document))) recount(document);
  while (total > budget) {
    const last = added.pop();
    if (last === undefined) return { needs: total };
    const sentences = documents[last.document] ?? [];
    sentences.splice(
      sentences.findIndex(({ text, fact }) => fact === undefined && text === last.text),
      1,
    );
    recount(last.document);
  }
  for (let i = 0; i < LAST_TRIES; i++) {
    const document = random.integer(0, documents.length - 1);
    const place = insert(document, filler());
    recount(document);
    if (total <= budget) continue;
    documents[document]?.splice(place, 1);
    recount(document);
  }
  return { documents };
}

import { askValue, type Asked, type Draft, type DraftRequest, type Sentence } from "../draft.ts";
import { fill } from "../grammar/fill.ts";
import { glosses, writeLegend } from "../grammar/legends.ts";
import { documentNouns } from "../grammar/references.ts";
import { codedRelations } from "../grammar/relations.ts";

/** Fewest legends of a world; each gives every code word another meaning than the others do. */
export const FEWEST_LEGENDS = 4;

/**
 * T3: code words mean what the nearest legend before them says. All legends give the same words the same meanings, permuted, so that a legend
 * that is not known to be the nearest one tells nothing.
 */
export function buildCodebook({ random, cast, documents, density, annotate }: DraftRequest): Draft {
  const legends = documents < 12 ? FEWEST_LEGENDS : documents < 22 ? 5 : 6;
  const first = random.pick(codedRelations);
  const sameKind = codedRelations.filter(({ kind }) => kind === first.kind);
  const codes = cast.drawMany("code", legends);
  const values = cast.drawMany(first.kind, legends);
  const doc = random.pick(documentNouns);
  // Rows of a Latin square: no code word means the same in two legends.
  const shifts = random.shuffle(codes.map((_, i) => i));
  const written: Sentence[][] = [];
  const questions: Asked[] = [];
  const scopes = splitEvenly(documents - legends, legends);
  for (const [scope, size] of random.shuffle(scopes).entries()) {
    const meanings = codes.map((code, i) => [code, values[(i + (shifts[scope] ?? 0)) % legends] ?? ""] as const);
    written.push([
      { text: writeLegend(random.shuffle(meanings), doc, random), fact: { type: "legend", meanings: Object.fromEntries(meanings) } },
    ]);
    for (let i = 0; i < size; i++) {
      const people = Math.max(1, Math.floor(density / 1.5 + random.fraction()));
      const document: Sentence[] = [];
      for (let person = 0; person < people; person++) {
        const relation = random.pick(sameKind);
        const subject = cast.draw("person");
        const [code, value] = random.pick(meanings);
        const word = random.chance(annotate) ? random.pick(glosses).replace("{code}", code).replace("{value}", value) : code;
        document.push({
          text: fill(random.pick(relation.statements.filter(keepsCase)), { S: subject, O: word }),
          fact: { type: "relation", subject: { name: subject }, relation: relation.id, value: { code } },
        });
        questions.push(askValue(relation, subject, value, random));
      }
      written.push(document);
    }
  }
  return { documents: written, questions: random.shuffle(questions) };
}

/** At the beginning of a sentence a code word would be written with a capital letter, unlike in the legend. */
const keepsCase = (statement: string): boolean => !statement.startsWith("{O}");

function splitEvenly(total: number, parts: number): number[] {
  return Array.from({ length: parts }, (_, i) => Math.floor((total + i) / parts));
}

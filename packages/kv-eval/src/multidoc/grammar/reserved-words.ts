import * as lists from "../vocabulary/words.ts";
import { personActions, vesselActions } from "./actions.ts";
import { fillerTemplates } from "./filler-templates.ts";
import { legendForms } from "./legends.ts";
import { appositions, documentNouns, introductions, personNouns, referencePhrases } from "./references.ts";
import { linkNouns, linkStatements } from "./links.ts";
import { personRelations } from "./relations.ts";
import { stateForms } from "./state-forms.ts";
import { tallyRelations, tallyQuestions } from "./tallies.ts";

const sentences: readonly string[] = [
  ...[...personRelations, ...personActions, ...vesselActions, ...tallyRelations].flatMap(({ statements, questions, inverse }) => [
    ...statements,
    ...questions,
    ...inverse,
  ]),
  ...fillerTemplates,
  ...legendForms.flatMap(({ opening, entry }) => [opening, entry]),
  ...[...appositions, ...introductions, ...documentNouns, ...personNouns, ...referencePhrases],
  ...[...linkNouns, ...linkStatements, ...tallyQuestions],
  ...stateForms.flatMap((form) => Object.values(form).flat()),
  "answer briefly or say unknown",
];

const wordsOf = (texts: readonly string[]): string[] => texts.flatMap((text) => text.toLowerCase().match(/[\p{L}']+/gu) ?? []);

/** Words that sentences are made with, in lower case: nothing drawn is named by them, since they stand anywhere. */
export const grammarWords: ReadonlySet<string> = new Set(wordsOf(sentences));
/** Those of the lists of ordinary words too: no proper name and no code word is one of them. */
export const reservedWords: ReadonlySet<string> = new Set([...grammarWords, ...wordsOf(Object.values(lists).flat())]);

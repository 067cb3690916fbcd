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
  ...Object.values(lists).flat(),
  "answer briefly or say unknown",
];

/** Every word of the grammar and of the lists of ordinary words, in lower case: proper names and code words are none of them. */
export const reservedWords: ReadonlySet<string> = new Set(sentences.flatMap((text) => text.toLowerCase().match(/[\p{L}']+/gu) ?? []));

/** What worlds are written with, for exercises that practise single steps of the benchmark's strata in its own words. */
export { type Cast, createCast, type Kind } from "./cast.ts";
export { UNKNOWN } from "./draft.ts";
export { QUESTION_TAIL } from "./generate.ts";
export { createFiller } from "./grammar/filler.ts";
export { fill } from "./grammar/fill.ts";
export { glosses, writeLegend } from "./grammar/legends.ts";
export { linkNouns, linkPhrases, linkQuestions, linkStatements } from "./grammar/links.ts";
export { documentNouns } from "./grammar/references.ts";
export { codedRelations, endRelations, type Relation } from "./grammar/relations.ts";
export { holderForm, type StateForm, stateForms } from "./grammar/state-forms.ts";

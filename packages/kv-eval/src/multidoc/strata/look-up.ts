import type { Random } from "../../random.ts";
import { askSubject, askValue, type Asked, type Draft, type DraftRequest, type Sentence, state } from "../draft.ts";
import { personActions } from "../grammar/actions.ts";
import { personRelations, type Relation } from "../grammar/relations.ts";

/** Fewest subjects that a relation must have before it is asked about: the one asked for and two decoys. */
const CANDIDATES = 3;

interface Known {
  readonly relation: Relation;
  readonly subject: string;
  readonly value: string;
}

/** T0: several relations of a person in one document, the same relations of others in others. */
export function buildLookUp({ random, cast, documents, density }: DraftRequest): Draft {
  const people = Math.max(CANDIDATES + 1, Math.round((documents * density) / 2));
  const relations = random.shuffle([...random.sample(personRelations, 4), ...random.sample(personActions, 1)]);
  const known: Known[] = [];
  const written: Sentence[][] = Array.from({ length: documents }, () => []);
  const order = random.shuffle(written);
  for (let i = 0; i < people; i++) {
    const subject = cast.draw("person");
    // One relation is said of everyone, and neighbours in this turn share the others.
    const others = relations.slice(1);
    const own = [0, 1].slice(0, random.integer(1, 2)).map((j) => others[(i + j) % others.length] as Relation);
    const document = order[i % documents];
    for (const relation of random.shuffle([relations[0] as Relation, ...own])) {
      if (!cast.has(relation.kind, 12)) continue;
      const value = cast.draw(relation.kind);
      known.push({ relation, subject, value });
      document?.push(state(relation, subject, value, random));
    }
  }
  return { documents: written, questions: random.shuffle(askAll(known, random)) };
}

function askAll(known: readonly Known[], random: Random): Asked[] {
  const subjects = (relation: Relation): number => known.filter((one) => one.relation === relation).length;
  return known
    .filter(({ relation }) => subjects(relation) >= CANDIDATES)
    .flatMap(({ relation, subject, value }) => [askValue(relation, subject, value, random), askSubject(relation, subject, value, random)]);
}

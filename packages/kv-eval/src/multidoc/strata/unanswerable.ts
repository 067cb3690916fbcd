import { askValue, type Asked, type Draft, type DraftRequest, type Sentence, spread, state, UNKNOWN } from "../draft.ts";
import { personRelations } from "../grammar/relations.ts";
import { askEnd, createChains } from "./bridge.ts";

const PEOPLE = 5;

/** One question and all that must be stated for it. */
interface Case {
  readonly asked: Asked;
  readonly sentences: readonly Sentence[];
}

/**
 * T6: questions like those of T0 and T1 whose documents lack one necessary fact, while the same people keep their other facts and others keep
 * the same kinds of facts. With `answerable`, the facts stay: same question, other answer.
 */
export function buildUnanswerable(request: DraftRequest): Draft {
  const { random, documents, answerable } = request;
  const keep = random.fork("answerable").chance(answerable);
  const cases = random.shuffle(random.chance(0.5) ? lookUps(request) : bridges(request));
  // At least three stay complete as decoys; the others are asked.
  const asked = cases.slice(0, Math.max(1, Math.min(cases.length - 3, Math.ceil(cases.length / 2))));
  const groups = cases.map((one) => {
    if (keep || !asked.includes(one)) return one.sentences;
    const removed = random.integer(0, one.sentences.length - 1);
    return one.sentences.filter((_, i) => i !== removed);
  });
  const others = cases.filter((one) => !asked.includes(one));
  const questions = asked.map((one) => ({ ...one.asked, answer: keep ? one.asked.answer : UNKNOWN }));
  // The complete ones are asked too, after the first question, so that training sees both in one world.
  return {
    documents: spread([...groups, ...extra(request)], documents, random),
    questions: [
      ...questions.slice(0, 1),
      ...random.shuffle([...questions.slice(1), ...(request.answerable > 0 ? others.map((one) => one.asked) : [])]),
    ],
  };

  /** A further fact of each of those asked about: the documents do speak of them. */
  function extra({ cast }: DraftRequest): Sentence[][] {
    const used = new Set(cases.map(({ asked: { query } }) => (query.type === "value" ? query.relation : "")));
    const relation = random.pick(personRelations.filter(({ id, kind }) => !used.has(id) && kind !== "job"));
    return cases.map(({ asked: { query } }) =>
      query.type === "value" && cast.has(relation.kind, 12) ? [state(relation, query.subject, cast.draw(relation.kind), random)] : [],
    );
  }
}

function lookUps({ random, cast, documents, density }: DraftRequest): Case[] {
  const relation = random.pick(personRelations);
  const people = Math.max(PEOPLE, Math.round((documents * density) / 2));
  const count = Array.from({ length: people }).filter((_, i) => cast.has(relation.kind, i + 1)).length;
  return cast.drawMany("person", Math.max(PEOPLE, count)).map((subject) => {
    const value = cast.draw(relation.kind);
    return { asked: askValue(relation, subject, value, random), sentences: [state(relation, subject, value, random)] };
  });
}

function bridges(request: DraftRequest): Case[] {
  const more = { ...request, density: Math.max(request.density, (PEOPLE * 2.5) / request.documents) };
  return createChains(more, Number.POSITIVE_INFINITY).map((chain) => ({
    asked: askEnd(chain, 0, request.random),
    sentences: chain.sentences,
  }));
}

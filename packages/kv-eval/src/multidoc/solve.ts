import type { FactPlace, Query, World } from "./facts.ts";
import { createStates } from "./solve-state.ts";
import { resolveWorld, type Statement } from "./resolve.ts";

/** All answers that follow from a world, and the facts they follow from. */
export interface Solution {
  /** Different answers; one where the question is well posed, none where it cannot be answered. */
  readonly answers: readonly string[];
  /** In the order of the documents, without repeats. */
  readonly support: readonly FactPlace[];
}

/** Answers queries about one world from its facts alone. */
export interface Solver {
  solve(query: Query): Solution;
}

/** @throws RangeError where the world refers to a document or a code word that it has not. */
export function createSolver(world: World): Solver {
  const statements = resolveWorld(world);
  const states = createStates(world);
  const bySubject = groupBy(statements, ({ relation, subject }) => key(relation, subject));
  const byValue = groupBy(statements, ({ relation, value }) => key(relation, value));
  const byRelation = groupBy(statements, ({ relation }) => relation);
  const having = (relation: string, value: string): readonly Statement[] => byValue.get(key(relation, value)) ?? [];

  function follow(subject: string, links: readonly string[], relation: string): Solution {
    let ends: Statement[] = [{ subject: "", relation: "", value: subject, support: [] }];
    for (const link of [...links, relation]) {
      ends = ends.flatMap((end) =>
        (bySubject.get(key(link, end.value)) ?? []).map((next) => ({ ...next, support: [...end.support, ...next.support] })),
      );
    }
    return toSolution(
      ends.map(({ value }) => value),
      ends,
    );
  }

  function extreme({ relation, highest, among }: Query & { type: "extreme" }): Solution {
    const of = byRelation.get(relation) ?? [];
    const group = among === undefined ? [] : "names" in among ? [] : having(among.relation, among.value);
    const names = among === undefined ? undefined : new Set("names" in among ? among.names : group.map(({ subject }) => subject));
    const compared = names === undefined ? of : of.filter(({ subject }) => names.has(subject));
    const numbers = compared.map(({ value }) => Number(value));
    const best = highest ? Math.max(...numbers) : Math.min(...numbers);
    const winners = compared.filter(({ value }) => Number(value) === best).map(({ subject }) => subject);
    return toSolution(winners, [...group, ...compared]);
  }

  function conflict(relation: string): Solution {
    const all = byRelation.get(relation) ?? [];
    const differs = ({ subject, value }: Statement): boolean =>
      (bySubject.get(key(relation, subject)) ?? []).some((other) => other.value !== value);
    const found = all.filter(differs);
    return toSolution(
      found.map(({ subject }) => subject),
      found,
    );
  }

  return {
    solve(query) {
      switch (query.type) {
        case "value":
          return follow(query.subject, query.links, query.relation);
        case "subject": {
          const found = having(query.relation, query.value);
          return toSolution(
            found.map(({ subject }) => subject),
            found,
          );
        }
        case "state": {
          const state = states.at(query.item, query.when);
          return state === undefined ? toSolution([], []) : toSolution([state.place], [state]);
        }
        case "extreme":
          return extreme(query);
        case "count": {
          const found = having(query.relation, query.value);
          return toSolution([String(new Set(found.map(({ subject }) => subject)).size)], found);
        }
        case "conflict":
          return conflict(query.relation);
      }
    },
  };
}

/** Answers one query. @throws RangeError as in `createSolver`. */
export function solve(world: World, query: Query): Solution {
  return createSolver(world).solve(query);
}

const key = (relation: string, term: string): string => `${relation}\n${term}`;

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

function toSolution(answers: readonly string[], from: readonly { readonly support: readonly FactPlace[] }[]): Solution {
  const places = from.flatMap(({ support }) => support).toSorted((a, b) => a.document - b.document || a.fact - b.fact);
  const support = places.filter((place, i) => place.document !== places[i - 1]?.document || place.fact !== places[i - 1]?.fact);
  return { answers: [...new Set(answers)], support };
}

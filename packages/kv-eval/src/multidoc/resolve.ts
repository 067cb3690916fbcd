import type { FactPlace, Term, World } from "./facts.ts";

/** A relation with both ends named, and the facts that say so. */
export interface Statement {
  readonly subject: string;
  readonly relation: string;
  readonly value: string;
  readonly support: readonly FactPlace[];
}

interface Named {
  readonly name: string;
  readonly support: readonly FactPlace[];
}

interface Legend {
  readonly meanings: Readonly<Record<string, string>>;
  readonly place: FactPlace;
}

/**
 * Names what references and code words of a world stand for, reading it once from its beginning to its end.
 * @throws RangeError where a reference points to no document, or to one without a subject, and where a code word has no meaning.
 */
export function resolveWorld(world: World): readonly Statement[] {
  const statements: Statement[] = [];
  const subjects: (Named | undefined)[] = [];
  let legend: Legend | undefined;
  const resolve = (term: Term, document: number): Named => {
    if ("name" in term) return { name: term.name, support: [] };
    if ("code" in term) {
      const meaning = legend?.meanings[term.code];
      if (legend === undefined || meaning === undefined)
        throw new RangeError(`No legend before document ${document} explains "${term.code}".`);
      return { name: meaning, support: [legend.place] };
    }
    const subject = subjects[document - term.back];
    if (subject === undefined)
      throw new RangeError(`Document ${document} refers to document ${document - term.back}, which has no subject.`);
    return subject;
  };
  world.forEach((facts, document) => {
    facts.forEach((stated, fact) => {
      const place = { document, fact };
      if (stated.type === "legend") legend = { meanings: stated.meanings, place };
      if (stated.type !== "relation" && stated.type !== "subject") return;
      const subject = resolve(stated.subject, document);
      const support = [...subject.support, place];
      // The first whom a document names is whom it is about.
      subjects[document] ??= { name: subject.name, support };
      if (stated.type === "subject") return;
      const value = resolve(stated.value, document);
      statements.push({ subject: subject.name, relation: stated.relation, value: value.name, support: [...support, ...value.support] });
    });
  });
  return statements;
}

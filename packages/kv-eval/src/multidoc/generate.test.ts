import { describe, expect, it } from "vitest";
import type { CountTokens } from "../exercise.ts";
import { createRandom } from "../random.ts";
import type { Fact, Query, World } from "./facts.ts";
import { generateMultidoc, type MultidocExercise, QUESTION_TAIL } from "./generate.ts";
import type { MultidocOptions } from "./options.ts";
import { resolveWorld } from "./resolve.ts";
import { createSolver, solve } from "./solve.ts";
import { type Stratum, stratumNames } from "./strata/index.ts";

const SEEDS = 500;
const words: CountTokens = (text) => text.split(/\s+/u).filter((word) => word !== "").length;
const overhead = { perDocument: 3, perQuestion: 5 };
const LONGEST_FILLER = 12;

const generate = (stratum: Stratum, seed: number, options: MultidocOptions = {}): MultidocExercise =>
  generateMultidoc(stratum, { seed, length: 500 + (seed % 5) * 300, countTokens: words, overhead }, options);

const generated = new Map<Stratum, readonly MultidocExercise[]>();

/** The first `count` worlds of a stratum, which tests share. */
function samples(stratum: Stratum, count = SEEDS): readonly MultidocExercise[] {
  const worlds = generated.get(stratum) ?? Array.from({ length: SEEDS }, (_, seed) => generate(stratum, seed));
  generated.set(stratum, worlds);
  return worlds.slice(0, count);
}

const samplesWith = (stratum: Stratum, options: MultidocOptions): readonly MultidocExercise[] =>
  Array.from({ length: 100 }, (_, seed) => generate(stratum, seed, options));

const answersOf = (world: World, query: Query | undefined): readonly string[] => {
  if (query === undefined) throw new Error("A question has no query.");
  try {
    return solve(world, query).answers;
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
};

const isLetter = (character: string | undefined): boolean => character !== undefined && /[\p{L}\p{N}]/u.test(character);

/** Where a phrase stands as whole words; its first letter may be a capital one. */
function occurrences(text: string, phrase: string): number[] {
  const found: number[] = [];
  for (const spelling of new Set([phrase, phrase.charAt(0).toUpperCase() + phrase.slice(1)])) {
    for (let at = text.indexOf(spelling); at !== -1; at = text.indexOf(spelling, at + 1)) {
      if (!isLetter(text[at - 1]) && !isLetter(text[at + spelling.length])) found.push(at);
    }
  }
  return found;
}

/** Named ends, code words and items of a fact: what its sentence has to say. */
const namesIn = (fact: Fact): string[] => {
  if (fact.type === "relation" || fact.type === "subject") {
    const ends = fact.type === "relation" ? [fact.subject, fact.value] : [fact.subject];
    return ends.flatMap((term) => ("name" in term ? [term.name] : "code" in term ? [term.code] : []));
  }
  if (fact.type === "legend") return Object.entries(fact.meanings).flat();
  if (fact.type === "swap") return [...fact.items];
  return [fact.item, typeof fact.at === "string" ? fact.at : fact.at.whereIs];
};

/** Thousands of worlds are checked: problems are collected, and expected to be none. */
const check = (worlds: Iterable<MultidocExercise>, problemsOf: (world: MultidocExercise) => readonly string[]): void => {
  const problems = [...worlds].flatMap((world) => problemsOf(world).map((problem) => `${world.task}, seed ${world.seed}: ${problem}`));
  expect(problems.slice(0, 5)).toEqual([]);
};

describe.each(stratumNames)("multidoc_%s", (stratum) => {
  it(`has ${SEEDS} worlds whose questions the solver answers alike, from sentences that state the facts`, () => {
    check(samples(stratum), ({ documents, questions, queries, world }) => {
      const solver = createSolver(world);
      return [
        ...(questions.length === 0 ? ["no questions"] : []),
        ...questions.flatMap(({ references, completion, evidence, text }, i) => {
          const { answers, support } = solver.solve(queries[i] as Query);
          const wanted = stratum === "t6" ? [] : references;
          const proven = answers.join() === wanted.join() && completion === (wanted[0] ?? "unknown") && text.endsWith(QUESTION_TAIL);
          if (!proven || evidence.length !== (stratum === "t6" ? 0 : support.length))
            return [`${text} ${completion}, not ${answers.join()}`];
          return evidence.flatMap(({ document, start, end }, k) => {
            const sentence = documents[document]?.slice(start, end) ?? "";
            const { document: stated, fact } = support[k] ?? { document: -1, fact: -1 };
            const names = namesIn(world[stated]?.[fact] as Fact);
            return document === stated && names.every((name) => occurrences(sentence, name).length > 0)
              ? []
              : [`${sentence} lacks ${names.join()}`];
          });
        }),
      ];
    });
  });

  it("fills its length and never exceeds it", () => {
    check(samples(stratum), ({ documents, questions, seed }) => {
      const ofDocuments = documents.reduce((sum, text) => sum + words(text) + overhead.perDocument, 0);
      const total = ofDocuments + Math.max(...questions.map(({ text }) => words(text))) + overhead.perQuestion + 16;
      const length = 500 + (seed % 5) * 300;
      return total <= length && total > length - LONGEST_FILLER && !documents.includes("") ? [] : [`${total} of ${length}`];
    });
  });

  it("has at least three candidates of the same type and relation", () => {
    check(samples(stratum), ({ world, queries }) => (countCandidates(world, queries[0] as Query) < 3 ? ["too few"] : []));
  });

  it("repeats itself from its seed, and not from another", () => {
    expect(generate(stratum, 5)).toEqual(generate(stratum, 5));
    expect(generate(stratum, 5).documents).not.toEqual(generate(stratum, 6).documents);
  });

  it("says how much room it needs", () => {
    expect(() => generateMultidoc(stratum, { seed: 1, length: 60, countTokens: words })).toThrow(/needs about \d+ tokens, not 60/u);
    expect(() => generateMultidoc(stratum, { seed: 1, length: 900, countTokens: words }, { documents: 2 })).toThrow(RangeError);
    expect(generateMultidoc(stratum, { seed: 1, length: 2000, countTokens: words }, { documents: 20, questions: 1 })).toMatchObject({
      documents: { length: 20 },
      questions: { length: 1 },
    });
  });
});

/** Places, legends or subjects that the first question could be about to have. */
function countCandidates(world: World, query: Query): number {
  const facts = world.flat();
  if (query.type === "state")
    return new Set(facts.flatMap((fact) => (fact.type === "put" && typeof fact.at === "string" ? [fact.at] : []))).size;
  const legends = facts.filter(({ type }) => type === "legend").length;
  if (legends > 0) return legends;
  const isBackReference = facts.some((fact) => fact.type === "relation" && "back" in fact.subject);
  const names = facts.flatMap((fact) =>
    (fact.type === "relation" || fact.type === "subject") && "name" in fact.subject ? [fact.subject.name] : [],
  );
  return new Set(
    isBackReference ? names : resolveWorld(world).flatMap(({ relation, subject }) => (relation === query.relation ? [subject] : [])),
  ).size;
}

describe("evidence", () => {
  it.each(["t0", "t1", "t2"] as const)("%s names its answer nowhere else", (stratum) => {
    check(samples(stratum), ({ documents, questions, queries }) =>
      questions.flatMap(({ completion, evidence, text }, i) => {
        // A person is named again where further facts about them are stated.
        const query = queries[i];
        if (stratum === "t0" && query?.type === "subject") return [];
        if (stratum === "t1" && /^(?:Who|Which person)/u.test(text)) return [];
        const inside = (document: number, at: number): boolean =>
          evidence.some((span) => span.document === document && span.start <= at && at < span.end);
        const outside = documents.flatMap((one, document) => occurrences(one, completion).filter((at) => !inside(document, at)));
        return outside.length + occurrences(text, completion).length > 0 ? [`${text} ${completion}`] : [];
      }),
    );
  });

  it.each(["t0", "t1", "t2", "t3"] as const)("%s needs every piece of it", (stratum) => {
    check(samples(stratum, 200), ({ world, queries, questions }) => {
      const query = queries[0] as Query;
      return solve(world, query).support.flatMap(({ document, fact }) => {
        const without = world.map((facts, i) => (i === document ? facts.filter((_, k) => k !== fact) : facts));
        return answersOf(without, query).join() === questions[0]?.completion ? [`${questions[0].text} without ${document}`] : [];
      });
    });
  });
});

describe("order", () => {
  it.each(["t2", "t3", "t4"] as const)("%s mostly has other answers when its documents change places", (stratum) => {
    let changed = 0;
    for (const { world, queries, questions, seed } of samples(stratum)) {
      const shuffled = createRandom(seed).shuffle(world);
      if (answersOf(shuffled, queries[0])[0] !== questions[0]?.completion) changed++;
    }
    expect(changed).toBeGreaterThan(0.75 * SEEDS);
  });

  it.each(["t0", "t1", "t5", "t6"] as const)("%s has the same answers", (stratum) => {
    for (const { world, queries, seed } of samples(stratum, 100)) {
      expect(answersOf(createRandom(seed).shuffle(world), queries[0])).toEqual(answersOf(world, queries[0]));
    }
  });

  it("t2 names nobody in a document that refers to another", () => {
    for (const { world, documents } of samples("t2", 200)) {
      const statements = resolveWorld(world);
      const names = new Set(statements.map(({ subject }) => subject));
      world.forEach((facts, i) => {
        if (!facts.some((fact) => fact.type === "relation" && "back" in fact.subject && fact.subject.back > 0)) return;
        for (const name of names) expect(documents[i]).not.toContain(name);
      });
    }
  });

  it("t3 gives every code word another meaning in each of at least four legends", () => {
    for (const { world } of samples("t3", 200)) {
      const legends = world.flat().flatMap((fact) => (fact.type === "legend" ? [fact.meanings] : []));
      expect(legends.length).toBeGreaterThanOrEqual(4);
      for (const code of Object.keys(legends[0] ?? {}))
        expect(new Set(legends.map((meanings) => meanings[code])).size).toBe(legends.length);
      for (const meanings of legends) expect(Object.values(meanings).toSorted()).toEqual(Object.values(legends[0] ?? {}).toSorted());
    }
  });
});

describe("training", () => {
  it.each(["t2", "t3", "t4"] as const)("%s says with `annotate` what references come to", (stratum) => {
    check(samplesWith(stratum, { annotate: 1 }), ({ documents, questions, queries, world }) => {
      const solver = createSolver(world);
      return questions.flatMap(({ completion, evidence, text }, i) => {
        const query = queries[i] as Query;
        const last = solver.solve(query).support.at(-1) ?? { document: -1, fact: -1 };
        const fact = world[last.document]?.[last.fact];
        // A second deed in the same document refers to its first sentence, and the place before the last one is told earlier.
        const isElsewhere =
          (fact?.type === "relation" && "back" in fact.subject && fact.subject.back === 0) ||
          (query.type === "state" && query.when === "before");
        const { document = -1, start, end } = evidence.at(-1) ?? {};
        return isElsewhere || documents[document]?.slice(start, end).includes(completion) === true ? [] : [text];
      });
    });
  });

  it("t6 answers with `answerable`", () => {
    for (const { world, queries, questions } of samplesWith("t6", { answerable: 1 })) {
      expect(answersOf(world, queries[0])).toEqual(questions[0]?.references);
      expect(questions[0]?.evidence.length).toBeGreaterThan(0);
    }
  });

  it("mixes strata in one world", () => {
    for (let seed = 0; seed < 50; seed++) {
      const mix = ["t0", "t1", "t3", "t4", "t5", "t6"] as const;
      const { world, queries, questions } = generateMultidoc("t2", { seed, length: 3000, countTokens: words }, { mix });
      expect(queries[0]?.type).toBe("subject");
      questions.forEach(({ references }, i) => {
        const answers = answersOf(world, queries[i]);
        expect(answers.length === 0 ? ["unknown"] : answers).toEqual(references);
      });
    }
  });
});

import type { Random } from "@kvasir/kv-eval";
import { ask, settle, type Pair } from "./pair.ts";

/** A sentence that tells one property of something named. */
export interface Fact {
  readonly sentence: string;
  readonly kind: string;
  readonly name: string;
  readonly value: string;
}

interface FactPattern {
  readonly kind: string;
  readonly pattern: RegExp;
  readonly questions: (name: string) => readonly string[];
  /** Asks for the name by the value, where no two have the same. */
  readonly backward?: (value: string) => readonly string[];
}

const name = "((?!The )[A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+){0,3})";

const patterns: readonly FactPattern[] = [
  {
    kind: "capital",
    pattern: new RegExp(`^The capital of ${name} is ([^.]+)\\.$`),
    questions: (of) => [
      `What is the capital of ${of}?`,
      `Which city is the capital of ${of}?`,
      `Name the capital of ${of}.`,
      `What's the capital city of ${of}?`,
    ],
    backward: (value) => [`Which country has the capital ${value}?`, `${value} is the capital of which country?`],
  },
  {
    kind: "population",
    pattern: new RegExp(`^The population of ${name} is ([0-9,]+)\\.$`),
    questions: (of) => [`What is the population of ${of}?`, `How many people live in ${of}?`, `How many inhabitants does ${of} have?`],
  },
  {
    kind: "location",
    pattern: new RegExp(`^${name} is located in ([^.]{5,120})\\.$`),
    questions: (of) => [`Where is ${of}?`, `Where is ${of} located?`, `In which part of the world is ${of}?`],
  },
  {
    kind: "climate",
    pattern: new RegExp(`^The climate of ${name} is ([^.]{4,80})\\.$`),
    questions: (of) => [`What is the climate of ${of}?`, `What is the climate like in ${of}?`, `How is the climate of ${of} described?`],
  },
  {
    kind: "terrain",
    pattern: new RegExp(`^The terrain of ${name} is ([^.]{4,100})\\.$`),
    questions: (of) => [
      `What is the terrain of ${of}?`,
      `What does the land look like in ${of}?`,
      `How is the terrain of ${of} described?`,
    ],
  },
  {
    kind: "resources",
    pattern: new RegExp(`^The natural resources of ${name} are ([^.]{4,120})\\.$`),
    questions: (of) => [`What are the natural resources of ${of}?`, `Which natural resources does ${of} have?`],
  },
  {
    kind: "crops",
    pattern: new RegExp(`^${name} grows and produces ([^.]{4,120})\\.$`),
    questions: (of) => [`What does ${of} grow and produce?`, `Which products does ${of} grow?`],
  },
];

/** Facts among the sentences of a paragraph. */
export function findFacts(paragraph: string): Fact[] {
  return paragraph.split(/(?<=\.) (?=[A-Z])/).flatMap((sentence) => {
    for (const { kind, pattern } of patterns) {
      const [, named, value] = pattern.exec(sentence) ?? [];
      if (named !== undefined && value !== undefined) return [{ sentence, kind, name: named, value }];
    }
    return [];
  });
}

/** Passages of facts about several things, so that a question must find both the thing and the property. */
export function* mineFacts(facts: readonly Fact[], count: number, random: Random): Generator<{ passage: string; questions: Pair[] }> {
  const byName = new Map<string, Fact[]>();
  for (const fact of facts) byName.set(fact.name, [...(byName.get(fact.name) ?? []), fact]);
  const names = [...byName.keys()];
  if (names.length < 5) return;
  for (let made = 0; made < count; made++) {
    const several = random
      .sample(names, random.integer(2, 5))
      .flatMap((one) => random.sample(byName.get(one) ?? [], Math.min(3, byName.get(one)?.length ?? 0)));
    const told = random.chance(0.5) ? several : random.shuffle(several);
    const passage = told.map(({ sentence }) => sentence).join(random.chance(0.7) ? " " : "\n");
    const asked = random.sample(told, Math.min(5, told.length));
    yield {
      passage,
      questions: settle(
        passage,
        asked.flatMap((fact) => askAboutFact(fact, told, random)),
      ),
    };
  }
}

function askAboutFact({ kind, name: of, value }: Fact, told: readonly Fact[], random: Random): Pair[] {
  const pattern = patterns.find((one) => one.kind === kind);
  if (pattern === undefined) return [];
  const alone = told.filter((fact) => fact.kind === kind && fact.value === value).length === 1;
  const backward = alone && pattern.backward ? ask(random, "fact name", of, pattern.backward(value), 1) : [];
  return [...ask(random, "fact", value, pattern.questions(of), 2), ...backward];
}

import type { Random } from "../../random.ts";
import { type Asked, type Draft, type DraftRequest, type Sentence, spread, state } from "../draft.ts";
import { fill } from "../grammar/fill.ts";
import { livesIn } from "../grammar/relations.ts";
import { countQuestions, groupPhrases, tallies, type Tally } from "../grammar/tallies.ts";

const FEWEST_PEOPLE = 6;
const MOST_PEOPLE = 12;
const CONFLICT = 0.25;

interface Person {
  readonly name: string;
  readonly town: string;
  readonly amount: number;
}

/** T5: who has the most or least, who of two has more, how many there are, and where two documents disagree. */
export function buildAggregation({ random, cast, documents, density }: DraftRequest): Draft {
  const tally = random.pick(tallies);
  const count = Math.min(Math.max(FEWEST_PEOPLE, Math.round((documents * density) / 2)), MOST_PEOPLE);
  const towns = cast.drawMany("town", 3);
  const amounts = random.sample(
    Array.from({ length: tally.range[1] - tally.range[0] + 1 }, (_, i) => tally.range[0] + i),
    count + 1,
  );
  const people = cast
    .drawMany("person", count)
    .map((name, i): Person => ({ name, town: (i < 3 ? towns[i] : undefined) ?? random.pick(towns), amount: amounts[i] ?? 0 }));
  const stated = ({ name, amount }: Person): Sentence => state(tally.relation, name, String(amount), random);
  const homes = people.map(({ name, town }): Sentence[] => [state(livesIn, name, town, random)]);
  const counts = askCounts(people, towns, random);
  if (random.chance(CONFLICT)) {
    const wrong = random.pick(people);
    const twice = people.map((one) => [stated(one), stated(one === wrong ? { ...one, amount: amounts[count] ?? 0 } : one)]);
    const query = { type: "conflict", relation: tally.relation.id } as const;
    const conflict: Asked = { text: random.pick(tally.conflict), query, answer: wrong.name };
    return { documents: spread([...twice, ...homes], documents, random), questions: [conflict, ...random.shuffle(counts)] };
  }
  const questions = random.shuffle([...askExtremes(people, tally, random), ...askPairs(people, tally, random), ...counts]);
  return { documents: spread([...people.map((one) => [stated(one)]), ...homes], documents, random), questions };
}

function askExtremes(people: readonly Person[], { relation, highest, lowest }: Tally, random: Random): Asked[] {
  const groups = [undefined, ...new Set(people.map(({ town }) => town))];
  return groups.flatMap((town) => {
    const group = people.filter((one) => town === undefined || one.town === town).toSorted((a, b) => a.amount - b.amount);
    const [least, most] = [group[0], group.at(-1)];
    if (least === undefined || most === undefined || least === most) return [];
    const G = town === undefined ? "" : fill(random.pick(groupPhrases), { O: town });
    const among = town === undefined ? {} : { among: { relation: livesIn.id, value: town } };
    return [
      {
        text: fill(random.pick(highest), { G }),
        query: { type: "extreme", relation: relation.id, highest: true, ...among },
        answer: most.name,
      },
      {
        text: fill(random.pick(lowest), { G }),
        query: { type: "extreme", relation: relation.id, highest: false, ...among },
        answer: least.name,
      },
    ] as const;
  });
}

function askPairs(people: readonly Person[], { relation, higherOf }: Tally, random: Random): Asked[] {
  return Array.from({ length: 3 }, () => {
    const [x, y] = random.sample(people, 2) as [Person, Person];
    return {
      text: fill(random.pick(higherOf), { X: x.name, Y: y.name }),
      query: { type: "extreme", relation: relation.id, highest: true, among: { names: [x.name, y.name] } },
      answer: x.amount > y.amount ? x.name : y.name,
    };
  });
}

function askCounts(people: readonly Person[], towns: readonly string[], random: Random): Asked[] {
  return towns.map((town) => ({
    text: fill(random.pick(countQuestions), { O: town }),
    query: { type: "count", relation: livesIn.id, value: town },
    answer: String(people.filter((one) => one.town === town).length),
  }));
}

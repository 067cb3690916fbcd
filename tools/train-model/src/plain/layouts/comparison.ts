import { capitalize } from "../../slots/index.ts";
import type { BlockQuestion, MakeBlock } from "../block.ts";
import { drawNames } from "./draw-names.ts";

interface Measure {
  readonly rows: string;
  /** `#` stands for a name, `%` for its number. */
  readonly states: readonly string[];
  readonly units: readonly string[];
  /** Highest number. */
  readonly top?: number;
  readonly most: readonly string[];
  readonly least: readonly string[];
  /** `#` against `$`. */
  readonly more: readonly string[];
  readonly ask: readonly string[];
}

const measures: readonly Measure[] = [
  {
    rows: "product",
    states: ["the # costs %", "one pays % for the #", "the # is sold for %"],
    units: ["£~", "€~", "$~", "~ euros"],
    most: ["Which one is the most expensive?", "What costs most?", "Which is the dearest of them?"],
    least: ["Which one is the cheapest?", "What costs least?", "Which is the best buy for someone with little money?"],
    more: ["Is the # dearer than the $?", "Does the # cost more than the $?"],
    ask: ["How much is the #?", "What does the # cost?"],
  },
  {
    rows: "person",
    states: ["# is % old"],
    units: ["~ years"],
    top: 97,
    most: ["Who is the oldest?", "Which of them is the eldest?"],
    least: ["Who is the youngest?", "Which person is the youngest of all?"],
    more: ["Is # older than $?"],
    ask: ["How old is #?", "What is #'s age?"],
  },
  {
    rows: "person",
    states: ["# ran the course in %", "it took # % to get to the finish", "# needed %"],
    units: ["~ minutes", "~ seconds"],
    most: ["Who was the slowest?", "Who took longest?"],
    least: ["Who was the fastest?", "Who won, that is, needed the shortest time?"],
    more: ["Was # slower than $?", "Did # need longer than $?"],
    ask: ["How long did # take?", "What was #'s time?"],
  },
  {
    rows: "village",
    states: ["# has % inhabitants", "in # there live % people", "the population of # is %"],
    units: ["~"],
    most: ["Which place has the most inhabitants?", "Which is the largest of these places?"],
    least: ["Which place has the fewest inhabitants?", "Which is the smallest of these places?"],
    more: ["Is # larger than $?", "Do more people live in # than in $?"],
    ask: ["How many people live in #?", "What is the population of #?"],
  },
  {
    rows: "mountain",
    states: ["# is % high", "# rises to %"],
    units: ["~ metres", "~ m"],
    most: ["Which mountain is the highest?", "What is the name of the highest one?"],
    least: ["Which mountain is the lowest?"],
    more: ["Is # higher than $?"],
    ask: ["How high is #?", "What is the height of #?"],
  },
  {
    rows: "river",
    states: ["the # is % long", "the length of the # is %"],
    units: ["~ km", "~ kilometres", "~ miles"],
    most: ["Which river is the longest?"],
    least: ["Which river is the shortest?"],
    more: ["Is the # longer than the $?"],
    ask: ["How long is the #?"],
  },
  {
    rows: "club",
    states: ["the # has % points", "with % points, the # is on the list", "the # scored % points"],
    units: ["~"],
    most: ["Who leads the table?", "Which club has the most points?"],
    least: ["Who is last?", "Which club has the fewest points?"],
    more: ["Does the # have more points than the $?"],
    ask: ["How many points does the # have?"],
  },
  {
    rows: "object",
    states: ["# weighs %", "the weight of # is %"],
    units: ["~ kg", "~ kilograms", "~ pounds"],
    most: ["Which thing is the heaviest?", "What weighs most?"],
    least: ["Which thing is the lightest?", "What weighs least?"],
    more: ["Is # heavier than $?", "Does # weigh more than $?"],
    ask: ["How much does # weigh?"],
  },
];

/** Things with numbers, asked which has the highest, the lowest, or more than another. */
export const comparisonBlock: MakeBlock = (random, used) => {
  const measure = random.pick(measures);
  const names = drawNames(random, used, measure.rows, random.integer(2, 4)).map(({ text }) => text);
  const unit = random.pick(measure.units);
  const numbers = new Set<number>();
  const top = measure.top ?? random.pick([60, 95, 400, 2500]);
  while (numbers.size < names.length) numbers.add(random.integer(12, top));
  const values = [...numbers];
  const written = values.map((value) => unit.replace("~", String(value)));
  const state = random.pick(measure.states);
  const same = random.chance(0.5);
  const clauses = names.map((name, index) =>
    (same ? state : random.pick(measure.states)).replace("#", () => name).replace("%", () => written[index] as string),
  );
  const joined = random.chance(0.5)
    ? `${clauses.slice(0, -1).join(", ")}${random.pick([" and ", ", while ", ", but "])}${clauses.at(-1)}.`
    : clauses.map((clause) => `${capitalize(clause)}.`).join(" ");
  const nameOf = (pick: (...values: number[]) => number): string => names[values.indexOf(pick(...values))] as string;
  const about = random.chance(0.5) ? "" : ` (${names.join(" or ")})`;
  const extremes = (texts: readonly string[]): string[] => texts.map((text) => (about === "" ? text : text.replace(/\?$/, `${about}?`)));
  const [one, two] = random.sample([...names.keys()], 2) as [number, number];
  const asked = random.integer(0, names.length - 1);
  const questions: BlockQuestion[] = [
    { texts: extremes(measure.most), answer: nameOf(Math.max), isKeyed: about !== "" },
    { texts: extremes(measure.least), answer: nameOf(Math.min), isKeyed: about !== "" },
    {
      texts: measure.ask.map((text) => capitalize(text.replace("#", () => names[asked] as string))),
      answer: written[asked] as string,
      isKeyed: true,
    },
    {
      texts: measure.more.map((text) => capitalize(text.replace("#", () => names[one] as string).replace("$", () => names[two] as string))),
      answer: (values[one] as number) > (values[two] as number) ? "yes" : "no",
      isKeyed: true,
    },
  ];
  return { text: capitalize(joined), isLayout: false, questions: random.sample(questions, random.integer(2, 3)) };
};

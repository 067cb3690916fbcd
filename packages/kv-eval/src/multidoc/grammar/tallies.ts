import type { Relation } from "./relations.ts";

const age: Relation = {
  id: "age",
  kind: "number",
  statements: ["{S} is {O} years old.", "The age of {S} is {O}.", "{S} has reached the age of {O}.", "This year {S} turned {O}."],
  questions: ["How old is {S}?", "What is the age of {S}?", "Which age has {S} reached?"],
  inverse: [],
};

const horses: Relation = {
  id: "horses",
  kind: "number",
  statements: [
    "{S} owns {O} horses.",
    "The number of horses of {S} is {O}.",
    "There are {O} horses in the stable of {S}.",
    "{S} has {O} horses.",
  ],
  questions: ["How many horses does {S} own?", "How many horses are in the stable of {S}?", "What is the number of horses of {S}?"],
  inverse: [],
};

/** Relations whose values are counted or compared. */
export interface Tally {
  readonly relation: Relation;
  readonly range: readonly [number, number];
  /** {G} says among whom. */
  readonly highest: readonly string[];
  readonly lowest: readonly string[];
  /** {X} and {Y} are two of them. */
  readonly higherOf: readonly string[];
  readonly conflict: readonly string[];
}

export const tallies: readonly Tally[] = [
  {
    relation: age,
    range: [18, 95],
    highest: ["Who is the oldest{G}?", "Which person is the oldest{G}?", "What is the name of the oldest{G}?"],
    lowest: ["Who is the youngest{G}?", "Which person is the youngest{G}?", "What is the name of the youngest{G}?"],
    higherOf: ["Who is older, {X} or {Y}?", "Which of the two is older, {X} or {Y}?", "{X} or {Y}: who is older?"],
    conflict: [
      "About whose age do two of the texts disagree?",
      "Whose age is given in two different ways?",
      "For which person are two different ages stated?",
    ],
  },
  {
    relation: horses,
    range: [2, 60],
    highest: ["Who owns the most horses{G}?", "Which person has the most horses{G}?", "Who has the largest number of horses{G}?"],
    lowest: ["Who owns the fewest horses{G}?", "Which person has the fewest horses{G}?", "Who has the smallest number of horses{G}?"],
    higherOf: ["Who owns more horses, {X} or {Y}?", "Which of the two has more horses, {X} or {Y}?", "{X} or {Y}: who owns more horses?"],
    conflict: [
      "About whose horses do two of the texts disagree?",
      "Whose number of horses is given in two different ways?",
      "For which person are two different numbers of horses stated?",
    ],
  },
];

/** Among those who live in {O}. */
export const groupPhrases: readonly string[] = [" of those who live in {O}", " among the people of {O}", " of all who live in {O}"];

export const countQuestions: readonly string[] = [
  "How many people live in {O}?",
  "How many of these people live in {O}?",
  "What is the number of people who live in {O}?",
];

export const tallyRelations: readonly Relation[] = tallies.map(({ relation }) => relation);
export const tallyQuestions: readonly string[] = [
  ...tallies.flatMap(({ highest, lowest, higherOf, conflict }) => [...highest, ...lowest, ...higherOf, ...conflict]),
  ...groupPhrases,
  ...countQuestions,
];

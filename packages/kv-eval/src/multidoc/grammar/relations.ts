import type { Kind } from "../cast.ts";

/** How a relation between a person (or vessel) and a value is said and asked: {S} is the subject, {O} the value. */
export interface Relation {
  readonly id: string;
  /** What its values are. */
  readonly kind: Kind;
  readonly statements: readonly string[];
  /** Ask for the value. */
  readonly questions: readonly string[];
  /** Ask for the subject. */
  readonly inverse: readonly string[];
}

const lives: Relation = {
  id: "lives",
  kind: "town",
  statements: [
    "{S} lives in {O}.",
    "The home of {S} is in {O}.",
    "{S} has a house in {O}.",
    "{O} is where {S} lives.",
    "{S} is a resident of {O}.",
  ],
  questions: ["Where does {S} live?", "In which town does {S} live?", "In which town is the home of {S}?"],
  inverse: ["Who lives in {O}?", "Whose home is in {O}?", "Which person lives in {O}?"],
};

const works: Relation = {
  id: "works",
  kind: "town",
  statements: [
    "{S} works in {O}.",
    "The workplace of {S} is in {O}.",
    "{S} has a job in {O}.",
    "{O} is where {S} works.",
    "{S} goes to work in {O}.",
  ],
  questions: ["Where does {S} work?", "In which town does {S} work?", "In which town is the workplace of {S}?"],
  inverse: ["Who works in {O}?", "Whose workplace is in {O}?", "Which person works in {O}?"],
};

const born: Relation = {
  id: "born",
  kind: "town",
  statements: [
    "{S} was born in {O}.",
    "The birthplace of {S} is {O}.",
    "{O} is where {S} was born.",
    "{S} came into the world in {O}.",
    "{S} is a native of {O}.",
  ],
  questions: ["Where was {S} born?", "In which town was {S} born?", "What is the birthplace of {S}?"],
  inverse: ["Who was born in {O}?", "Whose birthplace is {O}?", "Which person was born in {O}?"],
};

const job: Relation = {
  id: "job",
  kind: "job",
  statements: [
    "{S} is {a O}.",
    "{S} works as {a O}.",
    "{S} earns a living as {a O}.",
    "By profession, {S} is {a O}.",
    "The profession of {S} is that of {a O}.",
  ],
  questions: ["What is the profession of {S}?", "What does {S} work as?", "How does {S} earn a living?"],
  inverse: ["Who is {a O}?", "Who works as {a O}?", "Which person is {a O} by profession?"],
};

const company: Relation = {
  id: "company",
  kind: "company",
  statements: [
    "{S} works for {O}.",
    "The employer of {S} is {O}.",
    "{O} employs {S}.",
    "{S} is employed by {O}.",
    "{S} is on the staff of {O}.",
  ],
  questions: ["Which company does {S} work for?", "What is the employer of {S}?", "By which company is {S} employed?"],
  inverse: ["Who works for {O}?", "Who is employed by {O}?", "Which person is on the staff of {O}?"],
};

const pet: Relation = {
  id: "pet",
  kind: "animal",
  statements: [
    "{S} keeps {a O}.",
    "The pet of {S} is {a O}.",
    "{S} has {a O} as a pet.",
    "{S} looks after {a O} at home.",
    "{S} shares a home with {a O}.",
  ],
  questions: ["Which animal does {S} keep?", "What kind of pet does {S} have?", "What is the pet of {S}?"],
  inverse: ["Who keeps {a O}?", "Who has {a O} as a pet?", "Which person keeps {a O}?"],
};

const language: Relation = {
  id: "language",
  kind: "language",
  statements: [
    "{S} speaks {O} at home.",
    "The mother tongue of {S} is {O}.",
    "{S} grew up speaking {O}.",
    "{O} is the first language of {S}.",
    "{S} was raised in {O}.",
  ],
  questions: ["Which language does {S} speak at home?", "What is the mother tongue of {S}?", "What is the first language of {S}?"],
  inverse: ["Who speaks {O} at home?", "Whose mother tongue is {O}?", "Which person grew up speaking {O}?"],
};

const instrument: Relation = {
  id: "instrument",
  kind: "instrument",
  statements: [
    "{S} plays the {O}.",
    "The instrument of {S} is the {O}.",
    "{S} has played the {O} for years.",
    "The {O} is what {S} plays.",
    "{S} gives lessons on the {O}.",
  ],
  questions: ["Which instrument does {S} play?", "What does {S} play?", "What is the instrument of {S}?"],
  inverse: ["Who plays the {O}?", "Whose instrument is the {O}?", "Which person plays the {O}?"],
};

const extension: Relation = {
  id: "extension",
  kind: "number",
  statements: [
    "The extension of {S} is {O}.",
    "{S} answers at extension {O}.",
    "Extension {O} belongs to {S}.",
    "To reach {S}, dial {O}.",
    "Calls for {S} go to {O}.",
  ],
  questions: ["What is the extension of {S}?", "Which number reaches {S}?", "At which extension does {S} answer?"],
  inverse: ["Whose extension is {O}?", "Who answers at extension {O}?", "To which person does extension {O} belong?"],
};

/** What documents say of people. */
export const personRelations: readonly Relation[] = [lives, works, born, job, company, pet, language, instrument, extension];

/** Those whose values a legend can give code words for. */
export const codedRelations: readonly Relation[] = [lives, works, born, job, pet, language, instrument];

/** Those that a chain of people ends with. */
export const endRelations: readonly Relation[] = [lives, works, born, job, pet, language, instrument];

/** Where people live, which groups them. */
export const livesIn: Relation = lives;

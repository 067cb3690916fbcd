import type { Attribute, Kind } from "../kind.ts";

const BORN: Attribute = {
  value: (draw) => draw.date(1780, 1940),
  statements: [
    "{S} was born on {v}.",
    "{P} date of birth is given as {v} in the parish register.",
    "Born on {v}, {n} was the youngest of several children.",
  ],
  questions: ["When was {n} born?", "On what date was {n} born?", "What is the date of birth of {n}?"],
};

const BIRTHPLACE: Attribute = {
  link: ["town"],
  statements: [
    "{S} came from {v}.",
    "{P} family lived in {v}, where {n} was born.",
    "{S} was born in {v} and never quite lost the accent of the place.",
  ],
  questions: ["Where was {n} born?", "In which town was {n} born?", "What is the birthplace of {n}?"],
  phrases: ["the town where {n} was born", "the birthplace of {n}"],
};

const DIED: Attribute = {
  value: (draw) => draw.town(),
  statements: [
    "{S} spent the last years in {v} and died there after a short illness.",
    "{S} died in {v}, surrounded by grandchildren.",
    "{P} death in {v} was reported in all the papers.",
  ],
  questions: ["Where did {n} die?", "In which place did {n} die?", "What was the place of death of {n}?"],
};

const TEACHER: Attribute = {
  value: (draw) => draw.anyone(),
  statements: [
    "{P} first teacher was {v}, who lived next door.",
    "{S} learned the trade from {v}.",
    "{v}, a strict but patient teacher, taught {n} for several years.",
  ],
  questions: ["Who taught {n}?", "Who was the teacher of {n}?", "From whom did {n} learn?"],
};

const SPOUSE: Attribute = {
  value: (draw) => draw.anyone(),
  statements: [
    "{S} married {v}, and the couple had two children.",
    "{P} marriage to {v} lasted for more than thirty years.",
    "At a dance {n} met {v}; they were married the following spring.",
  ],
  questions: ["Who did {n} marry?", "Who was {n} married to?", "To whom was {n} married?"],
};

const INSTRUMENT: Attribute = {
  value: (draw) =>
    draw.pick([
      "the cello",
      "the bassoon",
      "the accordion",
      "the harp",
      "the zither",
      "the trombone",
      "the clarinet",
      "the banjo",
      "the oboe",
      "the mandolin",
      "the French horn",
      "the viola",
      "the harmonium",
      "the concertina",
    ]),
  statements: [
    "In the evenings {n} played {v}.",
    "{S} was a keen amateur on {v}.",
    "Friends remember that {n} played {v}, not always to their delight.",
  ],
  questions: ["Which instrument did {n} play?", "What instrument did {n} play?", "On which instrument was {n} a player?"],
};

const COLLECTION: Attribute = {
  value: (draw) =>
    draw.pick([
      "pocket watches",
      "old maps",
      "seashells",
      "butterflies",
      "door knockers",
      "fossils",
      "walking sticks",
      "postage stamps",
      "teapots",
      "chess sets",
      "keys",
      "lanterns",
      "barometers",
      "bells",
      "kites",
      "music boxes",
    ]),
  statements: [
    "{S} collected {v} all through life.",
    "{P} collection of {v} filled three rooms.",
    "A weakness for {v} emptied the purse of {n} more than once, and the collection became famous.",
  ],
  questions: ["What did {n} collect?", "Which things did {n} collect?", "What was the collection of {n} made up of?"],
};

const FILLERS = [
  "Contemporaries describe a quiet person with a sharp sense of humour.",
  "Little is known about the years that followed.",
  "The letters of this period are full of complaints about the weather.",
  "A portrait from those days shows a serious face above a plain collar.",
  "Money was short at first, and several plans had to be given up.",
  "Later writers have praised the care that went into every detail.",
  "Several schools and streets have been named after {n}.",
  "{S} disliked public speeches and avoided them whenever possible.",
];

/** People of a profession; what they did is in `own`. */
function people(profession: string, own: readonly Attribute[]): Kind {
  return {
    naming: (draw) => {
      const sex = draw.random.pick(["female", "male"] as const);
      const name = draw.person(sex);
      const lastName = name.split(" ")[1] as string;
      return {
        title: name,
        name,
        subjects: [sex === "female" ? "She" : "He", lastName, name],
        mentions: [lastName],
        possessive: sex === "female" ? "her" : "his",
      };
    },
    introductions: [
      `{S} was ${profession}.`,
      `{S} was ${profession} whose work is still discussed today.`,
      `{S} is remembered as ${profession}.`,
    ],
    attributes: [...own, BORN, BIRTHPLACE, DIED, TEACHER, SPOUSE, INSTRUMENT, COLLECTION],
    fillers: FILLERS,
  };
}

export const ENGINEER: Kind = people("an engineer", [
  {
    value: (draw) =>
      draw.pick([
        "a steam shovel",
        "a folding crane",
        "a water gauge",
        "a safety valve",
        "a signal lamp",
        "a rotary pump",
        "a diving bell",
        "a turntable",
        "a rock drill",
        "a paddle wheel",
        "a weighbridge",
        "a cable winch",
      ]),
    statements: ["{S} held a patent for {v}.", "{P} best known invention was {v}.", "While still a student, {n} invented {v}."],
    questions: ["What did {n} invent?", "Which invention is {n} known for?", "What was the invention of {n}?"],
  },
]);

export const WRITER: Kind = people("a writer", [
  {
    value: (draw) =>
      draw.pick([
        "a lighthouse keeper",
        "a proofreader",
        "a pharmacist",
        "a tram driver",
        "a schoolteacher",
        "a beekeeper",
        "a clockmaker",
        "a customs officer",
        "a gardener",
        "a bookbinder",
        "a postman",
        "a baker",
      ]),
    statements: [
      "Before the first success {n} worked as {v}.",
      "For many years {n} earned a living as {v}.",
      "{S} had once been {v}, and the books show it.",
    ],
    questions: ["What did {n} work as?", "Which profession did {n} have besides writing?", "How did {n} earn a living?"],
  },
]);

export const PAINTER: Kind = people("a painter", [
  {
    value: (draw) =>
      draw.pick([
        "harbours at dawn",
        "empty kitchens",
        "market women",
        "winter orchards",
        "railway stations",
        "storm clouds",
        "sleeping dogs",
        "village weddings",
        "broken windows",
        "river ferries",
        "hay wagons",
        "circus riders",
      ]),
    statements: ["{S} painted {v} again and again.", "{P} favourite subject was {v}.", "Most of the surviving canvases by {n} show {v}."],
    questions: ["What did {n} mostly paint?", "What was the favourite subject of {n}?", "What do most paintings by {n} show?"],
  },
]);

export const COMPOSER: Kind = people("a composer", [
  {
    value: (draw) => draw.amount(3, 212, "songs"),
    statements: ["{S} left {v}, most of them short.", "In total {n} composed {v}.", "A complete edition counts {v} by {n}."],
    questions: ["How many songs did {n} compose?", "How many songs did {n} leave?", "What is the number of songs composed by {n}?"],
  },
]);

export const BOTANIST: Kind = people("a botanist", [
  {
    value: (draw) =>
      draw.pick([
        "mosses",
        "water lilies",
        "ferns",
        "alpine roses",
        "lichens",
        "orchids",
        "wild garlic",
        "thistles",
        "desert shrubs",
        "river reeds",
        "carnivorous plants",
        "mountain pines",
      ]),
    statements: ["{S} specialised in {v}.", "{P} chief work is a study of {v}.", "The reputation of {n} rests on a book about {v}."],
    questions: ["Which plants did {n} study?", "What did {n} specialise in?", "What is the chief work of {n} about?"],
  },
]);

export const CAPTAIN: Kind = people("a sea captain", [
  {
    value: (draw) =>
      draw.pick([
        "parrot",
        "tortoise",
        "monkey",
        "goat",
        "raven",
        "terrier",
        "mongoose",
        "piglet",
        "pelican",
        "lemur",
        "ferret",
        "cockatoo",
      ]),
    statements: [
      "A {v} accompanied {n} on every voyage.",
      "{P} constant companion at sea was a {v}.",
      "The crew shared the cabin of {n} with a {v} that obeyed nobody.",
    ],
    questions: ["Which animal accompanied {n} at sea?", "What animal did {n} take on voyages?", "Which animal was the companion of {n}?"],
  },
]);

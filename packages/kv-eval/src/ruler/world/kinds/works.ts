import type { Kind } from "../kind.ts";

export const BRIDGE: Kind = {
  naming: (draw) => {
    const name = draw.fresh(() => `${draw.lastName()} Bridge`);
    return { title: name, name, subjects: ["It", "The bridge", name], mentions: ["the bridge"], possessive: "its" };
  },
  introductions: ["{S} is an arch bridge of grey stone.", "{S} is a suspension bridge.", "{S} is a bridge for walkers and trams."],
  attributes: [
    {
      link: ["river"],
      statements: ["{S} crosses {v}.", "{v} is crossed by {n} near the old ferry.", "At this place {n} leads over {v}."],
      questions: ["Which river does {n} cross?", "Over which river does {n} lead?", "What river is crossed by {n}?"],
      phrases: ["the river that {n} crosses", "the river under {n}"],
    },
    {
      link: ["engineer"],
      statements: ["{S} was designed by {v}.", "{v} designed {n} after winning a competition.", "{P} design is the work of {v}."],
      questions: ["Who designed {n}?", "Which engineer designed {n}?", "Who was the designer of {n}?"],
      phrases: ["the designer of {n}", "the engineer who designed {n}"],
    },
    {
      value: (draw) => draw.amount(84, 2_310, "metres"),
      statements: ["{S} is {v} long.", "From bank to bank {n} measures {v}.", "The length of {n} is {v}."],
      questions: ["How long is {n}?", "What is the length of {n}?", "How many metres does {n} measure?"],
    },
    {
      value: (draw) => draw.date(1825, 1995),
      statements: ["{S} was opened on {v}.", "The opening of {n} was celebrated on {v}.", "On {v} the first carriage rolled over {n}."],
      questions: ["When was {n} opened?", "On what date was {n} opened?", "When was the opening of {n}?"],
    },
    {
      value: (draw) =>
        draw.pick([
          "dark green",
          "pale yellow",
          "rust red",
          "sky blue",
          "silver grey",
          "chocolate brown",
          "dove white",
          "midnight blue",
          "brick orange",
          "lilac",
          "ivory",
          "turquoise",
        ]),
      statements: [
        "{P} railings are painted {v}.",
        "By tradition the lamps of {n} are {v}.",
        "The paint of {n} is {v}, renewed every ten years.",
      ],
      questions: ["What colour is {n} painted?", "In which colour is {n} painted?", "What is the colour of the paint on {n}?"],
    },
  ],
  fillers: [
    "An older wooden crossing had burned down.",
    "At night the arches are lit from below.",
    "Couples fasten locks to the rail, which the city removes again.",
    "Heavy lorries have to take another road.",
    "A small chapel stood at one end until it was moved.",
    "The foundations were the hardest part of the work.",
  ],
};

export const BOOK: Kind = {
  naming: (draw) => {
    const name = `The ${draw.title()}`;
    return { title: name, name, subjects: ["It", "The book", "The novel"], mentions: ["the book", "the novel"], possessive: "its" };
  },
  introductions: [
    "{S} is a novel in three parts.",
    "{S} is a novel about two sisters and a debt.",
    "{S} is a novel that was first printed in a magazine.",
  ],
  attributes: [
    {
      link: ["writer"],
      statements: ["{S} was written by {v}.", "{v} wrote {n} in a single winter.", "{P} author is {v}."],
      questions: ["Who wrote {n}?", "Who is the author of {n}?", "By whom was {n} written?"],
      phrases: ["the author of {n}", "the writer of {n}", "the person who wrote {n}"],
    },
    {
      link: ["town"],
      statements: ["{S} is set in {v}.", "The story of {n} takes place in {v}.", "{v} is where {n} takes place."],
      questions: ["Where is {n} set?", "In which town is {n} set?", "In which town does the story of {n} take place?"],
      phrases: ["the town in which {n} is set", "the town where the story of {n} takes place"],
    },
    {
      value: (draw) => draw.date(1835, 1975),
      statements: [
        "{S} was published on {v}.",
        "The first edition of {n} came out on {v}.",
        "On {v} {n} could be bought for the first time.",
      ],
      questions: ["When was {n} published?", "On what date was {n} published?", "When did the first edition of {n} come out?"],
    },
    {
      value: (draw) => draw.amount(118, 1_240, "pages"),
      statements: ["{S} has {v} in the first edition.", "The manuscript of {n} came to {v}.", "Readers of {n} must get through {v}."],
      questions: ["How many pages does {n} have?", "What is the number of pages of {n}?", "How long is {n}?"],
    },
    {
      value: (draw) => draw.anyone(),
      statements: [
        "{P} main character is called {v}.",
        "At the centre of {n} stands {v}, a restless soul.",
        "The heroine of {n} bears the name {v}.",
      ],
      questions: [
        "Who is the main character of {n}?",
        "What is the main character of {n} called?",
        "Which character stands at the centre of {n}?",
      ],
    },
  ],
  fillers: [
    "Critics found the ending too sudden.",
    "It has been translated into many languages.",
    "A film version followed and disappointed nearly everybody.",
    "The middle part is told in letters.",
    "School classes still read it.",
    "Some chapters were cut and are lost.",
  ],
};

export const SHIP: Kind = {
  naming: (draw) => {
    const title = draw.title();
    return {
      title,
      name: `the ${title}`,
      subjects: ["The ship", "It", `The ${title}`],
      mentions: ["the ship", `the ${title}`],
      possessive: "its",
    };
  },
  introductions: ["{S} was a steamer.", "{S} was a three-masted sailing ship.", "{S} was a passenger ship of medium size."],
  attributes: [
    {
      link: ["captain"],
      statements: ["{P} captain was {v}.", "{v} commanded {n} on all its long voyages.", "On the bridge of {n} stood {v}."],
      questions: ["Who commanded {n}?", "Who was the captain of {n}?", "What was the name of the captain of {n}?"],
      phrases: ["the captain of {n}", "the person who commanded {n}"],
    },
    {
      link: ["town"],
      statements: ["{P} home port was {v}.", "{v} was the port to which {n} belonged.", "After each voyage {n} returned to {v}."],
      questions: ["What was the home port of {n}?", "Which town was the home port of {n}?", "To which port did {n} belong?"],
      phrases: ["the home port of {n}", "the town to which {n} belonged"],
    },
    {
      value: (draw) => draw.date(1822, 1961),
      statements: ["{S} was launched on {v}.", "The launch of {n} took place on {v}.", "On {v} {n} slid into the water."],
      questions: ["When was {n} launched?", "On what date was {n} launched?", "When did the launch of {n} take place?"],
    },
    {
      value: (draw) =>
        draw.pick([
          "raw sugar",
          "roof tiles",
          "whale oil",
          "oranges",
          "printing paper",
          "church bells",
          "salted herring",
          "coffee beans",
          "marble blocks",
          "wool",
          "pianos",
          "copper ore",
          "cork",
          "tea chests",
        ]),
      statements: ["{S} mostly carried {v}.", "{P} usual cargo was {v}.", "On the last voyage {n} was loaded with {v}."],
      questions: ["What cargo did {n} carry?", "What was {n} loaded with?", "What did {n} carry?"],
    },
    {
      value: (draw) => draw.amount(24, 310, "metres"),
      statements: ["{S} was {v} long.", "From bow to stern {n} measured {v}.", "{P} length was {v}."],
      questions: ["How long was {n}?", "What was the length of {n}?", "How many metres did {n} measure?"],
    },
  ],
  fillers: [
    "The crew complained about the cold.",
    "A storm once carried away two boats and the galley chimney.",
    "Its figurehead was carved by a local cabinetmaker.",
    "Passengers praised the bread and feared the soup.",
    "It was finally sold and broken up.",
    "A model hangs in the town hall.",
  ],
};

import type { Kind } from "../kind.ts";

export const TOWN: Kind = {
  naming: (draw) => {
    const name = draw.town();
    return { title: name, name, subjects: ["The town", "It", name], mentions: ["the town"], possessive: "its" };
  },
  introductions: ["{S} is a market town.", "{S} is a small town with an old centre.", "{S} is a town known for its steep streets."],
  attributes: [
    {
      link: ["river"],
      statements: ["{S} lies on {v}.", "The houses of {n} stand on both banks of {v}.", "{v} flows through {n} and drives a mill there."],
      questions: ["On which river does {n} lie?", "Which river flows through {n}?", "What is the river that flows through {n}?"],
      phrases: ["the river that flows through {n}", "the river on which {n} lies"],
    },
    {
      value: (draw) => draw.amount(1_203, 98_764, "inhabitants"),
      statements: ["{S} has {v}.", "At the last count {n} had {v}.", "With {v}, {n} is larger than its neighbours."],
      questions: ["How many inhabitants does {n} have?", "What is the population of {n}?", "How large is the population of {n}?"],
    },
    {
      value: (draw) => draw.anyone(),
      statements: [
        "{P} mayor is {v}.",
        "{v} has been mayor of {n} since the last election.",
        "The current mayor of {n}, {v}, used to run the bakery.",
      ],
      questions: ["Who is the mayor of {n}?", "Who is mayor of {n}?", "What is the name of the mayor of {n}?"],
    },
    {
      value: (draw) => draw.dish(),
      statements: [
        "The dish for which {n} is famous is {v}.",
        "Visitors come to {n} to eat {v}.",
        "{P} speciality is {v}, served on every corner.",
      ],
      questions: ["Which dish is {n} famous for?", "What do visitors come to eat in {n}?", "What is the speciality of {n}?"],
    },
    {
      value: (draw) => draw.bird(),
      statements: [
        "{P} coat of arms shows a {v}.",
        "On the flag of {n} there is a {v}.",
        "A {v} has been the emblem of {n} for centuries.",
      ],
      questions: ["Which bird is on the coat of arms of {n}?", "Which bird is the emblem of {n}?", "What bird stands for {n}?"],
    },
    {
      value: (draw) => draw.year(1105, 1890),
      statements: [
        "{S} received its charter in {v}.",
        "The market charter of {n} dates from {v}.",
        "In {v} the market rights were granted to {n}.",
      ],
      questions: ["In which year did {n} receive its charter?", "When was {n} made a town?", "Since which year has {n} been a town?"],
    },
  ],
  fillers: [
    "The old walls were taken down when the station was built.",
    "On Saturdays the square is full of stalls.",
    "From the church tower one can see the hills on a clear day.",
    "A bypass keeps most of the traffic out of the centre.",
    "The schools have a good name in the region.",
    "Older people still speak the local dialect.",
  ],
};

export const RIVER: Kind = {
  naming: (draw) => {
    const name = `the ${draw.fresh(() => draw.lastName() + draw.pick(["a", "e", "au", "en", "is", "water"]))} River`;
    return { title: name.slice(4), name, subjects: ["It", "The river"], mentions: ["the river"], possessive: "its" };
  },
  introductions: [
    "{S} is a slow river with wide meadows on both sides.",
    "{S} is a river that floods nearly every spring.",
    "{S} is a clear and fast river.",
  ],
  attributes: [
    {
      value: (draw) => draw.amount(31, 1_840, "kilometres"),
      statements: ["{S} is {v} long.", "From source to mouth {n} measures {v}.", "The length of {n} is given as {v}."],
      questions: ["How long is {n}?", "What is the length of {n}?", "How many kilometres does {n} measure?"],
    },
    {
      value: (draw) => `Mount ${draw.lastName()}`,
      statements: ["{S} rises on {v}.", "The spring of {n} is on the northern side of {v}.", "{P} source lies high up on {v}."],
      questions: ["On which mountain does {n} rise?", "Where does {n} rise?", "Where is the source of {n}?"],
    },
    {
      value: (draw) => `Lake ${draw.lastName()}`,
      statements: ["{S} ends in {v}.", "After many bends {n} flows into {v}.", "{P} waters finally reach {v}."],
      questions: ["Which lake does {n} flow into?", "Where does {n} end?", "Into which lake does {n} flow?"],
    },
    {
      value: (draw) => draw.fish(),
      statements: ["Anglers value {n} for the {v}.", "The most common fish in {n} is the {v}.", "{S} is rich in {v}."],
      questions: ["Which fish is {n} known for?", "What is the most common fish in {n}?", "Which fish do anglers look for in {n}?"],
    },
    {
      value: (draw) => draw.date(1820, 1998),
      statements: [
        "The great flood of {n} happened on {v}.",
        "On {v} {n} rose higher than ever before.",
        "A stone by the bank marks the flood of {v}.",
      ],
      questions: [
        "When did the great flood of {n} happen?",
        "On what date did {n} flood most severely?",
        "What is the date of the great flood of {n}?",
      ],
    },
  ],
  fillers: [
    "Barges used to carry timber and grain on it.",
    "A path along the bank is popular with cyclists.",
    "Willows and alders grow close to the water.",
    "In dry summers one can wade across in several places.",
    "Herons have come back in recent years.",
  ],
};

export const LIGHTHOUSE: Kind = {
  naming: (draw) => {
    const name = draw.fresh(() => `${draw.lastName()} ${draw.pick(["Point", "Head", "Rock", "Sands"])} Light`);
    return { title: name, name, subjects: ["It", "The lighthouse"], mentions: ["the lighthouse"], possessive: "its" };
  },
  introductions: [
    "{S} is a lighthouse on a rocky coast.",
    "{S} is a lighthouse that warns ships of the shallows.",
    "{S} is a white lighthouse with a red gallery.",
  ],
  attributes: [
    {
      value: (draw) => draw.amount(11, 68, "metres"),
      statements: ["{S} is {v} tall.", "{P} tower has a height of {v}.", "The lamp of {n} stands on a tower of {v}."],
      questions: ["How tall is {n}?", "What is the height of {n}?", "How high is the tower of {n}?"],
    },
    {
      link: ["engineer"],
      statements: ["{S} was built by {v}.", "The plans for {n} were drawn by {v}.", "{v} built {n} against the advice of the council."],
      questions: ["Who built {n}?", "Who drew the plans for {n}?", "Which engineer built {n}?"],
      phrases: ["the engineer who built {n}", "the builder of {n}"],
    },
    {
      value: (draw) => draw.anyone(),
      statements: [
        "{P} last keeper was {v}.",
        "{v} was the last to keep the lamp of {n} by hand.",
        "The last keeper of {n} was called {v}.",
      ],
      questions: ["Who was the last keeper of {n}?", "What was the last keeper of {n} called?", "Who kept {n} last?"],
    },
    {
      value: (draw) => draw.date(1790, 1935),
      statements: [
        "{P} lamp was lit for the first time on {v}.",
        "{S} went into service on {v}.",
        "On {v} the light of {n} was seen for the first time.",
      ],
      questions: ["When was the lamp of {n} first lit?", "On what date did {n} go into service?", "When did {n} go into service?"],
    },
    {
      value: (draw) => draw.amount(9, 47, "nautical miles"),
      statements: ["{P} light carries over {v}.", "In clear weather {n} can be seen from {v} away.", "The range of {n} is {v}."],
      questions: ["What is the range of {n}?", "How far can {n} be seen?", "Over what distance does the light of {n} carry?"],
    },
  ],
  fillers: [
    "Supplies were brought by boat twice a month.",
    "The stairs inside are narrow and very steep.",
    "Storms have broken the lower windows more than once.",
    "Since the lamp became automatic the house stands empty.",
    "Painters come here for the evening light.",
  ],
};

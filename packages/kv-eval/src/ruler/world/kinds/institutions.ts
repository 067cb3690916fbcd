import type { Kind } from "../kind.ts";

export const COMPANY: Kind = {
  naming: (draw) => {
    const name = draw.fresh(
      () => `${draw.lastName()} ${draw.pick(["and Sons", "Works", "Brothers", "Industries", "Company", "Trading", "Mills"])}`,
    );
    return {
      title: name,
      name,
      subjects: ["The company", "It", "The firm", name],
      mentions: ["the company", "the firm"],
      possessive: "its",
    };
  },
  introductions: ["{S} is a family business.", "{S} is a manufacturer with a long history.", "{S} is a company of modest size."],
  attributes: [
    {
      link: ["town"],
      statements: [
        "{S} has its seat in {v}.",
        "The headquarters of {n} are in {v}.",
        "From a brick building in {v}, {n} serves customers everywhere.",
      ],
      questions: ["Where does {n} have its seat?", "In which town are the headquarters of {n}?", "Where is {n} based?"],
      phrases: ["the town where {n} is based", "the town in which {n} has its seat"],
    },
    {
      value: (draw) => draw.anyone(),
      statements: ["{S} was founded by {v}.", "{v} founded {n} with borrowed money.", "The founder of {n}, {v}, kept the books in person."],
      questions: ["Who founded {n}?", "Who was the founder of {n}?", "By whom was {n} founded?"],
    },
    {
      value: (draw) =>
        draw.pick([
          "sewing machines",
          "bicycle bells",
          "garden shears",
          "kitchen scales",
          "umbrellas",
          "violin strings",
          "oil lamps",
          "door locks",
          "fountain pens",
          "rowing boats",
          "paint brushes",
          "typewriters",
          "buttons",
          "wallpaper",
          "thermometers",
          "pocket knives",
        ]),
      statements: ["{S} makes {v}.", "The main product of {n} are {v}.", "For generations {n} has produced {v}."],
      questions: ["What does {n} make?", "What is the main product of {n}?", "What does {n} produce?"],
    },
    {
      value: (draw) => draw.amount(23, 8_420, "people"),
      statements: ["{S} employs {v}.", "Some time ago {n} had a staff of {v}.", "At {n} {v} find work."],
      questions: ["How many people does {n} employ?", "How many people work for {n}?", "How large is the staff of {n}?"],
    },
    {
      value: (draw) => draw.bird(),
      statements: ["{P} trademark is a {v}.", "Every crate from {n} bears the picture of a {v}.", "A {v} serves {n} as its trademark."],
      questions: [
        "Which bird is the trademark of {n}?",
        "Which bird does {n} use as its trademark?",
        "What bird is shown on the crates of {n}?",
      ],
    },
  ],
  fillers: [
    "Wages are paid on Fridays.",
    "Apprentices come from all over the region.",
    "A fire destroyed the first workshop.",
    "Exports became important later on.",
    "The old chimney can be seen from far away.",
  ],
};

export const FESTIVAL: Kind = {
  naming: (draw) => {
    const name = `the ${draw.fresh(() => `${draw.lastName()} ${draw.pick(["Lantern", "Harvest", "Kite", "Music", "Bread", "Puppet", "Boat"])} Festival`)}`;
    return { title: name.slice(4), name, subjects: ["It", "The festival"], mentions: ["the festival"], possessive: "its" };
  },
  introductions: ["{S} is held every year.", "{S} is an annual event with a long tradition.", "{S} draws visitors of all ages."],
  attributes: [
    {
      link: ["town"],
      statements: ["{S} takes place in {v}.", "{v} is the home of {n}.", "The streets of {v} are closed to traffic during {n}."],
      questions: ["Where does {n} take place?", "In which town is {n} held?", "Which town is the home of {n}?"],
      phrases: ["the town where {n} takes place", "the town in which {n} is held"],
    },
    {
      value: (draw) =>
        draw.pick([
          "nine days",
          "four days",
          "eleven days",
          "a fortnight",
          "three weeks",
          "a long weekend",
          "six days",
          "ten nights",
          "five evenings",
          "twelve days",
        ]),
      statements: ["{S} lasts {v}.", "The length of {n} is {v}.", "For {v}, {n} fills the streets with noise."],
      questions: ["How long does {n} last?", "What is the length of {n}?", "For how long does {n} go on?"],
    },
    {
      value: (draw) => draw.fruit(),
      statements: [
        "The winner of the race at {n} receives a basket of {v}.",
        "{P} symbol is the {v}.",
        "At {n} everyone carries a {v}, for reasons that nobody remembers.",
      ],
      questions: ["Which fruit is the symbol of {n}?", "Which fruit belongs to {n}?", "What fruit is {n} known for?"],
    },
    {
      value: (draw) => draw.anyone(),
      statements: [
        "{S} goes back to {v}, who invited the neighbours one evening.",
        "{v} started {n} as a joke.",
        "The idea for {n} came from {v}.",
      ],
      questions: ["Who started {n}?", "Who had the idea for {n}?", "To whom does {n} go back?"],
    },
    {
      value: (draw) => draw.amount(1_350, 87_900, "visitors"),
      statements: ["Last year {n} had {v}.", "{S} counted {v} at its best.", "The record of {n} stands at {v}."],
      questions: ["How many visitors did {n} have?", "How many visitors came to {n}?", "What is the number of visitors of {n}?"],
    },
  ],
  fillers: [
    "Rain has never been a reason to call it off.",
    "Children rehearse their part for weeks.",
    "The closing fireworks can be heard in the next valley.",
    "Hotels are full long before.",
    "An old song is sung at midnight.",
  ],
};

export const MUSEUM: Kind = {
  naming: (draw) => {
    const name = `the ${draw.fresh(() => `${draw.lastName()} ${draw.pick(["Museum", "Gallery", "Collection"])}`)}`;
    return { title: name.slice(4), name, subjects: ["It", "The house"], mentions: ["the house"], possessive: "its" };
  },
  introductions: [
    "{S} is a museum of modest size and great charm.",
    "{S} is a museum in a former warehouse.",
    "{S} is a museum with free admission.",
  ],
  attributes: [
    {
      link: ["painter"],
      statements: [
        "{S} owns the largest number of works by {v}.",
        "{P} most important room is given to {v}.",
        "The pictures of {v} are the pride of {n}.",
      ],
      questions: [
        "Which painter is {n} known for?",
        "Whose pictures are the pride of {n}?",
        "To which painter is the most important room of {n} given?",
      ],
      phrases: ["the painter whose pictures are the pride of {n}", "the painter for whom {n} is known"],
    },
    {
      link: ["town"],
      statements: ["{S} stands in {v}.", "Travellers to {v} should not miss {n}.", "{v} is proud of {n}."],
      questions: ["Where is {n}?", "In which town does {n} stand?", "In which town can {n} be found?"],
      phrases: ["the town in which {n} stands", "the town where {n} can be found"],
    },
    {
      value: (draw) => draw.anyone(),
      statements: ["{P} director is {v}.", "{v} directs {n} with a firm hand.", "The director of {n} is called {v}."],
      questions: ["Who is the director of {n}?", "Who directs {n}?", "What is the director of {n} called?"],
    },
    {
      value: (draw) => draw.amount(412, 61_300, "objects"),
      statements: ["{S} holds {v}.", "The catalogue of {n} lists {v}.", "Of the {v} of {n} only a few can be shown."],
      questions: [
        "How many objects does {n} hold?",
        "How many objects does the catalogue of {n} list?",
        "What is the number of objects in {n}?",
      ],
    },
    {
      value: (draw) => draw.pick(["Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays"]),
      statements: ["{S} is closed on {v}.", "On {v} the doors of {n} stay shut.", "Visitors should know that {n} does not open on {v}."],
      questions: ["On which day is {n} closed?", "When is {n} closed?", "On what day does {n} not open?"],
    },
  ],
  fillers: [
    "The roof was repaired with private donations.",
    "A small café looks out on the garden.",
    "Guided tours are offered in the afternoon.",
    "School groups get in through the side door.",
    "The staircase alone is worth a visit.",
  ],
};

export const NEWSPAPER: Kind = {
  naming: (draw) => {
    const name = `the ${draw.fresh(() => `${draw.lastName()} ${draw.pick(["Herald", "Courier", "Gazette", "Observer", "Chronicle", "Messenger"])}`)}`;
    return {
      title: name.slice(4),
      name,
      subjects: ["The paper", "It", "The newspaper"],
      mentions: ["the paper", "the newspaper"],
      possessive: "its",
    };
  },
  introductions: ["{S} is a daily newspaper.", "{S} is a weekly newspaper.", "{S} is a newspaper with a small but loyal readership."],
  attributes: [
    {
      link: ["writer"],
      statements: ["{P} first editor was {v}.", "{v} was the first to edit {n}.", "The first editor of {n}, {v}, wrote most of it alone."],
      questions: ["Who was the first editor of {n}?", "Who edited {n} first?", "What was the name of the first editor of {n}?"],
      phrases: ["the first editor of {n}", "the person who first edited {n}"],
    },
    {
      value: (draw) => draw.amount(2_150, 94_800, "copies"),
      statements: ["{S} sells {v}.", "The circulation of {n} is {v}.", "At the moment {n} prints {v}."],
      questions: ["What is the circulation of {n}?", "How many copies does {n} sell?", "How many copies does {n} print?"],
    },
    {
      value: (draw) => draw.date(1819, 1949),
      statements: [
        "{P} first issue appeared on {v}.",
        "On {v} {n} was sold for the first time.",
        "The first issue of {n} bears the date {v}.",
      ],
      questions: [
        "When did the first issue of {n} appear?",
        "On what date was {n} first sold?",
        "What is the date of the first issue of {n}?",
      ],
    },
    {
      value: (draw) =>
        draw.pick([
          "crossword",
          "recipe column",
          "chess problem",
          "weather rhyme",
          "garden page",
          "letters page",
          "serial novel",
          "bird diary",
          "shipping list",
          "book review",
          "puzzle for children",
          "map of the week",
        ]),
      statements: ["{P} most popular part is the {v}.", "Many people buy {n} only for the {v}.", "Readers of {n} turn to the {v} first."],
      questions: ["What is the most popular part of {n}?", "What do many people buy {n} for?", "To what do readers of {n} turn first?"],
    },
    {
      value: (draw) => `${draw.lastName()} Street`,
      statements: ["{P} offices are in {v}.", "The printing presses of {n} stand in {v}.", "From {v}, {n} is delivered by bicycle."],
      questions: [
        "In which street are the offices of {n}?",
        "In which street is {n} printed?",
        "What is the street of the offices of {n}?",
      ],
    },
  ],
  fillers: [
    "Misprints are collected and read aloud at the office party.",
    "It was printed on one sheet at first.",
    "During the strike only one issue came out.",
    "Its archive is open to anyone.",
    "The headlines are famous for their puns.",
  ],
};

export const RAILWAY: Kind = {
  naming: (draw) => {
    const name = `the ${draw.fresh(() => `${draw.lastName()} ${draw.pick(["Valley", "Coast", "Mountain", "Junction", "Forest"])} Railway`)}`;
    return {
      title: name.slice(4),
      name,
      subjects: ["It", "The line", "The railway"],
      mentions: ["the line", "the railway"],
      possessive: "its",
    };
  },
  introductions: [
    "{S} is a narrow-gauge line.",
    "{S} is a branch line run by volunteers.",
    "{S} is a single-track line through the hills.",
  ],
  attributes: [
    {
      link: ["engineer"],
      statements: ["{S} was planned by {v}.", "{v} planned {n} on foot, with a notebook.", "The planner of {n} was {v}."],
      questions: ["Who planned {n}?", "Which engineer planned {n}?", "Who was the planner of {n}?"],
      phrases: ["the engineer who planned {n}", "the planner of {n}"],
    },
    {
      link: ["town"],
      statements: ["{S} ends in {v}.", "The last station of {n} is {v}.", "{v} is where {n} ends."],
      questions: ["Where does {n} end?", "What is the last station of {n}?", "In which town does {n} end?"],
      phrases: ["the town where {n} ends", "the last station of {n}"],
    },
    {
      value: (draw) => draw.amount(12, 390, "kilometres"),
      statements: ["{S} is {v} long.", "The track of {n} measures {v}.", "Over {v}, {n} climbs through woods and meadows."],
      questions: ["How long is {n}?", "What is the length of {n}?", "How many kilometres does the track of {n} measure?"],
    },
    {
      value: (draw) =>
        draw.pick([
          "seven tunnels",
          "nineteen tunnels",
          "thirteen tunnels",
          "twenty-two tunnels",
          "five tunnels",
          "eleven tunnels",
          "thirty-one tunnels",
          "sixteen tunnels",
          "forty tunnels",
          "twenty-eight tunnels",
        ]),
      statements: ["{S} passes through {v}.", "There are {v} on {n}.", "Building {n} took {v} and much patience."],
      questions: ["How many tunnels are there on {n}?", "How many tunnels does {n} pass through?", "What is the number of tunnels on {n}?"],
    },
    {
      value: (draw) => draw.date(1838, 1931),
      statements: [
        "{P} first train ran on {v}.",
        "Regular service on {n} began on {v}.",
        "On {v} {n} was opened with flags and brass music.",
      ],
      questions: ["When did the first train run on {n}?", "On what date did service on {n} begin?", "When was {n} opened?"],
    },
  ],
  fillers: [
    "Snow closes the upper part for weeks.",
    "The carriages still have wooden benches.",
    "Goods traffic ended when the quarry closed.",
    "Walkers use it to return from the ridge.",
    "The timetable fits on a postcard.",
  ],
};

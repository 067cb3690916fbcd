import { ask, occursOnce, type Pair, type Scene } from "./pair.ts";
import { animals, colours, materials, numbers, people, times } from "./vocabulary.ts";

const list = (items: ReadonlySet<string>): string => [...items].join("|");
const coloured = new RegExp(
  `\\b(the|an?|his|her|its|their|my) (?:(?:[a-z]+), |(?:little|old|big|large|small|long|tall|great|short|new) )?(${list(colours)}) ([a-z]{3,})(?=[.,;:!?]| (?:and|with|in|on|was|were|which|that|from|at|to)\\b)`,
  "g",
);
const made = new RegExp(
  `\\b(the|an?|his|her|its|their) (?:(?:little|old|big|large|small|long|tall|great|heavy) )?(${list(materials)}) ([a-z]{3,})(?=[.,;:!?]| (?:and|with|in|on|was|were|which|that|from|at|to)\\b)`,
  "g",
);
const was = new RegExp(
  `(?:^|[.;] |, and )((?:[Tt]he|[Hh]is|[Hh]er|[A-Z][a-z]+'s) ([a-z]{3,})) (was|were) (${list(colours)})(?=[.,;!]| (?:with|from|and)\\b)`,
  "gm",
);
/** Nouns after a colour word that the colour does not describe, and heads that go on into a compound. */
const noThing =
  /^(?:and|man|men|woman|women|people|one|ones|race|house|sea|magic|art|book|eyed|haired|gold|hair|hot|tea|men|boy|girl|paper|wine|works|work|mail|lady|leaf|war|plague|death|bread|market|of|with|the|in|on|to|from|for|as|than)$/;

function head(noun: string): string {
  return noun.endsWith("s") && !noun.endsWith("ss") ? noun.slice(0, -1) : noun;
}

/** Nouns that take a number of things by their ending; the tagger is too slow for every passage. */
const isPlural = (noun: string): boolean =>
  (noun.endsWith("s") && !/(?:ss|us|is)$/.test(noun)) ||
  /^(?:men|women|children|people|mice|geese|feet|teeth|sheep|horsemen|gentlemen)$/.test(noun);

/** Colours and materials of things that the passage names once. */
export function askAboutLooks({ passage, random }: Scene): Pair[] {
  const pairs: Pair[] = [];
  for (const [, determiner = "", colour = "", noun = ""] of passage.matchAll(coloured)) {
    if (noThing.test(noun) || !occursOnce(passage, noun) || /(?:ish|ly|ed|ing)$/.test(noun)) continue;
    const owned = /^(?:the|an?)$/.test(determiner) ? "the" : determiner;
    const verb = isPlural(noun) ? "were" : "was";
    pairs.push(
      ...ask(random, "colour", colour, [
        `What colour ${verb} ${owned} ${noun}?`,
        `What color ${verb} ${owned} ${noun}?`,
        `Which colour did ${owned} ${noun} have?`,
        `What is the colour of ${owned} ${noun}?`,
      ]),
    );
  }
  for (const [, determiner = "", material = "", noun = ""] of passage.matchAll(made)) {
    if (noThing.test(noun) || !occursOnce(passage, noun) || /(?:ly|ed|ing)$/.test(noun)) continue;
    const owned = /^(?:the|an?)$/.test(determiner) ? "the" : determiner;
    pairs.push(
      ...ask(random, "material", material, [
        `What kind of ${head(noun)} is mentioned?`,
        `Which word describes the material of ${owned} ${noun}?`,
      ]),
    );
  }
  for (const [, owner = "", noun = "", verb, colour = ""] of passage.matchAll(was)) {
    if (!occursOnce(passage, noun)) continue;
    pairs.push(
      ...ask(random, "colour", colour, [
        `What colour ${verb} ${owner.replace(/^The/, "the").replace(/^H(is|er)/, "h$1")} ${noun}?`.replace(` ${noun} ${noun}`, ` ${noun}`),
      ]),
    );
  }
  return pairs;
}

const tens = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety";
const number = `((?:${tens})-[a-z]+|(?:${list(numbers)})(?: (?:hundred|thousand|million))?|a (?:dozen|hundred|thousand)|[1-9][0-9,]{0,6})`;
const counted = new RegExp(
  `(?<!\\b(?:or|and|hundred|thousand|twenty|thirty|forty|fifty|sixty|of|at|past|to|page|chapter|number) )\\b${number} ((?:(?:little|old|big|large|small|long|great|other|young|more|whole|good|black|white|red|English|French) )?([a-z]{3,}))(?=[.,;:!?]| (?:and|with|in|on|of|was|were|who|which|that|from|at|to|had|for|ago|later|before|after)\\b)`,
  "gi",
);

/** How many: numbers right before a plural noun that has no other number. */
export function askAboutNumbers({ passage, random }: Scene): Pair[] {
  const pairs: Pair[] = [];
  for (const match of passage.matchAll(counted)) {
    const [, count = "", things = "", noun = ""] = match;
    if (
      !isPlural(noun) ||
      !occursOnce(passage, noun) ||
      /^(?:o|first|one|ones|others|times|hundreds|thousands|times|was|has|this|his|years|its|minutes|does|pence|shillings)$/.test(noun)
    )
      continue;
    const what = things.replace(/^(?:other|more|whole|good) /, "");
    const following = passage.slice(match.index + match[0].length);
    if (times.has(head(noun))) {
      if (/\bfor $/.test(passage.slice(0, match.index)) && /^[.,;]/.test(following))
        pairs.push(...ask(random, "number", count, [`For how many ${what}?`, `How many ${what} are mentioned?`]));
      continue;
    }
    const there = /\bthere (?:are|were) $/i.test(passage.slice(0, match.index));
    pairs.push(
      ...ask(
        random,
        "number",
        count,
        there
          ? [`How many ${what} were there?`, `How many ${what} are there?`]
          : [
              `How many ${what} are mentioned?`,
              `How many ${what}?`,
              `What is the number of ${what}?`,
              `How many ${what} does the text speak of?`,
            ],
      ),
    );
  }
  return pairs;
}

const person = `(?:${list(people)}|${list(animals)}|fellow|ship|vessel|village|town|servant)`;
const called = new RegExp(
  `\\b(?:an?|the|his|her|my|their) ((?:[a-z]+ ){0,2}?${person}) (?:named|called|of the name of|by the name of) ((?:[A-Z][a-z]+)(?: [A-Z][a-z]+)?)(?=[.,;:!?]| [a-z])`,
  "g",
);
const aged = new RegExp(
  `\\b(an?|the) ((?:[a-z]+ ){0,2}?(?:${list(people)})) of (?:about |some |perhaps )?((?:${tens})(?:-[a-z]+)?|${list(numbers)}|[1-9][0-9])(?=[.,;:!?]| (?:who|with|and|was)\\b| years)`,
  "g",
);
const old = new RegExp(
  `(?:^|[.;] )([A-Z][a-z]+|The [a-z]+|He|She) (?:was|is) (?:only |just |about |now |then )?((?:${tens})(?:-[a-z]+)?|${list(numbers)}|[1-9][0-9]) years (?:old|of age)`,
  "gm",
);

/** What someone was called, and how old. */
export function askAboutPersons({ passage, random, names }: Scene): Pair[] {
  const pairs: Pair[] = [];
  for (const [, who = "", name = ""] of passage.matchAll(called)) {
    pairs.push(
      ...ask(random, "called", name, [`What was the ${who} called?`, `What was the name of the ${who}?`, `What name did the ${who} have?`]),
    );
  }
  for (const [, , who = "", age = ""] of passage.matchAll(aged)) {
    if (!occursOnce(passage, `${who} of`)) continue;
    pairs.push(...ask(random, "age", age, [`How old was the ${who}?`, `What age was the ${who}?`, `How many years old was the ${who}?`]));
  }
  for (const [, who = "", age = ""] of passage.matchAll(old)) {
    if (/^[A-Z]/.test(who) && !/^(?:The |He$|She$)/.test(who) && !names.all.has(who)) continue;
    const whom = who.replace(/^(?:The|He|She)\b/, (word) => word.toLowerCase());
    pairs.push(...ask(random, "age", age, [`How old was ${whom}?`, `What age was ${whom}?`]));
  }
  return pairs;
}

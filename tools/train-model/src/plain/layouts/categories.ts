import type { Random } from "@kvasir/kv-eval";
import { capitalize, drawSlot, type SlotValue, withArticle } from "../../slots/index.ts";
import type { BlockQuestion, MakeBlock } from "../block.ts";
import { drawName } from "./draw-names.ts";

/** What a person does with something of a class: past form, base form, words for the class, slot type, whether it takes "a". */
type Deed = readonly [past: string, base: string, classes: readonly string[], type: string, hasArticle: boolean];

const deeds: readonly Deed[] = [
  ["plays", "play", ["instrument", "musical instrument"], "instrument", true],
  ["repaired", "repair", ["vehicle", "means of transport"], "vehicle", true],
  ["sold", "sell", ["instrument", "musical instrument"], "instrument", true],
  ["borrowed", "borrow", ["tool", "piece of equipment"], "tool", true],
  ["saw", "see", ["animal", "creature"], "animal", true],
  ["looked after", "look after", ["animal", "creature"], "animal", true],
  ["ate", "eat", ["fruit", "kind of fruit"], "fruit", true],
  ["drank", "drink", ["drink", "beverage"], "drink", false],
  ["ordered", "order", ["drink", "beverage"], "drink", false],
  ["cooked", "cook", ["dish", "meal"], "dish", false],
  ["tasted", "taste", ["dish", "food"], "dish", false],
  ["planted", "plant", ["plants", "kind of plants"], "plants", false],
  ["caught", "catch", ["illness", "disease"], "illness", false],
  ["studied", "study", ["subject", "field"], "subject", false],
  ["learned", "learn", ["language", "tongue"], "language", false],
  ["visited", "visit", ["city", "town", "place"], "city", false],
  ["flew to", "fly to", ["country", "state"], "country", false],
  ["climbed", "climb", ["mountain", "peak"], "mountain", false],
  ["swam across", "swim across", ["river", "stretch of water"], "river", false],
  ["took up", "take up", ["hobby", "pastime", "leisure activity"], "hobby", false],
  ["practised", "practise", ["sport", "kind of sport"], "sport", false],
  ["joined", "join", ["club", "society"], "club", false],
  ["worked for", "work for", ["company", "firm", "employer"], "company", false],
  ["read", "read", ["book", "title"], "title", false],
  ["missed", "miss", ["train", "connection"], "train", false],
  ["chose", "choose", ["colour", "shade"], "colour", false],
  ["used", "use", ["material", "kind of material"], "material", false],
  ["collected", "collect", ["things", "kind of things"], "things", false],
  ["bought", "buy", ["device", "product", "model"], "product", false],
  ["stayed at", "stay at", ["hotel", "place for the night"], "hotel", false],
  ["attended", "attend", ["school", "place of learning"], "school", false],
  ["sailed on", "sail on", ["ship", "boat", "vessel"], "ship", false],
  ["remembered", "remember", ["code", "combination"], "code", false],
  ["guarded", "guard", ["building"], "building", false],
  ["went to", "go to", ["event", "occasion"], "event", false],
];

const needsThe = new Set(["mountain", "river", "club", "ship", "train", "product", "event"]);

/** One or two people and things of several classes; questions name the class, the text only what belongs to it. */
export const categoryBlock: MakeBlock = (random, used) => {
  const people = Array.from({ length: random.chance(0.5) ? 2 : 1 }, () => drawName(random, used, (random) => drawSlot(random, "person")));
  const classes = new Set<string>();
  const chosen = random
    .shuffle(deeds)
    .filter(([, , [name]]) => !classes.has(name as string) && classes.add(name as string))
    .slice(0, random.integer(2, 5 - people.length));
  const values = new Set<string>();
  const questions: BlockQuestion[] = [];
  const sentences = people.map((person) => {
    const clauses = random.shuffle(chosen).map((deed) => {
      const value = drawName(random, values, (random) => drawSlot(random, deed[3])).text;
      questions.push({ texts: asksFor(deed, person.text), answer: value, isKeyed: true });
      if (random.chance(0.25)) questions.push({ texts: [`Who ${deed[0]} ${written(deed, value)}?`], answer: person.text, isKeyed: false });
      return `${deed[0]} ${written(deed, value)}`;
    });
    return tell(random, person, clauses);
  });
  return { text: sentences.join(" "), isLayout: false, questions: random.sample(questions, Math.min(questions.length, 5)) };
};

function written([, , , type, hasArticle]: Deed, value: string): string {
  if (hasArticle) return withArticle(value);
  if (type === "title") return `"${value}"`;
  return needsThe.has(type) && !/^(Isle|Mount)\b/.test(value) ? `the ${value}` : value;
}

function asksFor([past, base, classes]: Deed, person: string): string[] {
  const does = past === "plays" ? "does" : "did";
  return [
    ...classes.flatMap((name) => [`Which ${name} ${does} ${person} ${base}?`, `What ${name} ${does} ${person} ${base}?`]),
    ...classes.map((name) => `${capitalize(name)} that ${person} ${past}?`),
    ...(classes[0]?.endsWith("s") ? [] : [`Which was the ${classes[0]} that ${person} ${past}?`]),
  ];
}

function tell(random: Random, { text: name, gender }: SlotValue, clauses: readonly string[]): string {
  const she = gender === "man" ? "he" : "she";
  const last = clauses.at(-1) as string;
  const others = clauses.slice(0, -1);
  const kind = random.integer(0, 4);
  if (kind === 0) return `We know this about ${name}: ${she} ${others.join(", ")} and ${last}.`;
  if (kind === 1) return `${name}, who ${others.join(" and ")}, also ${last}.`;
  if (kind === 2) {
    const more = clauses
      .slice(1)
      .map(
        (clause) =>
          `${capitalize(random.pick([she, `later ${she}`, `then ${she}`, `before that, ${she}`, `in the same year ${she}`]))} ${clause}.`,
      );
    return `${name} ${clauses[0]}. ${more.join(" ")}`;
  }
  return `${name} ${others.join(", ")} and ${last}.`;
}

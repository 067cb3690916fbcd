import type { Random } from "@kvasir/kv-eval";
import { capitalize, withArticle } from "../../slots/index.ts";
import type { BlockQuestion, MakeBlock } from "../block.ts";
import { drawName, drawNames } from "./draw-names.ts";
import { drawSlot } from "../../slots/index.ts";

interface ListKind {
  /** Slot type of the items. */
  readonly items: string;
  /** Slot type of what has the items. */
  readonly key: string;
  /** `#` stands for the key, `%` for the items in a sentence; a heading has no `%`. */
  readonly texts: readonly string[];
  readonly ask: readonly string[];
  readonly count?: readonly string[];
  /** Whether items stand with "a". */
  readonly articles?: boolean;
}

const kind = (items: string, key: string, texts: string, ask: string, count?: string, articles = false): ListKind => ({
  items,
  key,
  texts: texts.split(" | "),
  ask: ask.split(" | "),
  ...(count ? { count: count.split(" | ") } : {}),
  articles,
});

const kinds: readonly ListKind[] = [
  kind(
    "person",
    "event",
    "% came to the #. | Present at the #: %. | The # was attended by %. | These people took part in the #: %. | Those who attended the #:",
    "who attended the #? | who came to the #? | who was present at the #? | who took part in the #? | name the people at the #.",
    "how many people attended the #? | how many came to the #?",
  ),
  kind(
    "person",
    "club",
    "The # elected % to its board. | The board of the # consists of %. | On the board of the #:",
    "who is on the board of the #? | whom did the # elect? | name the board of the #.",
    "how many people are on the board of the #?",
  ),
  kind(
    "first",
    "person",
    "#'s children are called %. | # has children named %. | The children of #:",
    "what are #'s children called? | name #'s children. | what are the names of the children of #?",
    "how many children does # have?",
  ),
  kind(
    "thing",
    "person",
    "# packed %. | In #'s bag there were %. | # bought %. | #'s shopping list:",
    "what did # have? | which things did # bring or buy? | what is on #'s list or in #'s bag?",
    "how many things did # have?",
    true,
  ),
  kind(
    "food",
    "dish",
    "For the # one needs %. | The # contains %. | Ingredients of the #: %. | What goes into the #:",
    "what is in the #? | what are the ingredients of the #? | what does one need for the #? | what goes into the #?",
    "how many ingredients does the # have?",
  ),
  kind(
    "city",
    "person",
    "On the way # visited %. | # has lived in %. | #'s tour goes through %. | Stops on #'s tour:",
    "which cities did # see? | where has # been? | which towns were on #'s way?",
    "how many cities are named for #?",
  ),
  kind(
    "language",
    "person",
    "# speaks %. | The languages that # knows are %. | # teaches %.",
    "which languages does # know? | what languages does # speak? | name #'s languages.",
    "how many languages does # speak or teach?",
  ),
  kind(
    "animals",
    "village",
    "Around # there are %. | The farm in # keeps %. | In # we saw %. | Animals at the farm in #:",
    "which animals are there in #? | what kinds of animals live in #? | which animals does the text name for #?",
    "how many kinds of animals are there in #?",
  ),
  kind(
    "company",
    "city",
    "%, all based in #, signed the agreement. | The firms from # are %. | Sponsors from #:",
    "which companies are from #? | which firms are based in #? | who are the sponsors from #?",
  ),
  kind(
    "things",
    "company",
    "# makes %. | # sells %. | The range of # includes %. | Products of #:",
    "what does # make or sell? | which goods does # have? | what is in the range of #?",
    "how many kinds of goods does # have?",
  ),
  kind(
    "village",
    "river",
    "The # flows through %. | On the way to the sea the # passes %. | Places on the #:",
    "which places are on the #? | through which places does the # flow?",
    "how many places on the # are named?",
  ),
  kind(
    "title",
    "person",
    "# wrote %. | The books of # are %. | # is the author of %. | Films by #:",
    "what did # write or make? | which works are by #? | name the works of #.",
    "how many works by # are named?",
  ),
  kind(
    "weekday",
    "shop",
    "# is open on %. | # opens only on %. | Days on which # is open: %.",
    "on which days is # open? | when can one go to #?",
  ),
  kind(
    "instrument",
    "club",
    "The # is looking for players of %. | The band of the # has %. | Instruments of the #:",
    "which instruments does the # have or look for? | what instruments are named for the #?",
    undefined,
    true,
  ),
  kind(
    "colour",
    "product",
    "The # comes in %. | You can get the # in %. | Colours of the #:",
    "in which colours can one get the #? | what are the colours of the #? | which colours does the # come in?",
    "in how many colours does the # come?",
  ),
  kind(
    "plants",
    "building",
    "In the garden of # grow %. | They planted % behind #. | Planted at #:",
    "what grows at #? | which plants are there at #? | what was planted at #?",
    "how many kinds of plants are there at #?",
  ),
  kind(
    "subject",
    "school",
    "At # one can study %. | # offers courses in %. | Subjects at #:",
    "which subjects does # offer? | what can one learn at #?",
    "how many subjects does # offer?",
  ),
  kind(
    "coined",
    "island",
    "On # people know the words %. | The games of # are called %. | Winds of #:",
    "which strange words are named for #? | what are the names from #?",
  ),
];

/** "A, B and C" in one of several manners. */
function join(random: Random, items: readonly string[]): string {
  if (items.length === 1) return items[0] as string;
  const end = random.pick([" and ", " and ", " and ", ", and ", " as well as "]);
  return items.slice(0, -1).join(", ") + end + items.at(-1);
}

/** A list of 2 to 6 items in a sentence or on lines, asked for as a whole. */
export const listBlock: MakeBlock = (random, used) => {
  const { items: type, key: keyType, texts, ask, count, articles } = random.pick(kinds);
  const key = drawName(random, used, (random) => drawSlot(random, keyType)).text;
  const items = drawNames(random, used, type, random.pick([2, 2, 3, 3, 3, 4, 4, 5, 6])).map(({ text }) =>
    articles ? withArticle(text) : text,
  );
  const text = random.pick(texts).replaceAll("#", () => key);
  const fill = (wordings: readonly string[]): string[] => wordings.map((wording) => capitalize(wording.replaceAll("#", () => key)));
  const questions: BlockQuestion[] = [{ texts: fill(ask), answer: items.join(", "), isKeyed: true }];
  if (count && random.chance(0.3)) questions.push({ texts: fill(count), answer: String(items.length), isKeyed: true });
  if (text.includes("%")) return { text: capitalize(text.replace("%", () => join(random, items))), isLayout: false, questions };
  const mark = random.pick(["- ", "* ", "• ", "  ", ""]);
  const isNumbered = random.chance(0.2);
  return {
    text: `${text}\n${items.map((item, index) => (isNumbered ? `${index + 1}. ` : mark) + item).join("\n")}`,
    isLayout: true,
    questions,
  };
};

import { ask, escape, type Pair, type Scene } from "./pair.ts";
import { honorifics, people, sayings } from "./vocabulary.ts";

/** A quotation with who is told to have said it. */
export interface Quotation {
  readonly speaker: string;
  /** Base form of the verb of saying. */
  readonly verb: string;
  readonly words: string;
  /** The same person's words go on after the attribution. */
  readonly goesOn: boolean;
}

const verbs = [...sayings.keys()].join("|");
const title = `(?:(?:${[...honorifics].join("|")})\\.? )`;
const speaker = `(${title}?[A-Z][a-z]+(?: [A-Z][a-z]+)?|[Tt]he (?:[a-z]+ )?(?:${[...people].join("|")}))`;
const after = new RegExp(`"([^"\\n]{2,240}?)([,?!.]|--)" ?(?:(${verbs}) ${speaker}|${speaker} (${verbs}))(?=([.,;:!]|\\s[a-z]|$))`, "g");
const before = new RegExp(
  `(?:^|\\n|[.!?] )${speaker} (${verbs})(?: (?:softly|quietly|slowly|again|quickly|gravely))?[,:] "([^"\\n]{2,240}?)([?!.]|--)"(?=\\s*$|\\n)`,
  "gm",
);

/** Finds quotations whose speaker a name or a noun for a person tells. */
export function findQuotations(passage: string, isPerson: (name: string) => boolean): Quotation[] {
  const found: Quotation[] = [];
  const add = (who: string, verb: string, words: string, stop: string, goesOn: boolean): void => {
    const name = who.split(" ").at(-1) as string;
    if (
      /^[Tt]he /.test(who)
        ? !/^[Tt]he (?:old|young|little|other|tall|first|second|good|poor|great|big|fat|strange)? ?[a-z-]+$/.test(who)
        : !isPerson(name)
    )
      return;
    found.push({ speaker: who, verb: sayings.get(verb) as string, words: words + (/[?!]/.test(stop) ? stop : ""), goesOn });
  };
  for (const match of passage.matchAll(after)) {
    const [whole, words = "", stop = "", verb, who, whoFirst, verbLast] = match;
    if (whoFirst !== undefined && (stop === "." || whole.endsWith(":") || passage[match.index + whole.length] === ":")) continue;
    const rest = passage.slice(match.index + whole.length).split("\n")[0] as string;
    add((who ?? whoFirst) as string, (verb ?? verbLast) as string, words, stop, rest.includes('"'));
  }
  for (const [, who, verb, words, stop] of passage.matchAll(before))
    add(who as string, verb as string, words as string, stop as string, false);
  return found;
}

/** Who said it, and what a person said where that was one short thing. */
export function askAboutQuotations({ passage, names, random }: Scene): Pair[] {
  const quotations = findQuotations(passage, (name) => names.people.has(name));
  return quotations.flatMap(({ speaker: who, verb, words, goesOn }) => {
    const pairs: Pair[] = [];
    const past = [...sayings].find(([, base]) => base === verb)?.[0] ?? "said";
    const whoMid = who.replace(/^The /, "the ");
    if (words.length >= 12) {
      const quoted = words.length > 90 ? shorten(words) : words;
      if (quoted !== undefined && passage.split(quoted).length === 2) {
        pairs.push(
          ...ask(
            random,
            "speaker",
            who,
            [
              `Who said "${quoted}"?`,
              `Who ${past} "${quoted}"?`,
              `Who is speaking here: "${quoted}"?`,
              `Whose words are these: "${quoted}"?`,
              `Which person said "${quoted}"?`,
              `"${quoted}" - who said this?`,
            ],
            2,
          ),
        );
      }
    }
    const name = who.split(" ").at(-1) as string;
    const mentions =
      passage.match(new RegExp(`(?:${verbs}) (?:[A-Z][a-z]+\\.? |[Tt]he (?:[a-z]+ )?)?${escape(name)}|${escape(name)} (?:${verbs})`, "g"))
        ?.length ?? 0;
    if (!goesOn && words.length <= 110 && mentions === 1) {
      const base = verb === "say" ? "say" : verb;
      pairs.push(
        ...ask(
          random,
          "words",
          words,
          [`What did ${whoMid} ${base}?`, `What did ${whoMid} say?`, `What were the words of ${whoMid}?`, `Quote what ${whoMid} ${past}.`],
          2,
        ),
      );
    }
    return pairs;
  });
}

/** First sentence or half of long words, at punctuation. */
function shorten(words: string): string | undefined {
  return /^.{12,90}?[.!?;](?=\s)/.exec(words)?.[0].replace(/[.;]$/, "") ?? /^.{20,90}?(?=,)/.exec(words)?.[0];
}

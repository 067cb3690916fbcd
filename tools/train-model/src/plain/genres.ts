import type { Random } from "@kvasir/kv-eval";
import { drawSlot, isTaken, keysOf } from "../slots/index.ts";
import type { UsedValues } from "../templates/index.ts";
import type { Block } from "./block.ts";

/** What a document is, as questions call it, and how it is written. */
export interface Genre {
  /** Says which text is meant, after "in" or "according to": "the letter from Delia Hart". */
  readonly called: string;
  /** Puts blocks into one text. */
  readonly write: (random: Random, blocks: readonly Block[]) => string;
}

type MakeGenre = (random: Random, name: (type: string) => string) => Genre;

const connectors = [
  "Also, ",
  "By the way, ",
  "Then ",
  "Later, ",
  "Meanwhile, ",
  "Besides, ",
  "Incidentally, ",
  "At the same time, ",
  "In other news, ",
  "What is more, ",
  "As for the rest: ",
  "And ",
  "So far, so good. ",
  "Not to forget: ",
  "It is also known that ",
];
/** First words that are written small within a sentence. */
const small =
  /^(The|A|An|It|On|In|At|By|To|From|After|Before|With|For|This|These|There|Nobody|Behind|Beside|Under|Next|Near|Because|Since|When|If|Using|During|Yesterday|Last)\b/;

function sentences(random: Random, blocks: readonly Block[], perParagraph: number): string {
  let text = "";
  let count = 0;
  for (const block of blocks) {
    if (block.isLayout) {
      text += `${text === "" ? "" : "\n\n"}${block.text}\n\n`;
      count = 0;
      continue;
    }
    const isNew = count === 0 || count >= perParagraph;
    if (isNew) count = 0;
    const gap = text === "" || text.endsWith("\n\n") ? "" : isNew ? "\n\n" : " ";
    const connector = !isNew && small.test(block.text) && random.chance(0.2) ? random.pick(connectors) : "";
    const written = connector === "" || connector.endsWith(". ") ? block.text : block.text.charAt(0).toLowerCase() + block.text.slice(1);
    text += gap + connector + written;
    count++;
  }
  return text.replace(/\n{3,}/g, "\n\n").trim();
}

function lines(blocks: readonly Block[], mark: (index: number) => string): string {
  return blocks
    .map((block, index) => (block.isLayout ? `\n${block.text}\n` : mark(index) + block.text))
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

const prose = (random: Random, blocks: readonly Block[]): string => sentences(random, blocks, random.integer(2, 6));
const marks: readonly ((index: number) => string)[] = [
  () => "- ",
  () => "* ",
  () => "• ",
  (index) => `${index + 1}. `,
  (index) => `${index + 1}) `,
  () => "– ",
  () => "",
  () => "> ",
];
const listed = (random: Random, blocks: readonly Block[]): string => lines(blocks, random.pick(marks));
const sectionNames = [
  "Background",
  "Details",
  "News",
  "Plans",
  "People",
  "Notes",
  "Practical matters",
  "What happened",
  "Next steps",
  "Also",
  "Summary",
  "History",
  "Remarks",
  "Overview",
  "Questions",
  "Results",
  "Part one",
  "Part two",
  "Miscellaneous",
  "Good to know",
];

/** Headings with a few sentences under each. */
function sections(random: Random, blocks: readonly Block[]): string {
  const names = random.shuffle(sectionNames);
  const style = random.pick<(name: string) => string>([
    (name) => `## ${name}`,
    (name) => name.toUpperCase(),
    (name) => `${name}:`,
    (name) => `== ${name} ==`,
    (name) => `**${name}**`,
    (name) => name,
  ]);
  const parts: string[] = [];
  for (let at = 0; at < blocks.length;) {
    const size = random.integer(1, 4);
    const name = names[parts.length % names.length] as string;
    parts.push(`${style(name)}\n${prose(random, blocks.slice(at, at + size))}`);
    at += size;
  }
  return parts.join("\n\n");
}

const either = (random: Random, blocks: readonly Block[]): string =>
  random.chance(0.55) ? prose(random, blocks) : random.chance(0.5) ? sections(random, blocks) : listed(random, blocks);

const genres: readonly MakeGenre[] = [
  (random, name) => {
    const sender = name("person");
    const greeting = random.pick(["Dear", "Hi", "Hello", "Good morning,", "Dear"]);
    const bye = random.pick(["Best wishes,", "Kind regards,", "Yours,", "See you soon,", "Love,", "Cheers,", "All the best,"]);
    const kind = random.pick(["letter", "email", "message", "note"]);
    const first = name("first");
    const head =
      kind === "email" && random.chance(0.6)
        ? `From: ${sender}\nTo: ${first}\nSubject: ${random.pick(["news", "a few things", "update", "as promised", "what happened", "notes for you"])}\n\n`
        : "";
    return {
      called: `the ${kind} from ${sender}`,
      write: (random, blocks) => `${head}${greeting} ${first},\n\n${prose(random, blocks)}\n\n${bye}\n${sender}`,
    };
  },
  (random, name) => {
    const club = name("club");
    const heading = random.pick(["Minutes of the", "Minutes:", "Notes of the meeting of the", "Protocol of the"]);
    return {
      called: `the minutes of the ${club}`,
      write: (random, blocks) =>
        `${heading} ${club}\n${random.chance(0.5) ? `${drawSlot(random, "fulldate").text}\n` : ""}\n${random.chance(0.7) ? lines(blocks, (index) => `${index + 1}. `) : prose(random, blocks)}`,
    };
  },
  (random, name) => {
    const paper = name("newspaper");
    return {
      called: `the article from the ${paper}`,
      write: (random, blocks) =>
        `${paper}${random.chance(0.4) ? `, ${drawSlot(random, "fulldate").text}` : ""}\n\n${prose(random, blocks)}`,
    };
  },
  (random, name) => {
    const town = name("village");
    const kind = random.pick(["News from", "Notes from", "Report from", "What is going on in", "Diary of a week in"]);
    return {
      called: `the text about ${town}`,
      write: (random, blocks) => `${random.chance(0.3) ? "# " : ""}${kind} ${town}\n\n${either(random, blocks)}`,
    };
  },
  (random, name) => {
    const town = name("building");
    return {
      called: `the notice at ${town}`,
      write: (random, blocks) =>
        `${random.pick(["NOTICE", "Notice", "Please note", "To everybody", "Information for visitors", "INFORMATION"])} – ${town}\n\n${random.chance(0.5) ? listed(random, blocks) : prose(random, blocks)}`,
    };
  },
  (_random, name) => {
    const first = name("first");
    const second = name("first");
    const third = name("first");
    return {
      called: `the conversation between ${first} and ${second}`,
      write: (random, blocks) => {
        const speakers = random.chance(0.7) ? [first, second] : [first, second, third];
        const sign = random.pick([": ", ": ", " – ", " > "]);
        return lines(
          blocks,
          (index) =>
            `${speakers[index % speakers.length]}${sign}${index > 0 && random.chance(0.25) ? random.pick(["I see. ", "Really? ", "Yes. ", "Good to know. ", "Well, well. ", "Right. ", "Aha. ", "Listen: ", "True. ", "Oh! "]) : ""}`,
        );
      },
    };
  },
  (random, name) => {
    const company = name("company");
    const kind = random.pick(["Newsletter", "Annual report", "Press release", "Internal memo", "Weekly update", "Status report"]);
    return {
      called: `the ${kind.toLowerCase()} of ${company}`,
      write: (random, blocks) => `${random.chance(0.5) ? `${company}\n${kind}` : `${kind} of ${company}`}\n\n${either(random, blocks)}`,
    };
  },
  (_random, name) => {
    const person = name("person");
    return {
      called: `${person}'s diary`,
      write: (random, blocks) => {
        const half = random.integer(1, Math.max(1, blocks.length - 1));
        const [one, two] = random.pick([
          ["Monday", "Tuesday"],
          ["Friday", "Saturday"],
          ["3 May", "4 May"],
          ["Day 1", "Day 2"],
          ["Morning", "Evening"],
        ]) as [string, string];
        return `From the diary of ${person}\n\n${one}\n${prose(random, blocks.slice(0, half))}${half < blocks.length ? `\n\n${two}\n${prose(random, blocks.slice(half))}` : ""}`;
      },
    };
  },
  (_random, name) => {
    const title = name("title");
    return {
      called: `the page called "${title}"`,
      write: (random, blocks) => `${random.pick(["", "# ", "== ", "Title: "])}${title}\n\n${either(random, blocks)}`,
    };
  },
  (_random, name) => {
    const code = name("code");
    return {
      called: `file ${code}`,
      write: (random, blocks) => `${random.pick(["File", "Case file", "File no."])} ${code}\n\n${either(random, blocks)}`,
    };
  },
  (_random, name) => {
    const first = name("first");
    const second = name("first");
    return {
      called: `the chat of ${first} and ${second}`,
      write: (random, blocks) => {
        let minutes = random.integer(360, 1200);
        const isInBrackets = random.chance(0.5);
        return lines(blocks, () => {
          minutes += random.integer(0, 9);
          const time = `${Math.floor(minutes / 60) % 24}:${String(minutes % 60).padStart(2, "0")}`;
          return `${isInBrackets ? `(${time})` : time} ${random.pick([first, second])}: `;
        });
      },
    };
  },
  (_random, name) => {
    const place = name("museum");
    return {
      called: `the website of ${place}`,
      write: (random, blocks) =>
        `${place}\n${random.pick(["Home | News | Visit | Contact", "Home > Information", "www > about us", "Menu: start, visit, people"])}\n\n${sections(random, blocks)}`,
    };
  },
  (_random, name) => {
    const school = name("school");
    const writer = name("person");
    return {
      called: `the page by ${writer}`,
      write: (random, blocks) =>
        `${school}: ${random.pick(["what I learned this week", "our project", "parents' letter", "from the school paper"])}\nby ${writer}\n\n${either(random, blocks)}`,
    };
  },
];

/** A kind of document with a name that no other has. */
export function drawGenre(random: Random, used: UsedValues): Genre {
  const name = (type: string): string => {
    for (let i = 0; ; i++) {
      const value = drawSlot(random, type);
      if (i < 30 && isTaken(value, used)) continue;
      for (const key of keysOf(value)) used.add(key);
      return value.text;
    }
  };
  return random.pick(genres)(random, name);
}

/** Sentences alone, without a name: for the only text of an exercise. */
export const bareGenre: Genre = { called: "the text", write: either };

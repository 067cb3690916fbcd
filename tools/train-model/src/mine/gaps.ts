import { ask, escape, type Pair, type Scene } from "./pair.ts";

const plain = /^[A-Za-z][A-Za-z ,;'-]*[.!?;]$/;

/** Gaps to fill from the passage word by word: what follows, what comes before, which word is missing. */
export function askGaps({ passage, random }: Scene, sentences: readonly string[], most: number): Pair[] {
  const usable = sentences.filter((sentence) => sentence.length >= 45 && sentence.length <= 260 && plain.test(sentence));
  return random.sample(usable, Math.min(most, usable.length)).flatMap((sentence) => askGap(sentence, passage, random));
}

function askGap(sentence: string, passage: string, random: Scene["random"]): Pair[] {
  const words = sentence.replace(/[.!?;]$/, "").split(" ");
  if (words.length < 9) return [];
  const size = random.integer(2, 6);
  const shown = random.integer(4, 9);
  const at = random.chance(0.5) ? words.length - size : random.integer(4, Math.max(4, words.length - size));
  const start = Math.max(0, at - shown);
  const before = words.slice(start, at).join(" ").replace(/[,;]$/, "");
  const next = words
    .slice(at, at + size)
    .join(" ")
    .replace(/[,;]$/, "");
  if (before.split(" ").length < 4 || next.length < 3 || passage.split(before).length !== 2) return [];
  if (random.chance(0.3)) return askMissingWord(words, passage, random);
  return ask(random, "gap", next, [
    `Complete the sentence: "${before} ..."`,
    `What comes right after "${before}"?`,
    `Continue: "${before}"`,
    `Which words follow "${before}"?`,
    `How does the sentence go on after "${before}"?`,
    `Finish this: ${before} ...`,
  ]);
}

function askMissingWord(words: readonly string[], passage: string, random: Scene["random"]): Pair[] {
  const places = words.flatMap((word, index) => (index > 2 && index < words.length - 2 && /^[a-z]{4,}$/.test(word) ? [index] : []));
  if (places.length === 0) return [];
  const at = random.pick(places);
  const answer = words[at] as string;
  const [left, right] = [
    words.slice(Math.max(0, at - 5), at).join(" "),
    words
      .slice(at + 1, at + 5)
      .join(" ")
      .replace(/[,;]$/, ""),
  ];
  if ((passage.match(new RegExp(`${escape(left)} \\w+ ${escape(right)}`, "g"))?.length ?? 0) !== 1 || `${left} ${right}`.includes(answer))
    return [];
  return ask(random, "missing word", answer, [
    `Which word is missing in "${left} ___ ${right}"?`,
    `Fill the gap: "${left} ___ ${right}"`,
    `What is the missing word: ${left} ___ ${right}?`,
    `Which word stands between "${left}" and "${right}"?`,
  ]);
}

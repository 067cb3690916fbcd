const wordSign = /[\p{L}\p{M}\p{N}]/u;

/** Offset of whole words in a text from an offset on, or -1. Case counts, but for the first letter. */
export function findWords(text: string, words: string, from = 0): number {
  const first = words[0] ?? "";
  const rest = words.slice(1);
  const variants =
    first.toLowerCase() === first.toUpperCase()
      ? [first]
      : [first, first === first.toLowerCase() ? first.toUpperCase() : first.toLowerCase()];
  let best = -1;
  for (const variant of variants) {
    const at = findExact(text, variant + rest, from);
    if (at >= 0 && (best < 0 || at < best)) best = at;
  }
  return best;
}

function findExact(text: string, words: string, from: number): number {
  for (let at = text.indexOf(words, from); at >= 0; at = text.indexOf(words, at + 1)) {
    const before = at > 0 && wordSign.test(text[at - 1] as string) && wordSign.test(words[0] as string);
    const end = at + words.length;
    const after = end < text.length && wordSign.test(text[end] as string) && wordSign.test(words.at(-1) as string);
    if (!before && !after) return at;
  }
  return -1;
}

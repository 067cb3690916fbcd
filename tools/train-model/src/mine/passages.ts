/** Lengths of passages, in characters. */
const shortest = 400;
const longest = 1500;

/** Joins consecutive whole paragraphs into passages; paragraphs that fit none are left out. */
export function splitIntoPassages(paragraphs: readonly string[]): string[] {
  const passages: string[] = [];
  let open: string[] = [];
  let length = 0;
  for (const paragraph of paragraphs) {
    if (length + paragraph.length + 1 > longest) [open, length] = [[], 0];
    if (paragraph.length > longest) continue;
    open.push(paragraph);
    length += paragraph.length + 1;
    if (length <= shortest) continue;
    passages.push(open.join("\n"));
    [open, length] = [[], 0];
  }
  return passages;
}

const cues =
  /" (?:said|asked|replied|cried|answered) [A-Z]|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|twenty) [a-z]+s\b|\b(?:red|blue|green|yellow|black|white|brown|grey|wooden|leather|silver|golden) [a-z]{3,}|\bbecause\b|[a-z] named [A-Z]|(?:^|[.!?] )(?:[A-Z][a-z]+|(?:Mr|Mrs|Miss|Dr|Captain|The|Sir)\.? [A-Za-z]+) [a-z]+(?:ed|ook|ave|ent|ame|ound|an|at|ut|ood|elt|aw) (?:the|a|an|his|her|in|on|at|to|into) |[A-Z][a-z]+, (?:a|the|an) [a-z]+/gm;

/** How many places of a passage look as if a pattern would match there, by surface alone and therefore fast. */
function countCues(passage: string): number {
  return passage.match(cues)?.length ?? 0;
}

/** The share of passages that look most promising, in their order. */
export function choosePassages(passages: readonly string[], share: number): string[] {
  const ranked = passages.map((passage, index) => ({ index, score: countCues(passage) / Math.sqrt(passage.length) }));
  ranked.sort((a, b) => b.score - a.score || a.index - b.index);
  const kept = ranked.slice(0, Math.ceil(ranked.length * share)).filter(({ score }) => score > 0);
  return kept.sort((a, b) => a.index - b.index).map(({ index }) => passages[index] as string);
}

const stops =
  /(?<!\b(?:Mr|Mrs|Dr|St|Ms|Messrs|Prof|Capt|Col|Gen|Lieut|Sergt|Rev|Hon|Esq|Jr|Sr|No|vol|etc|i\.e|e\.g|[A-Z]|M|Mme|Mlle))[.!?]["')\]]*\s+(?=["'(]?[A-Z])/g;

/** Splits a paragraph at the ends of sentences; titles such as "Mr." end none. */
export function splitSentences(paragraph: string): string[] {
  const sentences: string[] = [];
  let from = 0;
  for (const stop of paragraph.matchAll(stops)) {
    const to = stop.index + stop[0].length;
    sentences.push(paragraph.slice(from, to).trim());
    from = to;
  }
  sentences.push(paragraph.slice(from).trim());
  return sentences.filter((sentence) => sentence !== "");
}

/** Sentences of a passage that stand outside quotation marks, as the narrator tells them. */
export function narratedSentences(passage: string): string[] {
  const narrated: string[] = [];
  for (const paragraph of passage.split("\n")) {
    let open = false;
    for (const sentence of splitSentences(paragraph)) {
      const marks = sentence.split('"').length - 1;
      if (marks === 0 && !open && !/[“”_*<>[\]{}|]|--$/.test(sentence)) narrated.push(sentence);
      if (marks % 2 === 1) open = !open;
    }
  }
  return narrated;
}

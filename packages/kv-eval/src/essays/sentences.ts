/** Splits prose after full stops, question and exclamation marks that a capital letter follows; white space becomes single spaces. */
export function splitSentences(prose: string): string[] {
  const text = prose.replaceAll(/\s+/g, " ").trim();
  return text === "" ? [] : text.split(/(?<=[.!?]["”’)]?) (?=["“‘(]?\p{Lu})/u);
}

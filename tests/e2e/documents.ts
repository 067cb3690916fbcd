/** A document with a needle every few lines, and what to ask about it. */
export interface NeedleDocument {
  readonly text: string;
  readonly questions: readonly { readonly question: string; readonly answer: string }[];
}

const FILLER = ["The grass is green.", "The sky is blue.", "The sun is yellow.", "Here we go.", "There and back again."];
const ADJECTIVES = ["quiet", "ancient", "golden", "silver", "hidden", "gentle", "frozen", "bright"];
const NOUNS = ["harbor", "anchor", "river", "forest"];

/** `lines` lines of filler with one needle after every `lines / needles` of them. Deterministic. */
export function needleDocument(lines: number, needles: number, seed = 0): NeedleDocument {
  const questions: { question: string; answer: string }[] = [];
  const text: string[] = [];
  const every = Math.floor(lines / needles);
  for (let line = 0; line < lines; line++) {
    text.push(FILLER[(line * 7 + seed) % FILLER.length] ?? "");
    if (line % every !== 0 || questions.length === needles) continue;
    const index = questions.length;
    const key = `${ADJECTIVES[index % ADJECTIVES.length]} ${NOUNS[Math.floor(index / ADJECTIVES.length) % NOUNS.length]}`;
    const answer = String(1_000_000 + (((index + 1) * 7_654_321 + seed * 12_347) % 9_000_000));
    text.push(`One of the special magic numbers for ${key} is: ${answer}.`);
    questions.push({ question: `What is the special magic number for ${key} mentioned in the provided text?`, answer });
  }
  return { text: text.join(" "), questions };
}

import type { Random } from "@kvasir/kv-eval";
import { renderTemplate, type Template, type UsedValues } from "../templates/index.ts";
import type { PlainExercise, PlainQuestion } from "./generate-plain.ts";
import { styleQuestion } from "./question-style.ts";

export interface TemplateExerciseRequest {
  /** About how long all documents are together; at least one template is rendered. */
  readonly characters: number;
  /** Most documents. */
  readonly documents: number;
  /** Paragraphs that tell nothing of what is asked, to stand between texts. */
  readonly filler?: (random: Random) => string;
}

/** Combines templates, each at most once, into documents of about the length wanted, and asks all their questions. */
export function generateFromTemplates(
  random: Random,
  templates: readonly Template[],
  { characters, documents: most, filler }: TemplateExerciseRequest,
): PlainExercise {
  const used: UsedValues = new Set();
  const parts: string[][] = [];
  const questions: PlainQuestion[] = [];
  const perDocument = characters / most;
  let length = 0;
  let last = 0;
  for (const template of random.shuffle(templates)) {
    if (length >= characters) break;
    const { document, questions: asked } = renderTemplate(template, random, used);
    if (length > 0 && length + document.length > characters * 1.15) continue;
    const isNew = parts.length === 0 || (parts.length < most && last >= perDocument * random.fraction());
    if (isNew) last = 0;
    if (isNew) parts.push([]);
    const part = parts.at(-1) as string[];
    part.push(document);
    if (filler && random.chance(0.5)) {
      const paragraph = filler(random);
      part.splice(random.integer(0, part.length), 0, paragraph);
      length += paragraph.length;
    }
    length += document.length;
    last += document.length;
    for (const { texts, answer } of asked)
      questions.push({ text: styleQuestion(random, random.pick(texts)), answer, document: parts.length - 1 });
  }
  const gap = random.pick(["\n\n", "\n\n---\n\n", "\n\n\n", "\n\n* * *\n\n"]);
  return { documents: parts.map((part) => part.join(gap)), questions: random.shuffle(questions) };
}

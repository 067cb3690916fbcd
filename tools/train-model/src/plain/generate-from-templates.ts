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

/** Renderings that did not fit before the rest of the room is left empty. */
const MOST_VAIN = 6;
/** Share of the length wanted that documents may exceed it by. */
const SLACK = 0.15;
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
  let vain = 0;
  for (const template of chooseOrder(templates, characters, random)) {
    if (length >= characters || vain >= MOST_VAIN) break;
    const room = characters * (1 + SLACK) - length;
    // Rendering what does not fit would take most of the time.
    if (length > 0 && lengthOf(template) > room) continue;
    const { document, questions: asked } = renderTemplate(template, random, used);
    if (length > 0 && document.length > room) {
      vain++;
      continue;
    }
    const isNew = parts.length === 0 || (parts.length < most && last >= perDocument * random.fraction());
    if (isNew) last = 0;
    if (isNew) parts.push([]);
    const part = parts.at(-1) as string[];
    part.push(document);
    const paragraph = filler && random.chance(0.5) ? filler(random) : "";
    if (paragraph !== "" && document.length + paragraph.length <= room) {
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

/** Random, but begins with a template that fits, or with a short one where none does. */
function chooseOrder(templates: readonly Template[], characters: number, random: Random): readonly Template[] {
  const order = random.shuffle(templates);
  const fitting = order.findIndex((template) => lengthOf(template) <= characters * (1 + SLACK));
  const first = fitting >= 0 ? order[fitting] : order.slice(0, SHORT_OF).toSorted((a, b) => lengthOf(a) - lengthOf(b))[0];
  return first === undefined ? order : [first, ...order.filter((template) => template !== first)];
}

/** Templates of which the shortest is taken where none fits. */
const SHORT_OF = 60;
/** Characters that a slot's value has, about. */
const SLOT_CHARACTERS = 10;

const lengths = new WeakMap<Template, number>();

/** Characters of a template's rendering, about. */
function lengthOf(template: Template): number {
  const length = lengths.get(template) ?? estimateLength(template.text);
  lengths.set(template, length);
  return length;
}

function estimateLength(nodes: Template["text"]): number {
  return nodes.reduce((sum, node) => {
    if (typeof node === "string") return sum + node.length;
    if (node.kind !== "choice") return sum + SLOT_CHARACTERS;
    return sum + node.branches.reduce((all, branch) => all + estimateLength(branch), 0) / node.branches.length;
  }, 0);
}

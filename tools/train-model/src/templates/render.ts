import type { Random } from "@kvasir/kv-eval";
import { capitalize, drawSlot, type SlotValue, withArticle } from "../slots/index.ts";
import { findWords } from "./find-words.ts";
import type { Node, Nodes, SlotNode, SlotSource, Template } from "./template.ts";

export interface RenderedQuestion {
  /** Wordings of the same question. */
  readonly texts: readonly string[];
  /** Words of the document; items of a list joined by ", "; `unknown` where the document does not tell. */
  readonly answer: string;
  /** Where the answer stands in the document; empty for `unknown`, yes and no. */
  readonly evidence: readonly { readonly start: number; readonly end: number }[];
}

export interface RenderedTemplate {
  readonly document: string;
  readonly questions: readonly RenderedQuestion[];
}

/** Values that other texts of the same exercise took: no two slots get the same. */
export type UsedValues = Set<string>;

/** Renders with random values and wordings. Questions that cannot be asked about this rendering are left out and told to `report`. */
export function renderTemplate(
  template: Template,
  random: Random,
  used: UsedValues = new Set(),
  report: (line: number, problem: string) => void = () => {},
): RenderedTemplate {
  const rendering = { template, random, used, values: new Map<string, SlotValue>(), drawing: true };
  const document = tidy(renderNodes(template.text, rendering));
  const asking = { ...rendering, drawing: false };
  const questions: RenderedQuestion[] = [];
  for (const question of template.questions) {
    try {
      const texts = question.wordings.map((wording) => capitalizeStart(renderNodes(wording, asking)));
      const items = question.answer?.map((item) => renderNodes(item, asking)) ?? [];
      const answer = question.answer ? items.join(", ") : "unknown";
      const evidence = answer === "unknown" || answer === "yes" || answer === "no" ? [] : locate(document, items);
      if (typeof evidence === "string") report(question.line, evidence);
      else questions.push({ texts, answer, evidence });
    } catch (error) {
      if (!(error instanceof MissingSlotError)) throw error;
      report(question.line, error.message);
    }
  }
  return { document, questions };
}

interface Rendering {
  readonly template: Template;
  readonly random: Random;
  readonly used: UsedValues;
  readonly values: Map<string, SlotValue>;
  /** Whether slots without a value draw one: in the text, not in questions. */
  readonly drawing: boolean;
}

class MissingSlotError extends Error {}

function renderNodes(nodes: Nodes, rendering: Rendering): string {
  let text = "";
  for (const node of nodes) text += renderNode(node, rendering);
  return text;
}

function renderNode(node: Node, rendering: Rendering): string {
  if (typeof node === "string") return node;
  if (node.kind === "choice") return renderNodes(rendering.random.pick(node.branches), rendering);
  const value = valueOf(node.name, rendering);
  if (node.kind === "agree") return value.gender === "man" ? node.man : node.woman;
  return writeSlot(node, value);
}

function writeSlot(node: SlotNode, value: SlotValue): string {
  const whole = node.part ? (value[node.part] ?? value.text) : value.text;
  const text = node.article ? withArticle(whole) : whole;
  return node.capital ? capitalize(text) : text;
}

function valueOf(name: string, rendering: Rendering): SlotValue {
  const known = rendering.values.get(name);
  if (known) return known;
  if (!rendering.drawing)
    throw new MissingSlotError(`Slot "${name}" does not stand in every rendering of the text, so it cannot be asked for`);
  const source = rendering.template.sources.get(name) as SlotSource;
  const value = drawDifferent(source, rendering);
  rendering.values.set(name, value);
  for (const key of keysOf(value)) rendering.used.add(key);
  return value;
}

/** Most redraws of a value that another slot or the fixed text has already. */
const redraws = 40;

function drawDifferent(source: SlotSource, { random, used, template }: Rendering): SlotValue {
  for (let i = 0; ; i++) {
    const value = "type" in source ? drawSlot(random, source.type) : { text: random.pick(source.values) };
    const isTaken = keysOf(value).some((key) => used.has(key)) || findWords(template.fixedWords, value.text.toLowerCase()) >= 0;
    if (!isTaken || i === redraws) return value;
  }
}

function keysOf(value: SlotValue): string[] {
  return [value.text, value.first, value.last].filter((key) => key !== undefined).map((key) => key.toLowerCase());
}

/** Spans of the items in the order of the text, or what is wrong. */
function locate(document: string, items: readonly string[]): { start: number; end: number }[] | string {
  const spans: { start: number; end: number }[] = [];
  let from = 0;
  for (const item of items) {
    const start = findWords(document, item, from);
    if (start < 0)
      return findWords(document, item) < 0
        ? `The text does not have the answer "${item}"`
        : `The items of the answer stand in another order in the text: "${item}"`;
    from = start + item.length;
    spans.push({ start, end: from });
  }
  return spans;
}

/** Spaces that empty choices left over. */
function tidy(text: string): string {
  return text
    .replace(/(\S) {2,}(?=\S)/g, (gap, before: string) => (/ {3}/.test(gap) ? gap : `${before} `))
    .replace(/ +(?=\n|$)/g, "")
    .replace(/\b([ap]\.m|Inc|Co)\.\.(?!\.)/g, "$1.")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

const capitalizeStart = (text: string): string => capitalize(text.trim());

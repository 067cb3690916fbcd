import type { Random } from "@kvasir/kv-eval";
import { capitalize, drawSlot, isEntityType, isTaken, keysOf, type SlotValue, withArticle } from "../slots/index.ts";
import { findWords } from "./find-words.ts";
import type { Node, Nodes, SlotNode, SlotSource, Template } from "./template.ts";

export interface RenderedQuestion {
  /** Wordings of the same question. */
  readonly texts: readonly string[];
  /** Words of the document; items of a list joined by ", "; `unknown` where the document does not tell. */
  readonly answer: string;
  /** Whether every wording names something that no other text of the exercise has. */
  readonly isKeyed: boolean;
  /** Where the answer stands in the document; empty for `unknown`, yes and no. */
  readonly evidence: readonly { readonly start: number; readonly end: number }[];
}

export interface RenderedTemplate {
  readonly document: string;
  readonly questions: readonly RenderedQuestion[];
  /** Whether two slots got the same value since their type has too few. */
  readonly hasCollision: boolean;
  /** All drawn values by slot name. */
  readonly values: ReadonlyMap<string, SlotValue>;
}

/** Values of entities that other texts of the same exercise took: no two slots get the same. */
export type UsedValues = Set<string>;

/** Renders with random wordings and values, but for those `given`. Questions that cannot be asked about this rendering are left out and told to `report`. */
export function renderTemplate(
  template: Template,
  random: Random,
  used: UsedValues = new Set(),
  report: (line: number, problem: string) => void = () => {},
  given: ReadonlyMap<string, SlotValue> = new Map(),
): RenderedTemplate {
  const rendering: Rendering = { template, random, used, own: new Set(), values: new Map(given), drawing: true, hasCollision: false };
  const document = tidy(renderNodes(template.text, rendering));
  const asking: Rendering = { ...rendering, drawing: false };
  const questions: RenderedQuestion[] = [];
  for (const question of template.questions) {
    try {
      const texts = question.wordings.map((wording) => capitalizeStart(renderNodes(wording, asking)));
      const items = question.answer?.map((item) => renderNodes(item, asking)) ?? [];
      const answer = question.answer ? items.join(", ") : "unknown";
      const evidence = answer === "unknown" || answer === "yes" || answer === "no" ? [] : locate(document, items);
      if (typeof evidence === "string") report(question.line, evidence);
      else questions.push({ texts, answer, evidence, isKeyed: question.wordings.every((wording) => namesEntity(wording, template)) });
    } catch (error) {
      if (!(error instanceof MissingSlotError)) throw error;
      report(question.line, error.message);
    }
  }
  return { document, questions, hasCollision: rendering.hasCollision, values: rendering.values };
}

interface Rendering {
  readonly template: Template;
  readonly random: Random;
  readonly used: UsedValues;
  /** Values of this rendering. */
  readonly own: Set<string>;
  readonly values: Map<string, SlotValue>;
  /** Whether slots without a value draw one: in the text, not in questions. */
  readonly drawing: boolean;
  hasCollision: boolean;
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
  const whole = node.part ? (partOf(value, node.part) ?? value.text) : value.text;
  const text = node.article ? withArticle(whole) : whole;
  return node.capital ? capitalize(text) : text;
}

function partOf(value: SlotValue, part: string): string | undefined {
  return part === "first" || part === "last" ? value[part] : value.forms?.[part];
}

function valueOf(name: string, rendering: Rendering): SlotValue {
  const known = rendering.values.get(name);
  if (known) return known;
  if (!rendering.drawing)
    throw new MissingSlotError(`Slot "${name}" does not stand in every rendering of the text, so it cannot be asked for`);
  const source = rendering.template.sources.get(name) as SlotSource;
  const value = drawDifferent(source, rendering);
  rendering.values.set(name, value);
  for (const key of keysOf(value)) {
    rendering.own.add(key);
    if (isEntity(source)) rendering.used.add(key);
  }
  return value;
}

/** Most redraws of a value that another slot or the fixed text has already. */
const redraws = 40;

function drawDifferent(source: SlotSource, rendering: Rendering): SlotValue {
  const { random, used, own, template } = rendering;
  const entity = isEntity(source);
  for (let i = 0; ; i++) {
    const value = "type" in source ? drawSlot(random, source.type) : { text: random.pick(source.values) };
    const collides = isTaken(value, own) || (entity && isTaken(value, used));
    if (!collides && findWords(template.fixedWords, value.text.toLowerCase()) < 0) return value;
    if (i < redraws) continue;
    if (collides) rendering.hasCollision = true;
    return value;
  }
}

const isEntity = (source: SlotSource): boolean => "type" in source && isEntityType(source.type);

function namesEntity(nodes: Nodes, template: Template): boolean {
  return nodes.some((node) => {
    if (typeof node === "string" || node.kind === "agree") return false;
    return node.kind === "choice"
      ? node.branches.every((branch) => namesEntity(branch, template))
      : isEntity(template.sources.get(node.name) as SlotSource);
  });
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
    .replace(/(?<=[^\s|]) (?=[.,;!?](?:\s|$))/g, "")
    .replace(/\b([ap]\.m|Inc|Co)\.\.(?!\.)/g, "$1.")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

const capitalizeStart = (text: string): string => capitalize(text.trim());

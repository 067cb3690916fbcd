import { isSlotType } from "../slots/index.ts";
import { type AgreeNode, type Node, type Nodes, type SlotNode, type SlotSource, TemplateError } from "./template.ts";

interface Cursor {
  readonly text: string;
  readonly file: string;
  position: number;
  line: number;
}

/** Parses text with `{slots}` and `[one|of]` choices; `\` takes the next sign as it is. @throws TemplateError */
export function parseNodes(text: string, file: string, line: number): Nodes {
  const cursor = { text, file, position: 0, line };
  const nodes = parseSequence(cursor, false);
  if (cursor.position < text.length) throw new TemplateError(file, cursor.line, `"]" without "["`);
  return nodes;
}

/** Reads up to the end, a "]", or, inside a choice, a "|". */
function parseSequence(cursor: Cursor, insideChoice: boolean): Nodes {
  const nodes: Node[] = [];
  let fixed = "";
  const flush = (): void => {
    if (fixed !== "") nodes.push(fixed);
    fixed = "";
  };
  while (cursor.position < cursor.text.length) {
    const sign = cursor.text[cursor.position] as string;
    if (sign === "]" || (insideChoice && sign === "|")) break;
    if (sign === "[") {
      flush();
      nodes.push(parseChoice(cursor));
    } else if (sign === "{") {
      flush();
      nodes.push(parseBraces(cursor));
    } else if (sign === "}") {
      throw new TemplateError(cursor.file, cursor.line, `"}" without "{"`);
    } else {
      if (sign === "\\" && cursor.position + 1 < cursor.text.length) cursor.position++;
      const kept = cursor.text[cursor.position] as string;
      if (kept === "\n") cursor.line++;
      fixed += kept;
      cursor.position++;
    }
  }
  flush();
  return nodes;
}

function parseChoice(cursor: Cursor): Node {
  const line = cursor.line;
  const branches: Nodes[] = [];
  do {
    cursor.position++;
    branches.push(parseSequence(cursor, true));
  } while (cursor.text[cursor.position] === "|");
  if (cursor.text[cursor.position] !== "]") throw new TemplateError(cursor.file, line, `"[" is never closed`);
  cursor.position++;
  if (branches.length < 2)
    throw new TemplateError(cursor.file, line, `"[...]" has no "|": it offers no choice (a bracket of the text is written "\\[")`);
  return { kind: "choice", branches };
}

function parseBraces(cursor: Cursor): Node {
  const end = cursor.text.indexOf("}", cursor.position);
  if (end < 0) throw new TemplateError(cursor.file, cursor.line, `"{" is never closed`);
  const inside = cursor.text.slice(cursor.position + 1, end);
  const line = cursor.line;
  if (inside.includes("{")) throw new TemplateError(cursor.file, line, `"{" inside "{${inside}}"`);
  cursor.line += inside.split("\n").length - 1;
  cursor.position = end + 1;
  return inside.includes("@") && !inside.includes(":") ? parseAgreement(inside, cursor.file, line) : parseSlot(inside, cursor.file, line);
}

/** `she/he@name`: the first word for a woman, the second for a man. */
function parseAgreement(inside: string, file: string, line: number): AgreeNode {
  const match = /^([^/@]+)\/([^/@]+)@([\w-]+)$/.exec(inside.trim());
  if (!match) throw new TemplateError(file, line, `"{${inside}}" should look like {she/he@name}`);
  const [, woman, man, name] = match as unknown as [string, string, string, string];
  return { kind: "agree", name, woman, man, line };
}

function parseSlot(inside: string, file: string, line: number): SlotNode {
  const match = /^(\^|an? |An? )?\s*([A-Za-z][\w-]*)(?:\.(\w+))?\s*(?::\s*(=?)([^]*))?$/.exec(inside.trim());
  if (!match) throw new TemplateError(file, line, `"{${inside}}" is no slot`);
  const [, before = "", name = "", partOfUse, own, definition] = match;
  const node = { kind: "slot" as const, name, line, capital: before === "^" || before.startsWith("A"), article: /a/i.test(before) };
  if (definition === undefined) return { ...node, ...withPart(partOfUse) };
  if (own === "=") return { ...node, source: { values: parseValues(definition, inside, file, line) } };
  const [type = "", partOfType] = definition.trim().split(".");
  if (!isSlotType(type)) throw new TemplateError(file, line, `No slot type "${type}" in "{${inside}}"`);
  const source: SlotSource = { type };
  return { ...node, source, ...withPart(partOfUse ?? partOfType) };
}

function withPart(part: string | undefined): { readonly part?: string } {
  return part === undefined ? {} : { part };
}

function parseValues(definition: string, inside: string, file: string, line: number): readonly string[] {
  const values = definition
    .split(";")
    .map((value) => value.trim())
    .filter((value) => value !== "");
  if (values.length < 2)
    throw new TemplateError(file, line, `"{${inside.slice(0, 40)}}" offers ${values.length} values; give at least 6, better 12`);
  if (new Set(values).size < values.length) throw new TemplateError(file, line, `"{${inside.slice(0, 40)}}" offers a value twice`);
  return values;
}

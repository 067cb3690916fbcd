import { partsOf } from "../slots/index.ts";
import { parseNodes } from "./parse-nodes.ts";
import { type Nodes, type SlotNode, type SlotSource, type Template, TemplateError, type TemplateQuestion } from "./template.ts";

/**
 * Parses a file of templates. `=== name` begins one; its text runs to the first `??`. In the text `{name:type}` defines a slot and prints
 * it, `{name:= a; b; c}` draws from an own list, `{name}` prints it again, `{name.first}` a part, `{^name}` with a capital, `{a name}` with
 * its article, `{she/he@name}` a word that agrees; `[x|y]` chooses. `?? one wording | another` asks, `->` gives the words of the text that
 * answer, a list's items between ` ; `, or `unknown`.
 *
 * @throws TemplateError with file and line of the first mistake.
 */
export function parseTemplates(content: string, file: string): Template[] {
  const lines = content.replaceAll("\r\n", "\n").split("\n");
  const starts = lines.flatMap((line, index) => (line.startsWith("===") ? [index] : []));
  const before = lines.slice(0, starts[0] ?? lines.length).findIndex((line) => line.trim() !== "" && !line.startsWith("#"));
  if (before >= 0) throw new TemplateError(file, before + 1, `Text before the first "=== name"`);
  return starts.map((start, index) => parseTemplate(lines.slice(start, starts[index + 1] ?? lines.length), file, start + 1));
}

function parseTemplate(lines: readonly string[], file: string, line: number): Template {
  const name = (lines[0] as string).slice(3).trim();
  if (name === "") throw new TemplateError(file, line, `"===" without a name`);
  const firstQuestion = lines.findIndex((text) => text.startsWith("??"));
  if (firstQuestion < 0) throw new TemplateError(file, line, `"${name}" has no questions`);
  const body = lines.slice(1, firstQuestion);
  const blankLines = body.findIndex((text) => text.trim() !== "");
  if (blankLines < 0) throw new TemplateError(file, line, `"${name}" has no text`);
  const text = parseNodes(body.slice(blankLines).join("\n").trimEnd(), file, line + 1 + blankLines);
  const questions = parseQuestions(lines.slice(firstQuestion), file, line + firstQuestion);
  const sources = collectSources(text, file);
  checkNames(text, sources, file, line, false);
  for (const question of questions) {
    for (const nodes of [...question.wordings, ...(question.answer ?? [])]) checkNames(nodes, sources, file, question.line, true);
  }
  return { name, file, line, text, questions, sources, fixedWords: fixedWords(text).toLowerCase() };
}

function parseQuestions(lines: readonly string[], file: string, firstLine: number): TemplateQuestion[] {
  const questions: TemplateQuestion[] = [];
  let wordings: Nodes[] | undefined;
  let asked = 0;
  for (const [index, raw] of lines.entries()) {
    const line = firstLine + index;
    const text = raw.trim();
    if (text === "") continue;
    if (text.startsWith("??")) {
      if (wordings) throw new TemplateError(file, asked, "Question without an answer");
      asked = line;
      wordings = splitOutside(text.slice(2), "|").map((wording) => parseNodes(wording, file, line));
    } else if (text.startsWith("->")) {
      if (!wordings) throw new TemplateError(file, line, "Answer without a question");
      const answer = text.slice(2).trim();
      if (answer === "") throw new TemplateError(file, line, "Empty answer");
      const items = answer === "unknown" ? undefined : splitOutside(answer, ";").map((item) => parseNodes(item, file, line));
      questions.push({ wordings, answer: items, line: asked });
      wordings = undefined;
    } else {
      throw new TemplateError(file, line, `Expected "??", "->" or "===", not "${text.slice(0, 40)}"`);
    }
  }
  if (wordings) throw new TemplateError(file, asked, "Question without an answer");
  return questions;
}

/** Splits at a sign that has spaces around it and stands in no brackets. */
function splitOutside(text: string, sign: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const at = text[i] as string;
    if (at === "[" || at === "{") depth++;
    else if (at === "]" || at === "}") depth--;
    else if (at === sign && depth === 0 && /\s/.test(text[i - 1] ?? " ") && /\s/.test(text[i + 1] ?? " ")) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return [...parts, text.slice(start)].map((part) => part.trim()).filter((part) => part !== "");
}

function* slotsOf(nodes: Nodes): Generator<SlotNode> {
  for (const node of nodes) {
    if (typeof node === "string") continue;
    if (node.kind === "slot") yield node;
    else if (node.kind === "choice") for (const branch of node.branches) yield* slotsOf(branch);
  }
}

function collectSources(text: Nodes, file: string): Map<string, SlotSource> {
  const sources = new Map<string, SlotSource>();
  for (const slot of slotsOf(text)) {
    if (!slot.source) continue;
    const known = sources.get(slot.name);
    if (known && JSON.stringify(known) !== JSON.stringify(slot.source))
      throw new TemplateError(file, slot.line, `Slot "${slot.name}" is defined twice, differently`);
    sources.set(slot.name, slot.source);
  }
  return sources;
}

const withGender = new Set(["person", "woman", "man", "first", "last"]);

function checkNames(nodes: Nodes, sources: ReadonlyMap<string, SlotSource>, file: string, line: number, isQuestion: boolean): void {
  for (const node of nodes) {
    if (typeof node === "string") continue;
    if (node.kind === "choice") {
      for (const branch of node.branches) checkNames(branch, sources, file, line, isQuestion);
      continue;
    }
    const at = isQuestion ? line : node.line;
    const source = sources.get(node.name);
    if (!source) throw new TemplateError(file, at, `Unknown slot "${node.name}"; a slot is defined in the text as {${node.name}:type}`);
    const type = "type" in source ? source.type : "";
    if (isQuestion && node.kind === "slot" && node.source)
      throw new TemplateError(file, at, `Slot "${node.name}" is defined in a question`);
    if (node.kind === "agree" && !withGender.has(type))
      throw new TemplateError(file, at, `"${node.name}" is no person: {${node.woman}/${node.man}@${node.name}}`);
    const part = node.kind === "slot" ? node.part : undefined;
    if (part && !partsOf(type).includes(part)) throw new TemplateError(file, at, `"${node.name}" has no part "${part}"`);
  }
}

function fixedWords(nodes: Nodes): string {
  return nodes
    .map((node) =>
      typeof node === "string"
        ? node
        : node.kind === "choice"
          ? node.branches.map(fixedWords).join(" \n ")
          : node.kind === "agree"
            ? ""
            : "\u0000",
    )
    .join("");
}

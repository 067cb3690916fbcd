import { createRandom } from "@kvasir/kv-eval";
import { articleFor } from "../slots/index.ts";
import { renderTemplate } from "./render.ts";
import type { Template } from "./template.ts";

/** Renderings that a check reads of every template. */
const renderings = 40;

/** What is wrong with templates, each line with file and line number; empty where all is well. */
export function checkTemplates(templates: readonly Template[]): string[] {
  const problems = new Set<string>();
  const names = new Map<string, Template>();
  for (const template of templates) {
    const at = (line: number, problem: string): void => void problems.add(`${template.file}:${line}: ${template.name}: ${problem}`);
    const same = names.get(template.name);
    if (same) at(template.line, `The name is taken by ${same.file}:${same.line}`);
    names.set(template.name, template);
    checkQuestions(template, at);
    const slotProblems = new Map<number, string>();
    for (let seed = 0; seed < renderings; seed++) {
      const { document } = renderTemplate(template, createRandom(seed), new Set(), (line, problem) => slotProblems.set(line, problem));
      checkDocument(document, (problem) => at(template.line, problem));
    }
    for (const [line, problem] of slotProblems) at(line, problem);
  }
  return [...problems];
}

function checkQuestions(template: Template, at: (line: number, problem: string) => void): void {
  const count = template.questions.length;
  if (count < 5) at(template.line, `${count} questions; give 6 to 10`);
  const unknown = template.questions.filter((question) => question.answer === undefined).length;
  if (unknown > Math.max(1, count / 6)) at(template.line, `${unknown} of ${count} questions have no answer; at most one in eight`);
}

function checkDocument(document: string, report: (problem: string) => void): void {
  const words = document.split(/\s+/).length;
  if (words < 50 || words > 400) report(`${words} words; write 90 to 260`);
  const odd = /[{}[\]\\]|undefined|[^\S\n] [,.;:!?](?!\.)|,,|(?<!\.)\.\.(?!\.)/.exec(document);
  if (odd) report(`"${odd[0]}" in "${document.slice(Math.max(0, odd.index - 30), odd.index + 30)}"`);
  for (const match of document.matchAll(/(?<![\p{L}\p{N}'’.)-])(an?) ([\p{L}\p{N}]+)/gu)) {
    const [words, article, word] = match as unknown as [string, string, string];
    if (article !== articleFor(word)) report(`"${words}" should have "${articleFor(word)}": write {a name} for a slot with its article`);
  }
}

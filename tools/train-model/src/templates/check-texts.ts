import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createRandom } from "@kvasir/kv-eval";
import { checkTemplates } from "./check.ts";
import { parseTemplates } from "./parse-templates.ts";
import { renderTemplate } from "./render.ts";
import { type Template, TemplateError } from "./template.ts";

/**
 * Checks the texts of a directory, or only the files named after it; `--show [name]` prints a rendering of each template, or of those
 * whose name has these words.
 */
function main(args: readonly string[]): void {
  const show = args.indexOf("--show");
  const [directory = "texts", ...chosen] = show < 0 ? args : args.slice(0, show);
  const templates: Template[] = [];
  const problems: string[] = [];
  const files = readdirSync(directory).filter(
    (file) => file.endsWith(".txt") && (chosen.length === 0 || chosen.some((part) => file.includes(part))),
  );
  for (const file of files.sort()) {
    try {
      templates.push(...parseTemplates(readFileSync(join(directory, file), "utf8"), file));
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      problems.push(error.message);
    }
  }
  problems.push(...checkTemplates(templates));
  if (show >= 0) for (const template of templates) if (template.name.includes(args[show + 1] ?? "")) print(template);
  for (const problem of problems) write(problem);
  const questions = templates.reduce((sum, template) => sum + template.questions.length, 0);
  write(`${templates.length} templates with ${questions} questions in ${files.length} files: ${problems.length} problems.`);
  if (problems.length > 0) process.exitCode = 1;
}

function print(template: Template): void {
  const { document, questions } = renderTemplate(template, createRandom(Date.now()));
  write(`=== ${template.name}\n${document}`);
  for (const { texts, answer } of questions) write(`?? ${texts.join(" | ")}\n-> ${answer}`);
  write("");
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}

main(process.argv.slice(2));

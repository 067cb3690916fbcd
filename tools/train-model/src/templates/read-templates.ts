import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseTemplates } from "./parse-templates.ts";
import type { Template } from "./template.ts";

/** Parses all `.txt` files of a directory in the order of their names. @throws TemplateError for the first mistake. */
export function readTemplates(directory: string): Template[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith(".txt"))
    .sort()
    .flatMap((file) => parseTemplates(readFileSync(join(directory, file), "utf8"), file));
}

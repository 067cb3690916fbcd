import { parseTemplates, renderTemplate, type Template } from "../templates/index.ts";
import { capitalize } from "../slots/index.ts";
import type { MakeBlock } from "./block.ts";
import { frameTexts } from "./frames/index.ts";

export interface Frame {
  readonly theme: string;
  readonly make: MakeBlock;
}

let library: ReadonlyMap<string, readonly Frame[]> | undefined;

/** All frames by theme; `any` holds those that suit every text. Parsed at the first call. */
export function frameLibrary(): ReadonlyMap<string, readonly Frame[]> {
  if (library) return library;
  const themes = new Map<string, Frame[]>();
  for (const template of parseFrames()) {
    const theme = template.name.split(":")[0] as string;
    themes.set(theme, [...(themes.get(theme) ?? []), { theme, make: blockOf(template) }]);
  }
  library = themes;
  return themes;
}

/** The frames as templates. @throws TemplateError for a mistake in one. */
export function parseFrames(): Template[] {
  return Object.entries(frameTexts).flatMap(([file, text]) => parseTemplates(text.trim(), file));
}

function blockOf(template: Template): MakeBlock {
  return (random, used) => {
    const { document, questions, hasCollision } = renderTemplate(template, random, used);
    if (hasCollision) return undefined;
    return { text: capitalizeSentences(document), isLayout: document.includes("\n"), questions };
  };
}

/** Begins every sentence with a capital letter; "p.m." and the like end none. */
function capitalizeSentences(text: string): string {
  return capitalize(text).replace(
    /(?<!\b(?:[ap]\.m|Inc|Co|Mr|Mrs|Ms|Dr|no))([.!?]["”]?) (\p{Ll})/gu,
    (_, end: string, letter: string) => `${end} ${letter.toUpperCase()}`,
  );
}

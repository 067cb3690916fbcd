import type { Random } from "@kvasir/kv-eval";
import { parseTemplates, renderTemplate, type Template, type UsedValues } from "../templates/index.ts";
import { capitalize, isEntityType } from "../slots/index.ts";
import type { MakeBlock, NamedValue } from "./block.ts";
import { frameTexts } from "./frames/index.ts";

export interface Frame {
  readonly theme: string;
  readonly make: MakeBlock;
  /** Questions of this frame about something that other texts name, which they do not answer. */
  readonly askBeyond: (random: Random, used: UsedValues, named: readonly NamedValue[]) => readonly string[];
}

let library: ReadonlyMap<string, readonly Frame[]> | undefined;

/** All frames by theme; `any` holds those that suit every text. Parsed at the first call. */
export function frameLibrary(): ReadonlyMap<string, readonly Frame[]> {
  if (library) return library;
  const themes = new Map<string, Frame[]>();
  for (const template of parseFrames()) {
    const theme = template.name.split(":")[0] as string;
    themes.set(theme, [...(themes.get(theme) ?? []), { theme, make: blockOf(template), askBeyond: beyondOf(template) }]);
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
    const { document, questions, hasCollision, values } = renderTemplate(template, random, used);
    if (hasCollision) return undefined;
    const told = new Set([...values.keys()].map((name) => typeOf(template, name)));
    const named = [...values]
      .map(([name, value]) => ({ type: typeOf(template, name), value, told }))
      .filter(({ type }) => type !== "" && isEntityType(type));
    return { text: capitalizeSentences(document), isLayout: document.includes("\n"), questions, named };
  };
}

/** Slot type, or nothing for a template's own list. */
function typeOf(template: Template, name: string): string {
  const source = template.sources.get(name);
  return source && "type" in source ? source.type : "";
}

function beyondOf(template: Template): Frame["askBeyond"] {
  return (random, used, named) => {
    const slots = [...template.sources.keys()].filter((name) => named.some(({ type }) => type === typeOf(template, name)));
    if (slots.length === 0) return [];
    const slot = random.pick(slots);
    const about = random.pick(named.filter(({ type }) => type === typeOf(template, slot)));
    const { questions, values } = renderTemplate(template, random, used, () => {}, new Map([[slot, about.value]]));
    const others = [...values].filter(([name]) => name !== slot);
    const asked = questions.filter(({ answer, isKeyed, texts }) => {
      const told = others.find(([, value]) => value.text === answer);
      const isTold = !told || about.told.has(typeOf(template, told[0]));
      const namesOnlyIt = texts.every((text) => text.includes(about.value.text) && !others.some(([, value]) => text.includes(value.text)));
      return isKeyed && !isTold && namesOnlyIt;
    });
    return asked.flatMap(({ texts }) => texts);
  };
}

/** Begins every sentence with a capital letter; "p.m." and the like end none. */
function capitalizeSentences(text: string): string {
  return capitalize(text).replace(
    /(?<!\b(?:[ap]\.m|Inc|Co|Mr|Mrs|Ms|Dr|no))([.!?]["”]?) (\p{Ll})/gu,
    (_, end: string, letter: string) => `${end} ${letter.toUpperCase()}`,
  );
}

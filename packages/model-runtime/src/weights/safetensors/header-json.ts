/** What is wrong with the text of a JSON header, beyond what `JSON.parse` reports. */
export interface HeaderJsonProblem {
  readonly problem: string;
  /** Character index in the text. */
  readonly index: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Finds what `JSON.parse` lets pass: keys given twice in one object (the last would win, so that a file means different things to
 * different readers) and nesting deeper than `maxDepth`.
 */
export function findHeaderJsonProblem(text: string, maxDepth: number): HeaderJsonProblem | undefined {
  /** Keys seen in each open object; `undefined` for an open array. */
  const open: (Set<string> | undefined)[] = [];
  let key: string | undefined;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) {
      const start = index;
      for (index++; index < text.length && text.charCodeAt(index) !== QUOTE; index++) {
        if (text.charCodeAt(index) === BACKSLASH) index++;
      }
      key = text.slice(start, index + 1);
    } else if (code === 0x3a /* : */ && key !== undefined) {
      const keys = open.at(-1);
      // The same key may be written with different escapes.
      const name = key.includes("\\") ? unescape(key) : key;
      if (keys?.has(name) === true) return { problem: `key ${name.slice(0, 120)} is given twice`, index };
      keys?.add(name);
    } else if (code === 0x7b /* { */ || code === 0x5b /* [ */) {
      open.push(code === 0x7b ? new Set() : undefined);
      if (open.length > maxDepth) return { problem: `is nested deeper than ${maxDepth} levels`, index };
    } else if (code === 0x7d /* } */ || code === 0x5d /* ] */) {
      open.pop();
    }
  }
  return undefined;
}

function unescape(quoted: string): string {
  try {
    return JSON.stringify(JSON.parse(quoted));
  } catch {
    return quoted; // Not JSON: `JSON.parse` of the whole text reports it.
  }
}

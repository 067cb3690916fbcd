import type { Random } from "@kvasir/kv-eval";
import { capitalize } from "../../slots/index.ts";
import type { Block, BlockQuestion, MakeBlock } from "../block.ts";
import { drawNames, drawValues } from "./draw-names.ts";

/** A column: heading, slot type of its values, and how one asks for the value of a row, or for the row of a value. */
export interface Column {
  readonly heading: string;
  readonly type: string;
  /** `#` stands for the row's name, `%` for the value. */
  readonly ask: readonly string[];
  readonly back?: readonly string[];
}

export interface TableKind {
  readonly headings: readonly string[];
  /** Slot type of the rows' names. */
  readonly rows: string;
  readonly titles: readonly string[];
  readonly columns: readonly Column[];
}

/** Writes rows under headings in one of several notations. */
export function writeTable(random: Random, headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const kind = random.integer(0, 8);
  const all = [headings, ...rows];
  if (kind === 0) return [headings, headings.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
  if (kind === 1) return all.map((row) => row.join(" | ")).join("\n");
  if (kind === 2) return all.map((row) => row.join("; ")).join("\n");
  if (kind === 3) return all.map((row) => row.join("\t")).join("\n");
  if (kind === 4) {
    const widths = headings.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)) + 3);
    return all
      .map((row) =>
        row
          .map((cell, column) => cell.padEnd(widths[column] as number))
          .join("")
          .trimEnd(),
      )
      .join("\n");
  }
  if (kind === 5)
    return rows
      .map(([name, ...cells]) => `${name}\n${cells.map((cell, index) => `  ${headings[index + 1]}: ${cell}`).join("\n")}`)
      .join("\n\n");
  if (kind === 6)
    return rows
      .map(([name, ...cells]) => `- ${name}: ${cells.map((cell, index) => `${headings[index + 1]?.toLowerCase()} ${cell}`).join(", ")}`)
      .join("\n");
  if (kind === 7) return rows.map(([name, ...cells]) => `${name} (${cells.join(", ")})`).join("\n");
  return rows
    .map(([name, ...cells]) => `${name} – ${cells.map((cell, index) => `${headings[index + 1]}: ${cell}`).join(" – ")}`)
    .join("\n");
}

/** A table of things of one kind, so that a question's words must find the row and the column. */
export function createTableBlock(kinds: readonly TableKind[]): MakeBlock {
  return (random, used): Block | undefined => {
    const kind = random.pick(kinds);
    const names = drawNames(random, used, kind.rows, random.integer(2, 7)).map(({ text }) => text);
    const columns = random.sample(kind.columns, random.integer(Math.min(2, kind.columns.length), Math.min(4, kind.columns.length)));
    const cells = columns.map((column) => drawValues(random, column.type, names.length));
    if (cells.some((values) => values.length < names.length)) return undefined;
    const rows = names.map((name, row) => [name, ...cells.map((values) => values[row] as string)]);
    const questions: BlockQuestion[] = [];
    for (const [row, name] of names.entries()) {
      for (const [index, column] of columns.entries()) {
        const value = cells[index]?.[row] as string;
        const fill = (texts: readonly string[]): string[] =>
          texts.map((text) => capitalize(text.replaceAll("#", () => name).replaceAll("%", () => value)));
        questions.push({ texts: fill(column.ask), answer: value, isKeyed: true });
        if (column.back && random.chance(0.4)) questions.push({ texts: fill(column.back), answer: name, isKeyed: false });
      }
    }
    const title = kind.titles.length > 0 && random.chance(0.6) ? `${random.pick(kind.titles)}\n` : "";
    const headings = [random.pick(kind.headings), ...columns.map(({ heading }) => heading)];
    return {
      text: title + writeTable(random, headings, rows),
      isLayout: true,
      questions: random.sample(questions, Math.min(questions.length, random.integer(3, 7))),
    };
  };
}

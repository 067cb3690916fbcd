/** One column of a text table. */
export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** Lays out rows under their titles, two spaces apart, with a line under the titles. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((column, index) => Math.max(column.title.length, ...rows.map((row) => row[index]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    columns
      .map((column, index) => {
        const cell = cells[index] ?? "";
        const width = widths[index] ?? 0;
        return column.align === "right" ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  const titles = line(columns.map((column) => column.title));
  return [titles, widths.map((width) => "─".repeat(width)).join("  "), ...rows.map(line)].join("\n");
}

/** Lays out names and values in two columns. */
export function renderFields(fields: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...fields.map(([name]) => name.length));
  return fields.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
}

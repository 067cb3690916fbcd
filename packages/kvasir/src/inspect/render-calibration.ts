import { type Column, renderFields, renderTable } from "../text/table.ts";

/** What policies measured, for people; what the values mean is the policies' affair, so this knows their JSON only. */
export function renderCalibration(saved: unknown): string {
  if (!isRecord(saved)) return String(saved);
  return Object.entries(saved)
    .map(([name, value]) => [name, ...renderValue("", value)].join("\n"))
    .join("\n\n");
}

/** Plain values of a record as fields, then its records and lists, each under its name. */
function renderValue(name: string, value: unknown): string[] {
  const title = name === "" ? [] : [name];
  if (Array.isArray(value)) return [...title, value.every(isRecord) ? renderRows(value) : value.map(renderCell).join(", ")];
  if (!isRecord(value)) return [...title, renderCell(value)];
  const entries = Object.entries(value);
  const plain = entries.filter(([, each]) => !isNested(each));
  const fields = plain.length === 0 ? [] : [renderFields(plain.map(([field, each]) => [field, renderCell(each)]))];
  const nested = entries.filter(([, each]) => isNested(each)).flatMap(([field, each]) => renderValue(field, each));
  return [...title, ...fields, ...nested];
}

function renderRows(rows: readonly Readonly<Record<string, unknown>>[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = names.map((name): Column => ({ title: isTime(name) ? name.replace(/Seconds$/, " µs") : name, align: "right" }));
  const cells = rows.map((row) => names.map((name) => (isTime(name) ? renderMicroseconds(row[name]) : renderCell(row[name]))));
  return renderTable(columns, cells);
}

function renderMicroseconds(seconds: unknown): string {
  return typeof seconds === "number" ? (seconds * 1e6).toFixed(1) : renderCell(seconds);
}

function renderCell(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isTime(name: string): boolean {
  return name.endsWith("Seconds");
}

function isNested(value: unknown): boolean {
  return Array.isArray(value) || isRecord(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What one attention operator over shared tokens costs, both ways. */
export interface CostRow {
  /** Sequences, with one query token each. */
  readonly readers: number;
  readonly tokens: number;
  /** Where the tokens are attended once for all readers. */
  readonly sharedSeconds: number;
  /** Where every reader attends them for itself. */
  readonly separateSeconds: number;
}

/** Measurements of one machine, backend and model shape: plain data, saved as JSON. */
export interface CostTable {
  readonly version: 1;
  /** Longest cache that could be measured; larger measurements were left out where they take too long. */
  readonly maxTokens: number;
  /** Ascending by readers, then tokens. */
  readonly rows: readonly CostRow[];
}

/** Whether something read from a file is a cost table, all of it. */
export function isCostTable(value: unknown): value is CostTable {
  if (!isRecord(value) || value["version"] !== 1 || !isCount(value["maxTokens"], 1)) return false;
  const { rows } = value;
  return Array.isArray(rows) && rows.every((row, index) => isCostRow(row) && (index === 0 || isAfter(row, rows[index - 1] as CostRow)));
}

function isCostRow(row: unknown): row is CostRow {
  if (!isRecord(row)) return false;
  return isCount(row["readers"], 2) && isCount(row["tokens"], 1) && isTime(row["sharedSeconds"]) && isTime(row["separateSeconds"]);
}

function isAfter(row: CostRow, previous: CostRow): boolean {
  return row.readers > previous.readers || (row.readers === previous.readers && row.tokens > previous.tokens);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isCount(value: unknown, least: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

function isTime(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value) && value > 0;
}

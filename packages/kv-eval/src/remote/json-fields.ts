/** A field of something parsed from JSON; `undefined` where there is none. */
export function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** A number field; `undefined` where there is none. */
export function numberField(value: unknown, name: string): number | undefined {
  const found = field(value, name);
  return typeof found === "number" ? found : undefined;
}

/** Length of a list field; `undefined` where there is no list. */
export function listLength(value: unknown, name: string): number | undefined {
  const found = field(value, name);
  return Array.isArray(found) ? found.length : undefined;
}

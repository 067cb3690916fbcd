import type { Interval } from "@kvasir/kv-eval";
import { formatBytes } from "../text/bytes.ts";
import type { Column } from "../text/table.ts";

/** A column of figures. */
export const right = (title: string): Column => ({ title, align: "right" });

/** `1.0 to 2.5`. */
export function range({ low, high }: Interval, format: (value: number) => string): string {
  return `${format(low)} to ${format(high)}`;
}

/** `+1.0`, `0.0`, `-2.5`. */
export function signed(value: number): string {
  const text = value.toFixed(1);
  if (Number(text) === 0) return "0.0";
  return value > 0 ? `+${text}` : text;
}

/** `51 %`, `6.2 %`; empty where nobody said. */
export function ratio(value: number | undefined): string {
  return value === undefined ? "" : `${(100 * value).toFixed(value < 0.1 ? 1 : 0)} %`;
}

/** `2.13 MiB`; empty where nobody said. */
export function bytes(value: number | undefined): string {
  return value === undefined ? "" : formatBytes(value);
}

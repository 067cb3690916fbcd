import { ConfigError } from "@kvasir/kv-core";

const UNITS: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/**
 * Reads an amount of memory: a count of bytes or a number with a unit, such as `536870912`, `512MiB`, `1.5g`. `kB`, `MB`, ... are powers
 * of 1000; `KiB`, `MiB`, ... and the bare letters are powers of 1024. `option` is named in the error.
 * @throws ConfigError (`KV_CONFIG`) where the text is no positive amount.
 */
export function parseBytes(text: string, option: string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text);
  const unit = match === null ? undefined : UNITS[(match[2] ?? "").toLowerCase() || "b"];
  const bytes = match === null || unit === undefined ? Number.NaN : Math.floor(Number(match[1]) * unit);
  if (!Number.isSafeInteger(bytes) || bytes <= 0) {
    const reason = `is "${text}", which is not an amount of memory. Write bytes or a number with a unit, for example 536870912, 512MiB or 2GiB.`;
    throw new ConfigError({ option, reason });
  }
  return bytes;
}

/** Formats bytes for people, with three significant digits: `23.0 KiB`, `512 MiB`. */
export function formatBytes(bytes: number): string {
  const names = ["B", "KiB", "MiB", "GiB", "TiB"];
  const exponent = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), names.length - 1);
  const value = bytes / 2 ** (10 * exponent);
  const digits = exponent === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${names[exponent]}`;
}

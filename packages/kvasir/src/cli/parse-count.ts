import { InvalidArgumentError } from "commander";

/** Reads a whole number of at least `minimum` from a flag. */
export function parseCount(minimum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < minimum) {
      throw new InvalidArgumentError(`Give a whole number of at least ${minimum}.`);
    }
    return value;
  };
}

/** Reads whole numbers separated by commas, such as `512,4096`. */
export function parseCounts(minimum: number): (text: string) => readonly number[] {
  const parse = parseCount(minimum);
  return (text) => text.split(",").map((part) => parse(part.trim()));
}

/** Reads `factors` whole numbers of at least 1, such as `4x8`. */
export function parseProduct(factors: number): (text: string) => readonly number[] {
  const parse = parseCount(1);
  return (text) => {
    const values = text.split("x").map((part) => parse(part.trim()));
    if (values.length !== factors) throw new InvalidArgumentError(`Give ${factors} whole numbers with an x between them.`);
    return values;
  };
}

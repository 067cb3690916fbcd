import type { Random } from "@kvasir/kv-eval";
import { drawSlot, isTaken, keysOf, type SlotValue } from "../../slots/index.ts";
import type { UsedValues } from "../../templates/index.ts";

/** Draws values that no other text has. @throws RangeError where a type has run out of them; The layouts' index catches it. */
export function drawNames(random: Random, used: UsedValues, type: string, count: number): SlotValue[] {
  return Array.from({ length: count }, () => drawName(random, used, () => drawSlot(random, type)));
}

export function drawName(random: Random, used: UsedValues, draw: (random: Random) => SlotValue): SlotValue {
  for (let i = 0; i < 60; i++) {
    const value = draw(random);
    if (isTaken(value, used)) continue;
    for (const key of keysOf(value)) used.add(key);
    return value;
  }
  throw new RangeError("No name is left.");
}

/** Values that differ among themselves; fewer where the type has fewer. */
export function drawValues(random: Random, type: string, count: number): string[] {
  const values = new Set<string>();
  for (let i = 0; values.size < count && i < count * 20; i++) values.add(drawSlot(random, type).text);
  return [...values];
}

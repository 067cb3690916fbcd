import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Seeded randomness: the same seed gives the same draws on every machine. */
export interface Random {
  /** Integer from `from` to `to`, both included. */
  integer(from: number, to: number): number;
  /** Number from 0 (included) to 1 (excluded). */
  fraction(): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** @throws RangeError where `items` is empty. */
  pick<T>(items: readonly T[]): T;
  /** New array in random order. */
  shuffle<T>(items: readonly T[]): T[];
  /** Different items in random order. @throws RangeError where there are fewer than `count`. */
  sample<T>(items: readonly T[], count: number): T[];
  /** Independent randomness for a part, so that drawing more in one part changes no other. */
  fork(label: string): Random;
}

/** Creates randomness from any integer seed. */
export function createRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed | 0);
  const integer = (from: number, to: number): number => uniformInt(generator, from, to);
  const fraction = (): number => uniformFloat64(generator);
  const sample = <T>(items: readonly T[], count: number): T[] => {
    if (count > items.length) throw new RangeError(`Cannot draw ${count} different items from ${items.length}.`);
    const pool = [...items];
    for (let i = 0; i < count; i++) {
      const j = integer(i, pool.length - 1);
      [pool[i], pool[j]] = [pool[j] as T, pool[i] as T];
    }
    return pool.slice(0, count);
  };
  return {
    integer,
    fraction,
    chance: (probability) => fraction() < probability,
    pick: (items) => {
      if (items.length === 0) throw new RangeError("Cannot pick from no items.");
      return items[integer(0, items.length - 1)] as (typeof items)[number];
    },
    shuffle: (items) => sample(items, items.length),
    sample,
    fork: (label) => createRandom(mix(seed, label)),
  };
}

/** FNV-1a over the label, from the scattered seed, and scattered again: neighbouring seeds with short labels stay apart. */
function mix(seed: number, label: string): number {
  let hash = scatter(seed);
  for (let i = 0; i < label.length; i++) hash = Math.imul(hash ^ label.charCodeAt(i), 0x01000193);
  return scatter(hash);
}

/** The finalizer of MurmurHash3: a bijection of 32-bit integers in which every bit depends on every other. */
function scatter(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

import type { Task } from "../exercise.ts";
import { createRandom, type Random } from "../random.ts";
import type { NeedleText } from "../words/index.ts";
import { generateNiah, type NiahShape } from "./niah.ts";
import { needleSource, type RulerOptions } from "./ruler-tasks.ts";

const KINDS: readonly NeedleText[] = ["words", "numbers", "uuids"];

/**
 * Creates a needle task of ever other shape, for training: 1 to 24 keys with 1 to 4 values of any kind in any haystack, 1 to 4 keys asked
 * for. Shapes that do not fit a length are made smaller; about 300 tokens are enough for every kind.
 */
export function createNiahVariants(options: RulerOptions = {}): Task {
  const shared = needleSource(options);
  const name = "niah_variant";
  return {
    name,
    generate: (request) => {
      const random = createRandom(request.seed).fork("shape");
      let shape = drawShape(random, request.length);
      for (;;) {
        // What the longest answer takes, by small vocabularies that have hardly more than bytes for random digits.
        const tokens = { words: 16, numbers: 11, uuids: 42 }[shape.valueKind];
        const maxNewTokens = 8 + tokens * shape.valueCount * shape.queryCount;
        try {
          return generateNiah(name, shape, { ...shared, maxNewTokens }, request);
        } catch (error) {
          const smaller = shrink(shape);
          if (!(error instanceof RangeError) || smaller === undefined) throw error;
          shape = smaller;
        }
      }
    },
  };
}

function drawShape(random: Random, length: number): NiahShape {
  const haystack = random.pick(["noise", "essay", "needle"] as const);
  const keyCount = random.integer(1, Math.max(1, Math.min(24, Math.floor(length / 64))));
  const valueCount = random.chance(0.6) ? 1 : random.integer(2, 4);
  const queryCount = random.chance(0.6) ? 1 : random.integer(1, Math.min(4, keyCount));
  return { haystack, keyKind: random.pick(KINDS), valueKind: random.pick(KINDS), keyCount, valueCount, queryCount };
}

/** Fewer keys, else fewer values, else short ones; `undefined` where all that was done. */
function shrink(shape: NiahShape): NiahShape | undefined {
  const { keyCount, valueCount, queryCount } = shape;
  if (keyCount > 1) return { ...shape, keyCount: keyCount >> 1, queryCount: Math.min(queryCount, keyCount >> 1) };
  if (valueCount > 1) return { ...shape, valueCount: valueCount >> 1 };
  return shape.keyKind === "uuids" || shape.valueKind === "uuids" ? { ...shape, keyKind: "words", valueKind: "numbers" } : undefined;
}

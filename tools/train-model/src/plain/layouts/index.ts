import type { MakeBlock } from "../block.ts";
import { categoryBlock } from "./categories.ts";
import { comparisonBlock } from "./comparison.ts";
import { hoursBlock } from "./hours.ts";
import { listBlock } from "./lists.ts";
import { sheetBlock } from "./sheet.ts";
import { stepsBlock } from "./steps.ts";
import { createTableBlock } from "./table.ts";
import { tableKinds } from "./table-kinds.ts";

/** Makes nothing where names ran out. */
const attempt =
  (make: MakeBlock): MakeBlock =>
  (random, used) => {
    try {
      return make(random, used);
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  };

/** Blocks that are made by programs rather than written as frames: tables, lists, comparisons. */
export const layoutBlocks: readonly MakeBlock[] = [
  createTableBlock(tableKinds),
  createTableBlock(tableKinds),
  listBlock,
  listBlock,
  hoursBlock,
  categoryBlock,
  categoryBlock,
  categoryBlock,
  comparisonBlock,
  comparisonBlock,
  sheetBlock,
  sheetBlock,
  stepsBlock,
].map(attempt);

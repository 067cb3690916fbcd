import type { LayerIndex, PageId, Segment, SequenceId, StepPlan } from "@kvasir/kv-core";
import { expect, it } from "vitest";
import { narrowStep } from "./narrow-step.ts";

const sequence = (id: number): SequenceId => id as SequenceId;
const LAST = 2 as LayerIndex;

function segment(page: number, readers: readonly number[]): Segment {
  const place = { pages: [page as PageId], skip: 0, length: 16, firstPosition: 0, shift: 0 };
  return { role: "private", ...place, readers: readers.map(sequence) };
}

const STEP: StepPlan = {
  sequences: [
    { sequence: sequence(7), firstRow: 1, rows: 6, firstPosition: 30 },
    { sequence: sequence(4), firstRow: 0, rows: 1, firstPosition: 12 },
    { sequence: sequence(9), firstRow: 7, rows: 3, firstPosition: 0 },
  ],
  reads: [
    { layers: "all", kvHead: "all", segments: [segment(0, [4, 7, 9]), segment(1, [4]), segment(2, [9])] },
    { layers: [0 as LayerIndex, 1 as LayerIndex], kvHead: "all", segments: [segment(3, [7])] },
    { layers: [LAST], kvHead: 1, segments: [segment(4, [7])] },
  ],
};

it("numbers the rows anew and makes each run of consecutive ones a sequence that reads what its own did", () => {
  expect(narrowStep(STEP, LAST, Int32Array.of(0, 2, 3, 6))).toEqual({
    sequences: [
      { sequence: 0, firstRow: 1, rows: 2, firstPosition: 31 },
      { sequence: 1, firstRow: 3, rows: 1, firstPosition: 35 },
      { sequence: 2, firstRow: 0, rows: 1, firstPosition: 12 },
    ],
    reads: [
      { layers: "all", kvHead: "all", segments: [segment(0, [2, 0, 1]), segment(1, [2])] },
      { layers: [LAST], kvHead: 1, segments: [segment(4, [0, 1])] },
    ],
  });
});

it("does not join rows of different sequences", () => {
  const { sequences } = narrowStep(STEP, LAST, Int32Array.of(6, 7, 8));
  expect(sequences).toEqual([
    { sequence: 0, firstRow: 0, rows: 1, firstPosition: 35 },
    { sequence: 1, firstRow: 1, rows: 2, firstPosition: 0 },
  ]);
});

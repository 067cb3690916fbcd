import type { LayerIndex, SequenceId, SequenceRows, StepPlan } from "@kvasir/kv-core";

/**
 * A step of some rows of another step, in one layer: they are numbered from 0 on and read what they read there. Rows of a sequence must
 * have no gaps between them, so each run of consecutive ones becomes a sequence.
 *
 * @param rows Rows of the other step's batch, ascending.
 */
export function narrowStep({ sequences, reads }: StepPlan, layer: LayerIndex, rows: Int32Array): StepPlan {
  const runs: SequenceRows[] = [];
  const runsOf = new Map<SequenceId, SequenceId[]>();
  for (const whole of sequences) {
    const own = findRuns(whole, rows, runs.length);
    runs.push(...own);
    runsOf.set(
      whole.sequence,
      own.map(({ sequence }) => sequence),
    );
  }
  return {
    sequences: runs,
    reads: reads
      .filter(({ layers }) => layers === "all" || layers.includes(layer))
      .map((read) => ({
        ...read,
        segments: read.segments
          .map((segment) => ({ ...segment, readers: segment.readers.flatMap((reader) => runsOf.get(reader) ?? []) }))
          .filter(({ readers }) => readers.length > 0),
      })),
  };
}

/** Runs of consecutive rows that belong to a sequence, with ids from `firstId` on. */
function findRuns({ firstRow, rows: count, firstPosition }: SequenceRows, rows: Int32Array, firstId: number): SequenceRows[] {
  const runs: SequenceRows[] = [];
  let first = rows.findIndex((row) => row >= firstRow);
  while (first >= 0 && first < rows.length && rows[first]! < firstRow + count) {
    let end = first + 1;
    while (rows[end] === rows[end - 1]! + 1 && rows[end]! < firstRow + count) end++;
    const position = firstPosition + rows[first]! - firstRow;
    runs.push({ sequence: (firstId + runs.length) as SequenceId, firstRow: first, rows: end - first, firstPosition: position });
    first = end;
  }
  return runs;
}

import { KernelFailedError, type LayerIndex, type Segment, type StepPlan, storedPosition } from "@kvasir/kv-core";

/** A segment with the rows of all its readers: attended once for all of them. */
export interface WorkItem {
  readonly segment: Segment;
  readonly layers: readonly LayerIndex[] | "all";
  readonly kvHead: number | "all";
  /** Rows of the batch, and the position of each. */
  readonly rows: readonly number[];
  readonly rowPositions: readonly number[];
  /** Position at which readers see the token in each slot of the segment's pages; Infinity for slots that are not read. */
  readonly seenAt: Float64Array;
}

/** Work items of a step, in the order of its plans. */
export function workItems({ sequences, reads }: StepPlan, pageSize: number): readonly WorkItem[] {
  const ranges = new Map(sequences.map((range) => [range.sequence, range]));
  return reads.flatMap(({ layers, kvHead, segments }) =>
    segments.flatMap((segment): WorkItem[] => {
      if (segment.encoding !== undefined) {
        const reason = `TensorFlow.js attends dense f32 KV only, and a segment is encoded by "${segment.encoding.codec}".`;
        throw new KernelFailedError({ kernel: "plan", reason });
      }
      const rows: number[] = [];
      const rowPositions: number[] = [];
      for (const reader of segment.readers) {
        const range = ranges.get(reader);
        if (range === undefined) continue;
        for (let row = 0; row < range.rows; row++) {
          rows.push(range.firstRow + row);
          rowPositions.push(range.firstPosition + row);
        }
      }
      return rows.length === 0 ? [] : [{ segment, layers, kvHead, rows, rowPositions, seenAt: seenPositions(segment, pageSize) }];
    }),
  );
}

function seenPositions(segment: Segment, pageSize: number): Float64Array {
  const seenAt = new Float64Array(segment.pages.length * pageSize).fill(Infinity);
  for (let token = 0; token < segment.length; token++) seenAt[segment.skip + token] = storedPosition(segment, token) + segment.shift;
  return seenAt;
}

import {
  kvBytesPerTokenAndHead,
  type KvLayerSpec,
  type KvStoreSpec,
  type ReadPlan,
  type Segment,
  type SequenceId,
  type StepPlan,
} from "@kvasir/kv-core";

/** What decides the work list of a layer: which read plans each KV head follows, and the shape of its heads. */
export interface LayerKind {
  readonly key: string;
  /** Indices of the read plans each KV head follows. */
  readonly readsOfHead: readonly (readonly number[])[];
  readonly group: number;
  readonly paddedDim: number;
  readonly bytesPerToken: number;
}

/** Whether this read plan speaks of that layer and KV head. */
function concerns({ layers, kvHead }: ReadPlan, layer: number, head: number): boolean {
  return (layers === "all" || (layers as readonly number[]).includes(layer)) && (kvHead === "all" || kvHead === head);
}

/** The kind of each layer in a step. Where all plans speak of all layers, which is nearly always, those of one shape share it. */
export function kindsOf(spec: KvStoreSpec, reads: readonly ReadPlan[]): LayerKind[] {
  const isUniform = reads.every(({ layers }) => layers === "all");
  const known = new Map<string, LayerKind>();
  return spec.shape.layers.map((layer, index) => {
    const shape = isUniform ? `${layer.kvHeads},${layer.headDim}` : String(index);
    const kind = known.get(shape) ?? kindOf(layer, index, spec, reads);
    known.set(shape, kind);
    return kind;
  });
}

function kindOf(layer: KvLayerSpec, index: number, { shape, dtype }: KvStoreSpec, reads: readonly ReadPlan[]): LayerKind {
  const readsOfHead: number[][] = [];
  for (let head = 0; head < layer.kvHeads; head++) {
    readsOfHead.push(reads.flatMap((read, at) => (concerns(read, index, head) ? [at] : [])));
  }
  const paddedDim = Math.ceil(layer.headDim / 16) * 16;
  const key = `${readsOfHead.map((list) => list.join(",")).join(";")}|${layer.headDim}`;
  const bytesPerToken = layer.kvHeads * kvBytesPerTokenAndHead(dtype, layer.headDim);
  return { key, readsOfHead, group: shape.queryHeads / layer.kvHeads, paddedDim, bytesPerToken };
}

/** Order in which a reader's segments are merged: whether a plan names one as shared or as its own must not change a bit. */
const byPosition = (a: Segment, b: Segment): number => a.firstPosition + a.shift - (b.firstPosition + b.shift);

/** What the sequences of a step read by some read plans, in order; those are indices in `step.reads`. */
export function segmentsOfSequences(step: StepPlan, reads: readonly number[], isRead: (segment: Segment) => boolean): Segment[][] {
  const segmentsOf = new Map<SequenceId, Segment[]>(step.sequences.map(({ sequence }) => [sequence, []]));
  for (const read of reads) {
    for (const segment of step.reads[read]?.segments ?? []) {
      if (isRead(segment)) for (const reader of segment.readers) segmentsOf.get(reader)?.push(segment);
    }
  }
  return step.sequences.map(({ sequence }) => (segmentsOf.get(sequence) ?? []).sort(byPosition));
}

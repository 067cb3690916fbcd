import type { Segment, SequenceRows, StepPlan } from "@kvasir/kv-core";
import type { CpuKvStore } from "../kv/cpu-kv-store.ts";
import type { StepMemory } from "../step-memory.ts";
import { kindsOf, type LayerKind, segmentsOfSequences } from "./layer-kind.ts";
import { EncodedSegments } from "./packed-segments.ts";
import { PackedWorkList } from "./packed-work-list.ts";

/** Rows (query tokens x query heads of a KV head) that share each tile of unpacked tokens. */
const MAX_ROWS = 64;
/** Works per thread below which segments are split, so that all threads have work. */
const WORKS_PER_THREAD = 2;

/** Readers of one segment, for heads that follow the same plans. */
interface SegmentReaders {
  readonly segment: Segment;
  readonly heads: readonly number[];
  readonly sequences: SequenceRows[];
}

/** Turns what step plans say of encoded segments into the work lists of native/packed-attend.h. */
export class PackedPlanner {
  readonly #threads: number;

  constructor(threads: number) {
    this.#threads = threads;
  }

  /**
   * Addresses of each layer's `PackedStep`s, in memory taken from `memory`: a row's first encoded segment is in the first of them, its
   * second in the second, and so on. Empty where the layer reads none.
   * @throws KernelFailedError where a segment cannot be read as its plan asks for.
   */
  plan(step: StepPlan, store: CpuKvStore, memory: StepMemory): readonly (readonly number[])[] {
    const { layers } = store.spec.shape;
    if (!step.reads.some(({ segments }) => segments.some(isEncoded))) return layers.map(() => []);
    const encoded = new EncodedSegments(store, memory);
    const stepsOfKind = new Map<string, number[]>();
    return kindsOf(store.spec, step.reads).map((kind) => {
      let steps = stepsOfKind.get(kind.key);
      if (steps === undefined) {
        steps = this.#ranksOf(step, kind).map((readers) => this.#planRank(readers, kind, encoded, memory));
        stepsOfKind.set(kind.key, steps);
      }
      return steps;
    });
  }

  /** Readers of every sequence's first encoded segment, of every one's second, and so on. */
  #ranksOf(step: StepPlan, kind: LayerKind): SegmentReaders[][] {
    const headsOf = new Map<string, number[]>();
    kind.readsOfHead.forEach((reads, head) => {
      const key = reads.join(",");
      headsOf.set(key, [...(headsOf.get(key) ?? []), head]);
    });
    const ranks: SegmentReaders[][] = [];
    for (const heads of headsOf.values()) {
      const known: Map<Segment, SegmentReaders>[] = [];
      segmentsOfSequences(step, kind.readsOfHead[heads[0] ?? 0] ?? [], isEncoded).forEach((segments, index) => {
        const sequence = step.sequences[index];
        if (sequence === undefined || sequence.rows === 0) return;
        segments.forEach((segment, rank) => {
          const readersOf = (known[rank] ??= new Map<Segment, SegmentReaders>());
          const readers = readersOf.get(segment);
          if (readers === undefined) readersOf.set(segment, { segment, heads, sequences: [sequence] });
          else readers.sequences.push(sequence);
        });
      });
      known.forEach((readersOf, rank) => (ranks[rank] ??= []).push(...readersOf.values()));
    }
    return ranks;
  }

  #planRank(readers: readonly SegmentReaders[], kind: LayerKind, encoded: EncodedSegments, memory: StepMemory): number {
    const list = new PackedWorkList(encoded, kind, memory);
    const tokensPerWork = Math.max(1, Math.floor(MAX_ROWS / kind.group));
    const sizeOf = ({ selector }: Segment): number => (selector === undefined ? tokensPerWork : 1);
    let works = 0;
    for (const { segment, heads, sequences } of readers) {
      const tokens = sequences.reduce((sum, { rows }) => sum + rows, 0);
      works += heads.length * Math.ceil(tokens / sizeOf(segment));
    }
    const isShort = this.#threads > 1 && works < WORKS_PER_THREAD * this.#threads;
    const parts = isShort ? Math.ceil((2 * WORKS_PER_THREAD * this.#threads) / works) : 1;
    for (const { segment, heads, sequences } of readers) {
      const tokens = list.addTokens(sequences);
      const size = sizeOf(segment);
      // Late tokens see more: they go first, so that the last works to finish are short ones.
      for (let first = Math.floor((tokens.count - 1) / size) * size; first >= 0; first -= size) {
        const span = { first: tokens.first + first, count: Math.min(size, tokens.count - first) };
        for (const head of heads) list.addWork(segment, head, span, parts);
      }
    }
    return list.write();
  }
}

const isEncoded = ({ encoding }: Segment): boolean => encoding !== undefined;

import type { KvPolicy, PageId, RetentionAction, SequenceView } from "@kvasir/kv-core";

export interface PackingPolicyOptions {
  readonly codec: string;
  /** Full pages at the end of a sequence that stay dense. */
  readonly recentPages: number;
  /** Pages that are recoded together, once the prompt is computed. */
  readonly batchPages: number;
  readonly overSteps: number;
  /** Told what the policy was shown, at every call. */
  readonly onRetain?: (sequence: SequenceView) => void;
}

/** Recodes all full pages but the last ones as soon as the prompt is there, then further ones as they fill up. */
export function packingPolicy(options: PackingPolicyOptions): KvPolicy<"packing"> {
  const { codec, recentPages, batchPages, overSteps, onRetain } = options;
  return {
    specVersion: "v1",
    name: "packing",
    capabilities: { phases: ["prefill", "decode"], reads: [], fidelity: "approximate", reclaims: "pages", codecs: [codec] },
    bind: () => ({
      retain: ({ sequence }) => {
        onRetain?.(sequence);
        if (sequence.length < sequence.promptLength || sequence.recoding.length > 0) return { actions: [] };
        const { pages, hasEncoded } = densePages(sequence);
        const ready = pages.slice(0, Math.max(0, pages.length - recentPages));
        if (ready.length < batchPages) return { actions: [] };
        const basis = hasEncoded ? "continue" : "fit";
        const action: RetentionAction = { type: "recode-pages", pages: ready, to: { codec, settings: {} }, basis, overSteps };
        return { actions: [action] };
      },
      dispose: () => {},
    }),
  };
}

function densePages({ segments, pageSize }: SequenceView): { readonly pages: readonly PageId[]; readonly hasEncoded: boolean } {
  const dense = segments.filter(({ encoding }) => encoding === undefined);
  return {
    pages: dense.flatMap(({ pages, length }) => pages.slice(0, Math.floor(length / pageSize))),
    hasEncoded: dense.length < segments.length,
  };
}

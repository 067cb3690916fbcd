import {
  type BoundPolicy,
  type CachedContext,
  defineKvPolicy,
  type KvPolicy,
  type LayerIndex,
  type ModelShape,
  type PolicyFactory,
  type SequenceId,
  type SequenceView,
} from "@kvasir/kv-core";
import { type MultictxSparseOptions, type Recompute, resolveOptions } from "./multictx-sparse-options.ts";
import { placeKept } from "./place-kept.ts";
import type { SummarizedContext } from "./score-runs.ts";
import { KEY_TOKENS, QUERY_TOKENS, type Selection } from "./select-options.ts";
import { TokenSelection } from "./token-selection.ts";

const NAME = "multictx-sparse";
/** The question's queries score in this share of the layers, the last ones (docs/decisions/0023-multictx-sparse.md). */
const QUESTION_LAYERS = 0.25;

/**
 * Registered contexts in any order and number, each from the pages it was computed in alone: nothing of them is computed again but what
 * `recompute` says, and with `select` only some of their tokens are in the sequence at all. After SamKV (arXiv 2508.11661) and EPIC
 * (arXiv 2410.15332).
 */
export const multictxSparse: PolicyFactory<typeof NAME, MultictxSparseOptions> = defineKvPolicy(
  (options: MultictxSparseOptions): KvPolicy<typeof NAME> => {
    const { recompute, selection } = resolveOptions(options);
    return {
      specVersion: "v1",
      name: NAME,
      capabilities: { phases: ["prefill"], reads: [], fidelity: "approximate", reclaims: "none", shiftsSegments: true },
      bind: ({ model }) => (selection === undefined ? placeWhole(recompute) : placeSelected(recompute, selection, model)),
    };
  },
);

function placeWhole(recompute: Recompute): BoundPolicy {
  return { place: ({ contexts = [] }) => placeKept(contexts, () => "all", recompute), dispose() {} };
}

function placeSelected(recompute: Recompute, selection: Selection, model: ModelShape): BoundPolicy {
  const { layers: specs, queryHeads } = model;
  // Layers after the first: in the first, queries know nothing but their own token.
  const layers = specs.map((_, index) => index as LayerIndex).slice(specs.length > 1 ? 1 : 0);
  const last = Math.max(1, Math.round(specs.length * QUESTION_LAYERS));
  const all = layers.map((_, index) => index);
  const scoring = { count: all.length, question: all.slice(-last), bias: all };
  const running = new Map<SequenceId, TokenSelection>();
  const start = ({ id, contexts = [] }: SequenceView): TokenSelection => {
    let found = running.get(id);
    if (found === undefined) {
      const { kvHeads = 1, headDim = 1 } = specs[0] ?? {};
      found = new TokenSelection(contexts.filter(isSummarized), selection, { queryHeads, kvHeads, headDim }, scoring);
      running.set(id, found);
    }
    return found;
  };
  return {
    summaries: {
      layers: layers.map((layer, index) => {
        return { layer, keyTokens: index >= all.length - last ? 1 : KEY_TOKENS, queryTokens: QUERY_TOKENS };
      }),
    },
    probe(sequence, { queries }) {
      const chosen = start(sequence);
      if (queries !== undefined) chosen.choose({ queries, end: sequence.promptLength });
      return chosen.isDone ? undefined : placeKept(sequence.contexts ?? [], (index) => chosen.keptOf(index), "none");
    },
    place(sequence) {
      const chosen = start(sequence);
      running.delete(sequence.id);
      return placeKept(sequence.contexts ?? [], (index) => chosen.keptOf(index), recompute);
    },
    release: (sequence) => void running.delete(sequence),
    dispose: () => running.clear(),
  };
}

function isSummarized(context: CachedContext): context is CachedContext & SummarizedContext {
  return context.summary !== undefined;
}

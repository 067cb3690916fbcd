import {
  defineKvPolicy,
  IncompatiblePolicyError,
  kvBytesPerToken,
  type KvPolicy,
  type PolicyFactory,
  type SharedRun,
} from "@kvasir/kv-core";
import type { CostTable } from "./cost-table.ts";
import { obtainCosts } from "./measure-costs.ts";
import { routeSegments } from "./route-segments.ts";
import { resolveOptions, type SharedAttentionOptions, type SharingGate } from "./shared-attention-options.ts";
import { relativeCost } from "./sharing-cost.ts";

const NAME = "shared-attention";
/** Sharing must be expected to save this much: a small gain is not worth a wrong guess, and a real step is not the measured one. */
const LARGEST_RELATIVE_COST = 0.95;
/**
 * For hosts that never calibrate. Merging costs every reader one state per part, whatever the length, so short runs and few readers can
 * lose; every system whose figures we know gains from here on (docs/decisions/0018-shared-attention.md).
 */
const UNMEASURED = { readers: 8, tokens: 2048 };

/**
 * Shared attention (MoSKA, arXiv 2511.06010): tokens that several sequences read, registered contexts and common prompt beginnings alike,
 * are attended once for all of them, where that is faster. This changes no result. With `routed`, each token reads only the chunks that
 * matter most to it, which does; nothing leaves memory either way.
 */
export const sharedAttention: PolicyFactory<typeof NAME, SharedAttentionOptions> = defineKvPolicy(
  (options: SharedAttentionOptions): KvPolicy<typeof NAME> => {
    const { gate, routing } = resolveOptions(options);
    return {
      specVersion: "v1",
      name: NAME,
      capabilities: {
        phases: ["prefill", "decode"],
        reads: [],
        fidelity: routing === undefined ? "exact" : "approximate",
        reclaims: "none",
        selectors: routing === undefined ? [] : [routing.by],
      },
      bind({ model, kvDtype, pageSize }) {
        if (routing !== undefined && routing.chunkTokens % pageSize !== 0) {
          const reason = `its chunks of ${routing.chunkTokens} tokens are not whole pages of ${pageSize}. Choose another routed.chunkTokens.`;
          throw new IncompatiblePolicyError({ policy: NAME, reason });
        }
        const bytesPerToken = kvBytesPerToken(model, kvDtype);
        let costs: CostTable | undefined;
        return {
          share: (runs) => runs.map((run) => isWorthSharing(run, gate, costs)),
          ...(gate !== "measured" ? {} : { calibrate: async (bench, saved) => (costs = await obtainCosts(bench, saved)) }),
          ...(routing === undefined ? {} : { select: ({ sequence }, base) => routeSegments(sequence, base, routing, bytesPerToken) }),
          dispose() {},
        };
      },
    };
  },
);

function isWorthSharing({ segment }: SharedRun, gate: SharingGate, costs: CostTable | undefined): boolean {
  const { length, selector, readers } = segment;
  if (gate === "always") return true;
  // Where every reader reads a part, a token has so many readers on average.
  const part = selector === undefined || !("tokens" in selector.keep) ? 1 : selector.keep.tokens / length;
  const perToken = readers.length * part;
  if (gate !== "measured") return perToken >= gate.readers && length >= gate.tokens;
  if (costs === undefined) return perToken >= UNMEASURED.readers && length >= UNMEASURED.tokens;
  return relativeCost(costs, perToken, length) <= LARGEST_RELATIVE_COST;
}

import {
  type CodecSettings,
  defineKvPolicy,
  IncompatiblePolicyError,
  type KvPolicy,
  type PolicyFactory,
  type ReadPlan,
  type RecodePages,
  resolveBudget,
  type SequenceView,
} from "@kvasir/kv-core";
import { CODEC_NAME } from "../codec-name.ts";
import { packedSettings } from "../settings/vector-packing.ts";
import { type DenseRun, denseRuns } from "./dense-run.ts";
import { type MosaicCompressOptions, type ResolvedOptions, resolveOptions } from "./mosaic-compress-options.ts";
import { SegmentLog } from "./segment-log.ts";

const NAME = "mosaic-compress";

/**
 * MosaicKV (arXiv 2607.00760): when a prompt ends, its pages are packed in a segment of its own but for sinks and recent tokens; output
 * tokens follow in small pieces, a few steps after they left the recent ones, and get segments of their own as they change. Decode steps
 * read the part of the packed tokens that scores highest.
 */
export const mosaicCompress: PolicyFactory<typeof NAME, MosaicCompressOptions> = defineKvPolicy(
  (options: MosaicCompressOptions): KvPolicy<typeof NAME> => {
    const resolved = resolveOptions(options);
    const { read } = resolved;
    return {
      specVersion: "v1",
      name: NAME,
      capabilities: {
        phases: ["prefill", "decode"],
        reads: [],
        fidelity: "approximate",
        reclaims: "pages",
        codecs: [CODEC_NAME],
        encodedSelectors: read === undefined ? [] : [read.by],
      },
      bind({ model, pageSize }) {
        const settings = packedSettings(resolved.packing, headDimOf(model.layers));
        const { blockTokens = 1 } = read ?? {};
        if (pageSize % blockTokens !== 0) {
          const reason = `its blocks of ${blockTokens} tokens do not divide the page size of ${pageSize}. Choose another read.blockTokens.`;
          throw new IncompatiblePolicyError({ policy: NAME, reason });
        }
        const log = new SegmentLog();
        return {
          retain({ sequence }) {
            const action = recodeNext(sequence, resolved, settings, log);
            return { actions: action === undefined ? [] : [action] };
          },
          ...(read === undefined
            ? {}
            : { select: ({ phase }, base) => (phase === "decode" || read.duringPrefill ? selectBlocks(base, read) : base) }),
          release: (sequence) => log.release(sequence),
          dispose() {},
        };
      },
    };
  },
);

function headDimOf(layers: readonly { readonly headDim: number }[]): number {
  const [first = 0, ...others] = new Set(layers.map(({ headDim }) => headDim));
  if (others.length === 0) return first;
  const reason = `its layers have heads of ${[first, ...others].join(" and ")} channels; packings count channels of one size.`;
  throw new IncompatiblePolicyError({ policy: NAME, reason });
}

/** What is to be packed next, one thing at a time. */
function recodeNext(sequence: SequenceView, options: ResolvedOptions, settings: CodecSettings, log: SegmentLog): RecodePages | undefined {
  const { length, promptLength, recoding, id, pageSize } = sequence;
  if (length < promptLength || recoding.length > 0) return undefined;
  const { sinkTokens, recentTokens, bufferTokens, segments } = options;
  for (const run of denseRuns(sequence, sinkTokens, length - recentTokens)) {
    const basis = basisFor(run, sequence, options, log);
    if (run.tokens < (basis === "fit" ? segments.minTokens : bufferTokens)) continue;
    if (basis === "fit") log.open(id, run.firstPosition, run.tokens);
    // Nobody waits for a next token yet when the prompt has just ended.
    const overSteps = length < promptLength + pageSize ? 0 : options.overSteps;
    return { type: "recode-pages", pages: run.pages, to: { codec: CODEC_NAME, settings }, basis, overSteps };
  }
  return undefined;
}

/** A segment goes on until it is long, or its packing no longer suits its tokens. */
function basisFor(run: DenseRun, sequence: SequenceView, { segments }: ResolvedOptions, log: SegmentLog): "fit" | "continue" {
  if (!run.followsEncoded || run.tokens >= segments.minTokens) return "fit";
  const { tokens, lossRise } = log.history(sequence, run.firstPosition);
  return tokens >= segments.maxTokens || lossRise > segments.maxLossRise ? "fit" : "continue";
}

function selectBlocks(base: ReadPlan, { by, keep, leastTokens, blockTokens }: NonNullable<ResolvedOptions["read"]>): ReadPlan {
  if (base.segments.every(({ encoding }) => encoding === undefined)) return base;
  const always = { sinkTokens: 0, recentTokens: 0 };
  const segments = base.segments.map((segment) => {
    if (segment.encoding?.codec !== CODEC_NAME) return segment;
    const tokens = Math.max(leastTokens, resolveBudget(keep, { tokens: segment.length, bytesPerToken: 1 }));
    if (tokens >= segment.length) return segment;
    const selector = { kind: "top-blocks" as const, by, keep: { tokens }, blockTokens, always, per: "kv-head" as const };
    return { ...segment, selector };
  });
  return { ...base, segments };
}

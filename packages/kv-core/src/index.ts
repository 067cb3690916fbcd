/**
 * The contract of a programmable KV cache: plans, pages, prefixes, policies, backends, errors.
 * @module
 */
export type { LayerIndex, PageId, SequenceId } from "./ids.ts";
export { kvBytesPerTokenAndHead, type KvDtype } from "./model/kv-dtype.ts";
export { kvBytesPerToken, type KvLayerSpec, type ModelShape } from "./model/model-shape.ts";

export type { Budget, Selector } from "./plan/selector.ts";
export type { EncodedPiece, Segment, SegmentEncoding, SegmentRole } from "./plan/segment.ts";
export type { RunPlace, SharedRun } from "./plan/shared-run.ts";
export type { ReadPlan, SequenceRows, StepPlan } from "./plan/read-plan.ts";
export type { PageFormat, RecodePages, RetentionAction, RetentionPlan } from "./plan/retention-plan.ts";
export type { CachedContext, PlacedContext, PlacementPlan, RecomputeSpan } from "./plan/placement-plan.ts";

export type { Tensor, TensorDtype } from "./backend/tensor.ts";
export type { Matrix, MatrixRows, MatrixSource } from "./backend/matrix.ts";
export type { DenseKv } from "./backend/dense-kv.ts";
export {
  type BytesAt,
  DIRECTORY_HEADER_BYTES,
  DIRECTORY_ITEM_BYTES,
  DIRECTORY_MAGIC,
  directoryBytes,
  ENCODED_ALIGNMENT,
  type EncodedDirectory,
  type EncodedItem,
  type TokenSource,
} from "./backend/encoded-pages.ts";
export type { KvStore, KvStoreSpec } from "./backend/kv-store.ts";
export type {
  AttentionCall,
  AttentionState,
  BackendCapabilities,
  BackendFactory,
  BackendOptions,
  KernelBackend,
  PlannedStep,
} from "./backend/kernel-backend.ts";

export type {
  BoundPolicy,
  KvPolicy,
  MemoryView,
  Phase,
  PolicyCapabilities,
  PolicyEnvironment,
  SequenceView,
  Signal,
  StepView,
} from "./policy/kv-policy.ts";
export type { AttentionWork, CalibrationBench } from "./policy/calibration.ts";
export type { ContextSummary, LayerSummaryRequest, SummaryRequest } from "./policy/context-summary.ts";
export { defineKvPolicy, type PolicyFactory } from "./policy/define-kv-policy.ts";
export type { CodecSettings, CodecShape, EncodedKv, EncodedTokens } from "./codec/encoded-kv.ts";
export type { BlockRead, BlockScoring, CodecAttention, KvCodec } from "./codec/kv-codec.ts";
export { CodecDataError } from "./codec/codec-data-error.ts";
export { createCodecRegistry, type CodecLoaders, type CodecRegistry } from "./codec/codec-registry.ts";

export { KvError, type KvErrorCode } from "./errors/kv-error.ts";
export { BackendUnavailableError, type BackendProbe } from "./errors/backend-unavailable-error.ts";
export { ConfigError } from "./errors/config-error.ts";
export { DisposedError } from "./errors/disposed-error.ts";
export { IncompatiblePolicyError } from "./errors/incompatible-policy-error.ts";
export { InvariantError } from "./errors/invariant-error.ts";
export { KernelFailedError } from "./errors/kernel-failed-error.ts";
export { NoSuchPolicyError } from "./errors/no-such-policy-error.ts";
export { OutOfPagesError } from "./errors/out-of-pages-error.ts";
export { PolicyContractError } from "./errors/policy-contract-error.ts";
export { StaleHandleError } from "./errors/stale-handle-error.ts";

export { resolveBudget, type BudgetScope } from "./plan/budget.ts";
export type { PlanSource } from "./plan/plan-check.ts";
export { cutSegment } from "./plan/cut-segment.ts";
export { partCount, piecePages } from "./plan/segment-parts.ts";
export { storedPosition, validateSegment, type SegmentRules } from "./plan/validate-segment.ts";
export { validateNarrowing, validateReadPlan, validateStepPlan, type ReadPlanRules } from "./plan/validate-read-plan.ts";
export { validateRetentionPlan, type RetentionRules } from "./plan/validate-retention-plan.ts";
export { validatePlacementPlan, type PlacementRules } from "./plan/validate-placement-plan.ts";

export { PagePool, type PageCounts, type PageHolder, type Reservation } from "./cache/page-pool.ts";
export { PrefixIndex, type PrefixCursor, type PrefixIndexOptions, type PrefixMatch, type PrefixRoot } from "./cache/prefix-index.ts";
export type { PrefixRootKey, PrefixScope } from "./cache/page-hash.ts";
export type { AttachedPages, PageCopy, PinnedPages, RetentionResult, SlotReservation } from "./cache/cache-results.ts";
export { SequenceCache, type PlacedPiece, type SequenceCacheOptions } from "./cache/sequence-cache.ts";
export type { CachePiece, CodedPiece, FilledPage, PagePiece, StatePlace } from "./cache/page-piece.ts";
export { RecodeQueue } from "./recode/recode-queue.ts";
export type { RecodeTarget } from "./recode/recode-job.ts";
export { moveTokens, type TokenMove } from "./cache/move-tokens.ts";
export { findSharedRuns, type SequenceReads } from "./plan/find-shared-runs.ts";
export { shareReads } from "./plan/share-reads.ts";
export { withoutPages } from "./plan/without-pages.ts";

export { createRegistry, type Loader, type Registry, type RegistryOptions } from "./registry/create-registry.ts";
export { SPEC_VERSION, specVersionMismatch } from "./registry/spec-version.ts";
export { createBackendRegistry, type BackendLoaders, type BackendRegistry } from "./backend/backend-registry.ts";
export { createPolicyRegistry, type PolicyLoaders, type PolicyOptionsOf, type PolicyRegistry } from "./policy/policy-registry.ts";
export { composePolicies } from "./policy/compose-policies.ts";
export { fullPolicy } from "./policy/full-policy.ts";
export { assertPolicyFits } from "./policy/policy-fit.ts";

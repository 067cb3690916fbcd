export { blockRecall, type BlockSelection, type TokenRange } from "./agreement/block-recall.ts";
export { klDivergence, mostLikely } from "./agreement/divergence.ts";
export { runAgreement, type AgreementOptions, type AgreementRun, type AgreementSample } from "./agreement/run-agreement.ts";
export { summarizeAgreement, type AgreementSummary, type AgreementTaskSummary } from "./agreement/summarize-agreement.ts";
export type { CountTokens, EvidenceSpan, Exercise, ExerciseRequest, Metric, Question, Task } from "./exercise.ts";
export {
  MULTIDOC_ARMS,
  maskedAnswerer,
  type MaskedAnswererOptions,
  type MultidocArm,
  openMaskedAnswerer,
  type OpenMaskedAnswerer,
  runMultidocArms,
} from "./masked/index.ts";
export {
  createMultidocTasks,
  type Fact as MultidocFact,
  type FactPlace as MultidocFactPlace,
  generateMultidoc,
  type MultidocExercise,
  type MultidocOptions,
  multidocParts,
  type Query as MultidocQuery,
  type Solution as MultidocSolution,
  solve as solveMultidoc,
  type Stratum as MultidocStratum,
  stratumNames as multidocStrata,
  type Term as MultidocTerm,
  type World as MultidocWorld,
} from "./multidoc/index.ts";
export { evidenceRanges, type EvidencePlaces } from "./prompt/evidence-ranges.ts";
export { PromptText, titleTokens, type Overhead, type PromptTokens, type TokenCounter } from "./prompt/prompt-text.ts";
export { renderMessage, type RenderedMessage } from "./prompt/render-message.ts";
export type { ServerAddress } from "./remote/api-client.ts";
export { serverAnswerer, type ServerAnswererOptions } from "./remote/server-answerer.ts";
export { ServerRequestError } from "./remote/server-request-error.ts";
export { openServerTokenizer, type ServerTokenizer } from "./remote/server-tokenizer.ts";
export { createRandom, type Random } from "./random.ts";
export {
  createNiahVariants,
  createRulerTasks,
  createVariableTrackingTask,
  type RulerOptions,
  type VariableTrackingShape,
} from "./ruler/index.ts";
export { normalizeAnswer, score } from "./scoring/index.ts";
export { renderPlot, type PlotOptions, type PlotRow } from "./report/plot.ts";
export { summarize, type SuiteSummary, type TaskSummary } from "./report/summarize.ts";
export type { Answer, Answerer, AnswerRequest, AnswerUsage } from "./run/answerer.ts";
export { chooseTasks } from "./run/choose-tasks.ts";
export { engineAnswerer, type EngineAnswererOptions } from "./run/engine-answerer.ts";
export { runSuite, type SampleResult, type ScoredAnswer, type SuiteOptions, type SuiteRun } from "./run/run-suite.ts";
export { planSamples, sampleSeed, type LeftOutTask, type PlannedSample, type SamplePlan } from "./run/sample-plan.ts";
export { createSuiteTasks, type SuiteName } from "./run/suites.ts";
export { bootstrapMean, differences, type BootstrapOptions, type Interval } from "./statistics/bootstrap.ts";
export { mean, standardError } from "./statistics/moments.ts";

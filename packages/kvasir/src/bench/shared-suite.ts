import type { Engine } from "@kvasir/model-runtime";
import { UsageError } from "../cli/usage-error.ts";
import type { BenchOptions } from "./bench-options.ts";
import type { BenchSuite } from "./bench-suite.ts";
import { renderShared } from "./render-shared.ts";
import { runSharedCases, type SharedCases } from "./run-shared-cases.ts";
import { groupsOfReaders, nestedContexts, oneContext, type SharedWorkload } from "./shared-workload.ts";

/** Many requests at once over contexts that they share, under several presets in the same rounds. */
export const sharedSuite: BenchSuite = {
  async run(engine, policy, options, onRun) {
    const { repeat, seed, questionTokens, decodeTokens = 64 } = options;
    const presets = [...new Set([options.baseline, policy, ...options.compare])];
    checkPresets(presets, engine);
    const cases: SharedCases = { workloads: workloadsOf(engine, options), presets, questionTokens, decodeTokens, repeat, seed };
    checkLengths(cases, engine);
    const results = await runSharedCases(engine, cases, onRun);
    const report = { suite: "shared", seed, repeat, presets, contextTokens: options.contextTokens, questionTokens, decodeTokens, results };
    return { table: renderShared(results, cases), report };
  },
};

/** The requests of every case; all tokens come from the seed. */
function workloadsOf({ info: { vocabularySize } }: Engine, options: BenchOptions): SharedWorkload[] {
  const { readers, contextTokens, groups, nested, seed } = options;
  const source = { vocabularySize, seed };
  return [
    ...readers.map((count) => oneContext(count, contextTokens, source)),
    ...(groups === undefined ? [] : [groupsOfReaders(groups, contextTokens, source)]),
    ...(nested === undefined ? [] : [nestedContexts(nested, contextTokens, source)]),
  ];
}

function checkPresets(presets: readonly string[], { info: { policies } }: Engine): void {
  const unknown = presets.find((preset) => !policies.includes(preset));
  if (unknown === undefined) return;
  throw new UsageError(`There is no policy preset "${unknown}". Registered: ${policies.join(", ")}.`);
}

function checkLengths({ workloads, questionTokens, decodeTokens }: SharedCases, { info: { maxModelLength } }: Engine): void {
  const shared = Math.max(...workloads.flatMap(({ beginnings }) => beginnings.map((beginning) => beginning.length)));
  const longest = shared + questionTokens + decodeTokens;
  if (longest <= maxModelLength) return;
  throw new UsageError(
    `The longest request takes ${longest} tokens but the model's limit is ${maxModelLength}. Give fewer --context-tokens, --question-tokens or --decode-tokens.`,
  );
}

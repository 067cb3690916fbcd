import { renderPlot, runSuite, summarize } from "@kvasir/kv-eval";
import { renderScores } from "./render-scores.ts";
import { collectLeftOut, renderLeftOut } from "./left-out.ts";
import type { EvalSetting, SuiteOutcome } from "./suite-runner.ts";
import { resultHead, writeResults } from "./write-results.ts";

/** Asks the questions of a suite and scores the answers. */
export async function runScoreSuite(
  setting: EvalSetting,
  signal: AbortSignal,
  onProgress: (done: number, total: number, label: string) => void,
): Promise<SuiteOutcome> {
  const { options, tasks, target, baseline } = setting;
  const { samples, length, seed } = options;
  const leftOut = collectLeftOut(options);
  const run = await runSuite({
    tasks,
    samples,
    length,
    seed,
    ...target.counter,
    policy: target.policy,
    answerer: target.answerer,
    concurrency: options.concurrency ?? target.concurrency,
    signal,
    ...leftOut.listener,
    onAnswer: onProgress,
    ...(baseline === undefined ? {} : { baseline }),
  });
  const summary = summarize(run.samples, seed);
  const notes = run.error === undefined && run.isComplete ? renderLeftOut(leftOut, options, run.samples.length === 0) : "";
  const head = resultHead(setting, run.isComplete);
  const title = `${options.suite}, ${length} tokens, ${samples} samples per task, seed ${seed}`;
  return {
    table: run.samples.length === 0 ? "No sample is complete." : `${renderScores(summary, target.policy)}${notes}`,
    isComplete: run.isComplete,
    ...(run.error === undefined ? {} : { error: run.error }),
    write: () =>
      writeResults(options, {
        json: () => ({ ...head, leftOut: leftOut.tasks, summary, samples: run.samples }),
        plot: () =>
          renderPlot(
            [...summary.tasks, summary.mean].map(({ task, score, fullScore }) => ({
              label: task,
              value: score,
              ...(fullScore === undefined ? {} : { baseline: fullScore }),
            })),
            { title, series: baseline === undefined ? [target.policy] : [target.policy, baseline] },
          ),
      }),
  };
}

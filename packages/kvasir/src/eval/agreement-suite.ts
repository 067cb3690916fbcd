import { InvariantError } from "@kvasir/kv-core";
import { renderPlot, runAgreement, summarizeAgreement } from "@kvasir/kv-eval";
import { UsageError } from "../cli/usage-error.ts";
import { FULL_PRESET } from "../engine/engine-settings.ts";
import { renderAgreement } from "./render-agreement.ts";
import { collectLeftOut, renderLeftOut } from "./left-out.ts";
import type { EvalSetting, SuiteOutcome } from "./suite-runner.ts";
import { resultHead, writeResults } from "./write-results.ts";

/** Forces the full cache's answers upon the policy and compares what it would have said at every step. */
export async function runAgreementSuite(
  setting: EvalSetting,
  signal: AbortSignal,
  onProgress: (done: number, total: number, label: string) => void,
): Promise<SuiteOutcome> {
  const { options, tasks, target } = setting;
  const { samples, length, seed } = options;
  if (target.local === undefined) {
    throw new InvariantError({ invariant: "the agreement suite runs in process" });
  }
  if ((options.concurrency ?? 1) > 1) {
    throw new UsageError(
      "The agreement suite runs one request at a time, so that both passes take the same steps. Leave out --concurrency.",
    );
  }
  const leftOut = collectLeftOut(options);
  const run = await runAgreement({
    ...target.local,
    tasks,
    samples,
    length,
    seed,
    policy: target.policy,
    baseline: FULL_PRESET,
    signal,
    ...leftOut.listener,
    onSample: onProgress,
  });
  const summary = summarizeAgreement(run.samples, seed);
  const notes = run.error === undefined && run.isComplete ? renderLeftOut(leftOut, options, run.samples.length === 0) : "";
  const head = { ...resultHead(setting, run.isComplete), baseline: FULL_PRESET };
  const title = `agreement of ${target.policy} with ${FULL_PRESET}, ${length} tokens, ${samples} samples per task, seed ${seed}`;
  return {
    table: run.samples.length === 0 ? "No sample is complete." : `${renderAgreement(summary)}${notes}`,
    isComplete: run.isComplete,
    ...(run.error === undefined ? {} : { error: run.error }),
    write: () =>
      writeResults(options, {
        json: () => ({ ...head, leftOut: leftOut.tasks, summary, samples: run.samples }),
        plot: () =>
          renderPlot(
            [...summary.tasks, summary.mean].map(({ task, topOne }) => ({ label: task, value: topOne })),
            { title, series: ["steps with the same most likely token, %"] },
          ),
      }),
  };
}

import type { SuiteSummary, TaskSummary } from "@kvasir/kv-eval";
import { renderTable } from "../text/table.ts";
import { bytes, range, ratio, right, signed } from "./cells.ts";

/** A line per task and one for their mean. Beside a policy's scores stand those of the full cache on the same prompts. */
export function renderScores(summary: SuiteSummary, policy: string): string {
  const isPaired = summary.mean.difference !== undefined;
  const middle = isPaired ? ["full", "difference"] : [];
  const figures = ["samples", policy, ...middle, "95 % interval", "kept", "KV", "s/answer"].map(right);
  return renderTable([{ title: "task" }, ...figures], [...summary.tasks, summary.mean].map(renderRow));
}

function renderRow(row: TaskSummary): string[] {
  const { task, samples, score, fullScore, difference, keptRatio, kvBytes, seconds } = row;
  const scores =
    difference === undefined || fullScore === undefined
      ? [score.mean.toFixed(1), range(score, (value) => value.toFixed(1))]
      : [score.mean.toFixed(1), fullScore.mean.toFixed(1), signed(difference.mean), range(difference, signed)];
  return [task, String(samples), ...scores, ratio(keptRatio), bytes(kvBytes), seconds.toFixed(2)];
}

import type { Interval, SuiteSummary, TaskSummary } from "@kvasir/kv-eval";
import { formatBytes } from "../text/bytes.ts";
import { renderTable, type Column } from "../text/table.ts";

const right = (title: string): Column => ({ title, align: "right" });

/** A line per task and one for their mean. Beside a policy's scores stand those of the full cache on the same prompts. */
export function renderScores(summary: SuiteSummary, policy: string): string {
  const isPaired = summary.mean.difference !== undefined;
  const middle = isPaired
    ? [right(policy), right("full"), right("difference"), right("95 % interval")]
    : [right(policy), right("95 % interval")];
  const columns = [{ title: "task" }, right("samples"), ...middle, right("kept"), right("KV"), right("s/answer")];
  return renderTable(columns, [...summary.tasks, summary.mean].map(renderRow));
}

function renderRow(row: TaskSummary): string[] {
  const { task, samples, score, fullScore, difference, keptRatio, kvBytes, seconds } = row;
  const scores =
    difference === undefined || fullScore === undefined
      ? [score.mean.toFixed(1), range(score, (value) => value.toFixed(1))]
      : [score.mean.toFixed(1), fullScore.mean.toFixed(1), signed(difference.mean), range(difference, signed)];
  return [
    task,
    String(samples),
    ...scores,
    keptRatio === undefined ? "" : `${(100 * keptRatio).toFixed(keptRatio < 0.1 ? 1 : 0)} %`,
    kvBytes === undefined ? "" : formatBytes(kvBytes),
    seconds.toFixed(2),
  ];
}

function range({ low, high }: Interval, format: (value: number) => string): string {
  return `${format(low)} to ${format(high)}`;
}

function signed(value: number): string {
  const text = value.toFixed(1);
  return value > 0 && text !== "0.0" ? `+${text}` : text.replace(/^-0\.0$/, "0.0");
}

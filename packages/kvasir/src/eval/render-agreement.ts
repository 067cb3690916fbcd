import type { AgreementSummary, AgreementTaskSummary } from "@kvasir/kv-eval";
import { renderTable } from "../text/table.ts";
import { bytes, range, ratio, right } from "./cells.ts";

/** A line per task and one for their mean: agreement on the most likely token, and the divergence of all probabilities. */
export function renderAgreement(summary: AgreementSummary): string {
  const columns = [
    { title: "task" },
    right("samples"),
    right("steps"),
    right("top-1 %"),
    right("95 % interval"),
    right("mean KL (nats)"),
    right("95 % interval"),
    right("kept"),
    right("KV"),
    right("s/sample"),
  ];
  return renderTable(columns, [...summary.tasks, summary.mean].map(renderRow));
}

function renderRow(row: AgreementTaskSummary): string[] {
  const { task, samples, steps, topOne, divergence, keptRatio, kvBytes, seconds } = row;
  return [
    task,
    String(samples),
    String(steps),
    topOne.mean.toFixed(1),
    range(topOne, (value) => value.toFixed(1)),
    nats(divergence.mean),
    range(divergence, nats),
    ratio(keptRatio),
    bytes(kvBytes),
    seconds.toFixed(2),
  ];
}

/** Small divergences matter: 0 only where it is exactly that. */
function nats(value: number): string {
  return value === 0 ? "0" : value < 0.001 ? value.toExponential(1) : value.toFixed(3);
}

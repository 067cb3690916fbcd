import type { TaskSummary } from "@kvasir/kv-eval";
import { expect, it } from "vitest";
import { renderAgreement } from "./render-agreement.ts";
import { renderScores } from "./render-scores.ts";

const interval = (mean: number, low: number, high: number): { mean: number; low: number; high: number } => ({ mean, low, high });
const row: TaskSummary = {
  task: "vt",
  samples: 4,
  score: interval(50, 25, 75),
  promptTokens: 1000,
  completionTokens: 10,
  seconds: 0.25,
};

it("shows a score with its interval where there is nothing to compare with", () => {
  expect(renderScores({ tasks: [row], mean: { ...row, task: "mean" } }, "full").split("\n")).toEqual([
    "task  samples  full  95 % interval  kept  KV  s/answer",
    "────  ───────  ────  ─────────────  ────  ──  ────────",
    "vt          4  50.0   25.0 to 75.0                0.25",
    "mean        4  50.0   25.0 to 75.0                0.25",
  ]);
});

it("shows the full cache beside a policy, and the interval of the difference", () => {
  const paired = { ...row, fullScore: interval(100, 100, 100), difference: interval(-50, -75, 0.04), keptRatio: 0.0625, kvBytes: 2 ** 20 };
  const [titles, , line] = renderScores({ tasks: [paired], mean: paired }, "streaming").split("\n");
  expect(titles).toBe("task  samples  streaming   full  difference  95 % interval   kept        KV  s/answer");
  expect(line).toBe("vt          4       50.0  100.0       -50.0   -75.0 to 0.0  6.3 %  1.00 MiB      0.25");
});

it("tells no divergence from a small one", () => {
  const agreement = { task: "vt", samples: 1, steps: 7, topOne: interval(100, 100, 100), keptRatio: 1, kvBytes: 16, seconds: 1 };
  const table = (divergence: number): string => {
    const summary = { ...agreement, divergence: interval(divergence, divergence, divergence) };
    return renderAgreement({ tasks: [summary], mean: summary });
  };
  expect(table(0)).toMatch(/100\.0 to 100\.0 +0 +0 to 0 +100 %/);
  expect(table(2e-7)).toContain("2.0e-7");
  expect(table(0.5)).toContain("0.500");
});

import type { Engine } from "@kvasir/model-runtime";
import { UsageError } from "../cli/usage-error.ts";
import { renderTable } from "../text/table.ts";
import type { BenchSuite } from "./bench-suite.ts";
import { runCases, type BenchCases, type BenchResult } from "./run-cases.ts";

/** Prefill and decode of one request at a time. */
export const speedSuite: BenchSuite = {
  async run(engine, _policy, { prefill, decodeAt, repeat, decodeTokens = 32 }, onRun) {
    const cases: BenchCases = { prefill, decodeAt, repeat, decodeTokens };
    checkLengths(engine, cases);
    const results = await runCases(engine, cases, onRun);
    return { table: renderResults(results), report: { repeat, decodeTokens, results } };
  },
};

function checkLengths({ info: { maxModelLength } }: Engine, cases: BenchCases): void {
  const longest = Math.max(...cases.prefill.map((tokens) => tokens + 1), ...cases.decodeAt.map((tokens) => tokens + cases.decodeTokens));
  if (longest <= maxModelLength) return;
  throw new UsageError(
    `The longest case takes ${longest} tokens but the model's limit is ${maxModelLength}. Give shorter --prefill and --decode-at.`,
  );
}

function renderResults(results: readonly BenchResult[]): string {
  const columns = [
    { title: "measure" },
    { title: "tokens", align: "right" as const },
    { title: "t/s", align: "right" as const },
    { title: "spread", align: "right" as const },
    { title: "first token", align: "right" as const },
  ];
  const rows = results.map(({ measure, tokens, tokensPerSecond, tokensPerSecondRuns, timeToFirstTokenMs }) => {
    const spread = (Math.max(...tokensPerSecondRuns) - Math.min(...tokensPerSecondRuns)) / tokensPerSecond;
    const name = measure === "prefill" ? "prefill" : "decode at";
    const first = timeToFirstTokenMs === undefined ? "" : `${timeToFirstTokenMs.toFixed(0)} ms`;
    return [name, String(tokens), tokensPerSecond.toFixed(tokensPerSecond < 100 ? 1 : 0), `${(100 * spread).toFixed(0)} %`, first];
  });
  return renderTable(columns, rows);
}

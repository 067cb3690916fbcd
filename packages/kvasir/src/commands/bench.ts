import { writeFile } from "node:fs/promises";
import { provenance } from "../provenance/provenance.ts";
import { runCases, type BenchCases, type BenchResult } from "../bench/run-cases.ts";
import { UsageError } from "../cli/usage-error.ts";
import { createEngine } from "../engine/create-engine.ts";
import { resolveSettings, type EngineFlags } from "../engine/engine-settings.ts";
import { fetchModel } from "../engine/fetch-model.ts";
import { formatBytes } from "../text/bytes.ts";
import { describeEngine } from "../text/describe-engine.ts";
import { showProgress } from "../text/progress.ts";
import { renderTable } from "../text/table.ts";

export interface BenchOptions extends BenchCases {
  /** File to write the result to. */
  readonly json?: string;
}

/** `kvasir bench`: speed of prefill and decode, time to first token and peak memory. */
export async function bench(flags: EngineFlags, options: BenchOptions): Promise<void> {
  const settings = await resolveSettings(flags);
  const modelPath = await fetchModel(settings.model);
  const progress = showProgress();
  // In this thread: no message between the engine and the clock.
  const engine = await createEngine(settings, modelPath, progress.update);
  progress.stop();
  try {
    checkLengths(options, engine.info.maxModelLength);
    console.log(`${describeEngine(engine.info, settings.configPath)}\n`);
    const results = await runCases(engine, options, (done, total) => progress.update("measuring", done, total));
    progress.stop();
    const peakRssBytes = process.resourceUsage().maxRSS * 1024;
    console.log(`${renderResults(results)}\n\npeak memory of the process: ${formatBytes(peakRssBytes)}`);
    if (options.json !== undefined) {
      const { repeat, decodeTokens } = options;
      const report = {
        ...provenance(),
        command: process.argv.slice(2).join(" "),
        engine: engine.info,
        threads: settings.threads ?? null,
        repeat,
        decodeTokens,
        results,
        peakRssBytes,
      };
      await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
      console.log(`written: ${options.json}`);
    }
  } finally {
    progress.stop();
    await engine.close({ drain: false });
  }
}

function checkLengths(cases: BenchCases, maxModelLength: number): void {
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

import { writeFile } from "node:fs/promises";
import type { BenchOptions } from "../bench/bench-options.ts";
import type { BenchSuite } from "../bench/bench-suite.ts";
import { sharedSuite } from "../bench/shared-suite.ts";
import { speedSuite } from "../bench/speed-suite.ts";
import { createEngine } from "../engine/create-engine.ts";
import { resolveSettings, type EngineFlags } from "../engine/engine-settings.ts";
import { fetchModel } from "../engine/fetch-model.ts";
import { provenance } from "../provenance/provenance.ts";
import { formatBytes } from "../text/bytes.ts";
import { describeEngine } from "../text/describe-engine.ts";
import { showProgress } from "../text/progress.ts";

const SUITES: Readonly<Record<BenchOptions["suite"], BenchSuite>> = { speed: speedSuite, shared: sharedSuite };

/** `kvasir bench`: speed and memory, of one request at a time or of many that share contexts. */
export async function bench(flags: EngineFlags, options: BenchOptions): Promise<void> {
  const settings = await resolveSettings(flags);
  const modelPath = await fetchModel(settings.model);
  const progress = showProgress();
  // In this thread: no message between the engine and the clock.
  const engine = await createEngine(settings, modelPath, progress.update);
  progress.stop();
  try {
    console.log(`${describeEngine(engine.info, settings.configPath)}\n`);
    const { table, report } = await SUITES[options.suite].run(engine, settings.policy, options, (done, total) =>
      progress.update("measuring", done, total),
    );
    progress.stop();
    const peakRssBytes = process.resourceUsage().maxRSS * 1024;
    console.log(`${table}\n\npeak memory of the process: ${formatBytes(peakRssBytes)}`);
    if (options.json === undefined) return;
    const command = process.argv.slice(2).join(" ");
    const written = { ...provenance(), command, engine: engine.info, threads: settings.threads ?? null, ...report, peakRssBytes };
    await writeFile(options.json, `${JSON.stringify(written, null, 2)}\n`);
    console.log(`written: ${options.json}`);
  } finally {
    progress.stop();
    await engine.close({ drain: false });
  }
}

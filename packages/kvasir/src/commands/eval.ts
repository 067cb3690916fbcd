import { chooseTasks, createSuiteTasks } from "@kvasir/kv-eval";
import { engineTarget } from "../eval/engine-target.ts";
import type { EvalOptions } from "../eval/eval-options.ts";
import { evalSuites } from "../eval/eval-suites.ts";
import type { EvalTarget } from "../eval/eval-target.ts";
import { maskedTarget } from "../eval/masked-target.ts";
import { serverTarget } from "../eval/server-target.ts";
import { FULL_PRESET, type EngineFlags } from "../engine/engine-settings.ts";
import { renderFields } from "../text/table.ts";
import { formatDuration, showProgressBar } from "../text/progress-bar.ts";

/** `kvasir eval`: answers under a policy, scored beside those of the full cache. */
export async function evaluate(flags: EngineFlags, options: EvalOptions): Promise<void> {
  const tasks = chooseTasks(createSuiteTasks(options.suite), options.tasks);
  const suite = evalSuites[options.suite];
  const target = await openTarget(flags, options);
  const interrupt = listenForInterrupt();
  const bar = showProgressBar();
  const startMs = performance.now();
  try {
    const baseline = target.policy === FULL_PRESET ? undefined : FULL_PRESET;
    console.log(
      `${renderFields([
        [
          "suite",
          `${options.suite}: ${tasks.length === 1 ? "1 task" : `${tasks.length} tasks`}, ${options.samples} samples each, ${options.length} tokens`,
        ],
        ["seed", String(options.seed)],
        ["policy", baseline === undefined ? target.policy : `${target.policy}, beside ${baseline} on the same prompts`],
        ...target.description,
      ])}\n`,
    );
    const setting = { options, tasks, target, ...(baseline === undefined ? {} : { baseline }) };
    const result = await suite(setting, interrupt.signal, bar.update);
    bar.stop();
    const elapsed = formatDuration((performance.now() - startMs) / 1000);
    console.log(`${result.table}\n\n${result.isComplete ? "" : "INCOMPLETE: ended early. "}${elapsed} in all`);
    for (const path of await result.write()) console.log(`written: ${path}`);
    if (result.error !== undefined) throw result.error;
    if (!result.isComplete) process.exitCode = EXIT_INTERRUPTED;
  } finally {
    bar.stop();
    interrupt.dispose();
    await target.close();
  }
}

function openTarget(flags: EngineFlags, options: EvalOptions): Promise<EvalTarget> {
  if (options.mask !== undefined) return maskedTarget(options.mask, flags, options);
  return options.url === undefined ? engineTarget(flags, options) : serverTarget(options.url, flags, options);
}

/** What shells use for a process that SIGINT ended. */
const EXIT_INTERRUPTED = 130;

/** The first Ctrl-C ends the run with what is complete, the second ends the process. */
function listenForInterrupt(): { readonly signal: AbortSignal; dispose(): void } {
  const abort = new AbortController();
  const onSignal = (): void => {
    if (abort.signal.aborted) process.exit(EXIT_INTERRUPTED);
    abort.abort();
  };
  process.on("SIGINT", onSignal);
  return { signal: abort.signal, dispose: () => void process.off("SIGINT", onSignal) };
}

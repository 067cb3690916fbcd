import { formatBytes } from "../text/bytes.ts";
import { renderTable, type Column } from "../text/table.ts";
import type { SharedCases, SharedResult } from "./run-shared-cases.ts";

const COLUMNS: readonly Column[] = [
  { title: "requests and what they share" },
  { title: "preset" },
  { title: "decode t/s", align: "right" },
  { title: "spread", align: "right" },
  { title: "ratio", align: "right" },
  { title: "CPU ms/token", align: "right" },
  { title: "with questions t/s", align: "right" },
  { title: "KV held", align: "right" },
  { title: "KV unshared", align: "right" },
  { title: "same tokens", align: "right" },
];

/** The table of `kvasir bench --suite shared`, and below it what its figures mean. */
export function renderShared(results: readonly SharedResult[], { presets, repeat, questionTokens, decodeTokens }: SharedCases): string {
  const rows = results.map((result) => {
    const { decodeTokensPerSecond: speed, decodeTokensPerSecondRuns: runs, preset } = result;
    const isFirst = preset === presets[0];
    return [
      isFirst ? result.workload : "",
      preset,
      formatSpeed(speed),
      `${((100 * (Math.max(...runs) - Math.min(...runs))) / speed).toFixed(0)} %`,
      isFirst ? "" : `${result.ratio.toFixed(2)}x`,
      result.decodeCpuMsPerToken.toFixed(2),
      formatSpeed(result.totalTokensPerSecond),
      formatBytes(result.kvBytes),
      formatBytes(result.unsharedKvBytes),
      isFirst ? "" : `${result.equalOutputs}/${result.outputs}`,
    ];
  });
  const cold = results.filter(({ warmShare }) => warmShare < 1).map(({ workload, preset }) => `${preset} on ${workload}`);
  return [
    renderTable(COLUMNS, rows),
    "",
    `Medians of ${repeat} rounds in which the presets take turns on the same prompts; ratio: median of each round's, to ${presets[0]}.`,
    "What is shared is in the cache before the clock starts.",
    `decode: tokens of all requests per second while every request decodes, from the last one's first token to the first one's last;`,
    `with questions: all ${decodeTokens} tokens of all requests, from sending them on, with the prefill of ${questionTokens} tokens of their own each.`,
    "KV held: pages of running requests, shared ones counted once; KV unshared: what the same requests take alone.",
    ...(cold.length === 0 ? [] : [`NOT WARM, some of the context was computed during the run (raise --memory?): ${cold.join("; ")}.`]),
  ].join("\n");
}

function formatSpeed(speed: number): string {
  return speed.toFixed(speed < 100 ? 1 : 0);
}

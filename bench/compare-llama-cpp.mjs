// Speed of Kvasir against llama.cpp's best setting, in the same run: rounds of all cases, interleaved, medians, ratios.
//
//   npm run build
//   node bench/compare-llama-cpp.mjs --llama-bench PATH/llama-bench --model a.gguf --model b.gguf --threads 2
//
// llama.cpp's best setting differs by case (flash attention helps prefill and hurts decoding at depth), so every setting is measured and
// Kvasir is compared with the fastest one of each case. `--node-llama-cpp DIR` adds node-llama-cpp, installed in DIR/node_modules.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";

const execute = promisify(execFile);
const root = fileURLToPath(new URL("../", import.meta.url));
const { values: flags } = parseArgs({
  options: {
    "llama-bench": { type: "string", default: process.env.LLAMA_BENCH },
    "node-llama-cpp": { type: "string", default: process.env.NODE_LLAMA_CPP },
    model: { type: "string", multiple: true, default: process.env.MODELS?.split(",") ?? [] },
    threads: { type: "string", default: "2" },
    rounds: { type: "string", default: "3" },
    prefill: { type: "string", default: "512,4096" },
    "decode-at": { type: "string", default: "512,4096" },
    "decode-tokens": { type: "string", default: "32" },
    backends: { type: "string", default: "cpu-native,cpu-wasm" },
    "kv-dtype": { type: "string" },
    out: { type: "string" },
  },
});
if (flags["llama-bench"] === undefined || flags.model.length === 0) {
  console.error("Give --llama-bench PATH (or LLAMA_BENCH) and at least one --model FILE (or MODELS=a,b).");
  process.exit(2);
}

const prefill = flags.prefill.split(",").filter(Boolean).map(Number);
const decodeAt = flags["decode-at"].split(",").filter(Boolean).map(Number);
const settings = [
  { name: "flash attention, f16 KV", args: ["-fa", "1", "-ctk", "f16", "-ctv", "f16"] },
  { name: "no flash attention, f16 KV", args: ["-fa", "0", "-ctk", "f16", "-ctv", "f16"] },
  { name: "flash attention, q8_0 KV", args: ["-fa", "1", "-ctk", "q8_0", "-ctv", "q8_0"] },
];
const scratch = mkdtempSync(join(tmpdir(), "kvasir-compare-"));

/** One round of llama.cpp at one setting: `[{ measure, tokens, tokensPerSecond }]`. */
async function llamaBench(model, args) {
  const common = ["-m", model, "-t", flags.threads, "-r", "1", "-o", "json", ...args];
  const results = [];
  if (prefill.length > 0) results.push(...(await llamaRun([...common, "-p", prefill.join(), "-n", "0"])));
  if (decodeAt.length > 0) results.push(...(await llamaRun([...common, "-p", "0", "-n", flags["decode-tokens"], "-d", decodeAt.join()])));
  return results;
}

async function llamaRun(args) {
  const { stdout } = await execute(flags["llama-bench"], args, { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout).map((row) => ({
    measure: row.n_gen > 0 ? "decode" : "prefill",
    tokens: row.n_gen > 0 ? row.n_depth : row.n_prompt,
    tokensPerSecond: row.avg_ts,
    build: `${row.build_commit} (${row.build_number})`,
  }));
}

/** One round of Kvasir on one backend. */
async function kvasirBench(model, backend) {
  const json = join(scratch, "kvasir.json");
  const args = ["bench", "--model", model, "--backend", backend, "--threads", flags.threads, "--repeat", "1", "--json", json];
  const cases = ["--prefill", prefill.join(), "--decode-at", decodeAt.join(), "--decode-tokens", flags["decode-tokens"]];
  const dtype = flags["kv-dtype"] === undefined ? [] : ["--kv-dtype", flags["kv-dtype"]];
  await execute(process.execPath, [join(root, "packages/kvasir/bin/kvasir.js"), ...args, ...cases, ...dtype], {
    cwd: root,
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(readFileSync(json, "utf8"));
}

/** One round of node-llama-cpp, in a process of its own. */
async function nodeLlamaCpp(model) {
  const script = join(root, "bench/node-llama-cpp-round.mjs");
  const cases = JSON.stringify({ prefill, decodeAt, decodeTokens: Number(flags["decode-tokens"]), threads: Number(flags.threads) });
  const { stdout } = await execute(process.execPath, [script, resolve(flags["node-llama-cpp"]), model, cases], { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Load average above which figures are not worth quoting: llama.cpp's spinning threads lose a hundredfold to a busy neighbour. */
const QUIET_LOAD = 1;
const models = [];
const loads = [];
let provenance = {};
let llamaBuild;
for (const path of flags.model) {
  const model = resolve(path);
  /** name of a runner → "measure tokens" → figures of all rounds */
  const figures = new Map();
  const add = (runner, rows) => {
    const own = figures.get(runner) ?? new Map();
    figures.set(runner, own);
    for (const { measure, tokens, tokensPerSecond } of rows) {
      const key = `${measure} ${tokens}`;
      own.set(key, [...(own.get(key) ?? []), tokensPerSecond]);
    }
  };
  const peaks = {};
  for (let round = 0; round < Number(flags.rounds); round++) {
    // Runs of this script raise the average themselves; what counts is what else runs when it starts.
    loads.push(loadavg()[0]);
    console.error(`${basename(model)}: round ${round + 1} of ${flags.rounds}, load ${loadavg()[0].toFixed(1)}`);
    for (const backend of flags.backends.split(",")) {
      const { results, peakRssBytes, ...rest } = await kvasirBench(model, backend);
      provenance = { date: rest.date, commit: rest.commit, versions: rest.versions, machine: rest.machine };
      peaks[backend] = Math.max(peaks[backend] ?? 0, peakRssBytes);
      add(`kvasir ${backend}`, results);
    }
    for (const { name, args } of settings) {
      const rows = await llamaBench(model, args);
      llamaBuild = rows[0]?.build ?? llamaBuild;
      add(`llama.cpp, ${name}`, rows);
    }
    if (flags["node-llama-cpp"] !== undefined) add("node-llama-cpp", await nodeLlamaCpp(model));
  }
  const cases = [...prefill.map((tokens) => `prefill ${tokens}`), ...decodeAt.map((tokens) => `decode ${tokens}`)].map((name) => {
    const medians = [...figures].flatMap(([runner, own]) =>
      own.has(name) ? [{ runner, tokensPerSecond: median(own.get(name)), runs: own.get(name) }] : [],
    );
    const peers = medians.filter(({ runner }) => !runner.startsWith("kvasir"));
    const best = peers.reduce((a, b) => (b.tokensPerSecond > a.tokensPerSecond ? b : a));
    const ratios = Object.fromEntries(
      medians
        .filter(({ runner }) => runner.startsWith("kvasir"))
        .map(({ runner, tokensPerSecond }) => [runner, tokensPerSecond / best.tokensPerSecond]),
    );
    return { case: name, best: best.runner, bestTokensPerSecond: best.tokensPerSecond, ratios, medians };
  });
  models.push({ model: basename(model), cases, peakRssBytes: peaks });
  console.log(`\n${basename(model)}, ${flags.threads} threads`);
  for (const { case: name, best, bestTokensPerSecond, ratios } of cases) {
    const own = Object.entries(ratios).map(
      ([runner, ratio]) => `${runner} ${(ratio * bestTokensPerSecond).toFixed(1)} t/s = ${ratio.toFixed(2)}x`,
    );
    console.log(`  ${name.padEnd(13)} ${best} ${bestTokensPerSecond.toFixed(1)} t/s   ${own.join("   ")}`);
  }
}
rmSync(scratch, { recursive: true });
const isQuiet = loads[0] <= QUIET_LOAD;
if (!isQuiet)
  console.log(
    `\nThe load average was ${loads[0].toFixed(1)} at the start: these figures are not worth quoting. Repeat on a quiet machine.`,
  );

const out = resolve(flags.out ?? join(root, "bench/results", `compare-llama-cpp-${new Date().toISOString().slice(0, 10)}.json`));
mkdirSync(dirname(out), { recursive: true });
const report = {
  ...provenance,
  cpu: cpus()[0]?.model,
  llamaCppBuild: llamaBuild,
  threads: Number(flags.threads),
  rounds: Number(flags.rounds),
  models,
};
writeFileSync(out, `${JSON.stringify(report, null, 2)}\n`);
console.log(`\nwritten: ${out}`);

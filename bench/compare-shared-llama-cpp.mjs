// Many requests on one context: Kvasir against llama.cpp, in the same run, rounds interleaved, medians.
//
//   npm run build
//   node bench/compare-shared-llama-cpp.mjs --llama-bin PATH/build/bin --model smollm2-135m-instruct-q8_0.gguf --threads 2
//
// In process: `kvasir bench --suite shared` against llama-batched-bench with the prompt stored once for all sequences (`-pps -kvu`).
// llama.cpp's best setting depends on machine and model, so all are measured in the first round and Kvasir is compared with the fastest as
// well as with the default; later rounds leave out settings that reached less than 0.7 of the best. llama-batched-bench neither samples nor
// computes questions; Kvasir does both.
//
// Over HTTP: `kvasir serve` against llama-server with one slot per request, each holding the context already. The client is the same.
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { kvasirBench, startKvasirServer } from "./support/kvasir.mjs";
import { batchedBench, BATCHED_SETTINGS, SERVER_SETTINGS, startLlamaServer } from "./support/llama-cpp.mjs";
import { provenance } from "./support/provenance.mjs";
import { runProgram } from "./support/run-program.mjs";
import { summarise } from "./support/statistics.mjs";

const { values: flags } = parseArgs({
  options: {
    "llama-bin": { type: "string", default: process.env.LLAMA_BIN },
    model: { type: "string", multiple: true, default: process.env.MODELS?.split(",") ?? [] },
    threads: { type: "string", default: "2" },
    rounds: { type: "string", default: "3" },
    readers: { type: "string", default: "32" },
    "context-tokens": { type: "string", default: "4096" },
    "question-tokens": { type: "string", default: "16" },
    "decode-tokens": { type: "string", default: "64" },
    policy: { type: "string", default: "shared" },
    baseline: { type: "string", default: "full" },
    "skip-batched": { type: "boolean", default: false },
    "http-rounds": { type: "string", default: "2" },
    out: { type: "string" },
  },
});
if (flags["llama-bin"] === undefined || flags.model.length === 0) {
  console.error("Give --llama-bin DIRECTORY (or LLAMA_BIN) and at least one --model FILE (or MODELS=a,b).");
  process.exit(2);
}
const bin = resolve(flags["llama-bin"]);
const { threads, policy, baseline } = flags;
const readers = flags.readers.split(",").map(Number);
const mostReaders = Math.max(...readers);
const contextTokens = Number(flags["context-tokens"]);
const questionTokens = Number(flags["question-tokens"]);
const decodeTokens = Number(flags["decode-tokens"]);
/** Settings slower than this share of the best one are measured once only. */
const WORTH_REPEATING = 0.7;
const where = provenance();

/** Figures of all contestants: name → case → runs. */
class Figures {
  #runs = new Map();

  add(name, key, value) {
    const own = this.#runs.get(name) ?? new Map();
    this.#runs.set(name, own);
    own.set(key, [...(own.get(key) ?? []), value]);
  }

  summary(name, key) {
    return summarise(this.#runs.get(name)?.get(key) ?? []);
  }

  /** The fastest of some contestants in one case. */
  best(names, key) {
    const found = names.filter((name) => this.#runs.get(name)?.has(key));
    return found.reduce((a, b) => (this.summary(b, key).median > this.summary(a, key).median ? b : a));
  }
}

/** Settings that are worth another round: the default, and those near the best. */
function worthRepeating(settings, speedOf) {
  const best = Math.max(...settings.map(speedOf));
  return settings.filter((setting) => setting.isDefault === true || speedOf(setting) >= WORTH_REPEATING * best);
}

async function compareBatched(model) {
  const figures = new Figures();
  const peakBytes = {};
  const kv = {};
  let settings = BATCHED_SETTINGS;
  for (let round = 0; round < Number(flags.rounds); round++) {
    console.error(`${basename(model)}, in process: round ${round + 1} of ${flags.rounds}`);
    const report = await kvasirBench([
      ...["--suite", "shared", "--model", model, "--threads", threads, "--policy", policy, "--baseline", baseline, "--repeat", "1"],
      ...["--readers", flags.readers, "--context-tokens", String(contextTokens), "--question-tokens", String(questionTokens)],
      ...["--decode-tokens", String(decodeTokens), "--seed", String(round)],
    ]);
    for (const { preset, readers: count, decodeTokensPerSecond, kvBytes } of report.results) {
      figures.add(`kvasir ${preset}`, count, decodeTokensPerSecond);
      kv[count] = kvBytes;
    }
    peakBytes.kvasir = Math.max(peakBytes.kvasir ?? 0, report.peakRssBytes);
    for (const { name, args } of settings) {
      const { rows, peakBytes: peak } = await batchedBench(bin, { model, threads, readers, contextTokens, decodeTokens, args });
      for (const { readers: count, tokensPerSecond } of rows) figures.add(name, count, tokensPerSecond);
      peakBytes[name] = Math.max(peakBytes[name] ?? 0, peak ?? 0);
    }
    settings = worthRepeating(settings, ({ name }) => figures.summary(name, mostReaders).median);
  }
  const names = BATCHED_SETTINGS.map(({ name }) => name);
  const defaultName = BATCHED_SETTINGS.find(({ isDefault }) => isDefault)?.name;
  const cases = readers.map((count) => {
    const own = figures.summary(`kvasir ${policy}`, count);
    const best = figures.best(names, count);
    return {
      readers: count,
      kvasir: own,
      baseline: figures.summary(`kvasir ${baseline}`, count),
      llamaCpp: names.map((name) => ({ setting: name, ...figures.summary(name, count) })),
      best,
      ratioToBest: own.median / figures.summary(best, count).median,
      ratioToDefault: own.median / figures.summary(defaultName, count).median,
      kvasirKvBytes: kv[count],
    };
  });
  return { cases, peakBytes };
}

/** Tokens without a pattern from the vocabulary's common part, the same in every run. */
function tokens(length, seed) {
  return Array.from({ length }, (_, index) => 1000 + ((index * 7919 + seed * 104_729 + ((index * seed) % 31)) % 3000));
}

async function compareHttp(model) {
  const context = tokens(contextTokens, 1);
  const contestants = [
    { name: `kvasir ${policy}`, start: () => startKvasirServer({ model, threads, context, decodeTokens, policy }) },
    ...SERVER_SETTINGS.map(({ name, args, isDefault }) => ({
      name,
      isDefault,
      start: () => startLlamaServer(bin, { model, threads, slots: mostReaders, context, questionTokens, decodeTokens, args }),
    })),
  ];
  const figures = new Figures();
  const peakBytes = {};
  let left = contestants;
  for (let round = 0; round < Number(flags["http-rounds"]); round++) {
    for (const { name, start } of left) {
      console.error(`${basename(model)}, over HTTP: round ${round + 1} of ${flags["http-rounds"]}, ${name}`);
      const server = await start();
      try {
        const prompts = Array.from({ length: mostReaders }, (_, index) => [...context, ...tokens(questionTokens, 2 + index + 100 * round)]);
        const run = await server.measure(prompts);
        figures.add(name, "decode", run.decodeTokensPerSecond);
        figures.add(name, "wall", run.wallTokensPerSecond);
        figures.add(name, "first token", run.firstTokenMs.median);
        peakBytes[name] = Math.max(peakBytes[name] ?? 0, server.peakBytes() ?? 0);
      } finally {
        await server.stop();
      }
    }
    const peers = worthRepeating(left.slice(1), ({ name }) => figures.summary(name, "decode").median);
    left = [contestants[0], ...peers];
  }
  const [own, ...peers] = contestants.map(({ name }) => name);
  const bests = Object.fromEntries(["decode", "wall"].map((key) => [key, figures.best(peers, key)]));
  const ratio = (key, name) => figures.summary(own, key).median / figures.summary(name, key).median;
  return {
    requests: mostReaders,
    contestants: [own, ...peers].map((name) => ({
      name,
      decodeTokensPerSecond: figures.summary(name, "decode"),
      wallTokensPerSecond: figures.summary(name, "wall"),
      firstTokenMs: figures.summary(name, "first token"),
      peakBytes: peakBytes[name],
    })),
    ratioToBest: { decode: ratio("decode", bests.decode), wall: ratio("wall", bests.wall) },
    ratioToDefault: { decode: ratio("decode", peers[0]), wall: ratio("wall", peers[0]) },
  };
}

const mebibytes = (bytes) => `${Math.round((bytes ?? Number.NaN) / 2 ** 20)} MiB`;
const speed = ({ median, spread }) => `${median.toFixed(1)} t/s ±${(50 * spread).toFixed(0)} %`;

function printBatched({ cases, peakBytes }) {
  for (const { readers: count, kvasir, baseline: full, llamaCpp, ratioToBest, ratioToDefault, kvasirKvBytes } of cases) {
    console.log(`  ${count} requests x ${contextTokens} tokens, ${decodeTokens} new each`);
    console.log(`    kvasir ${policy}: ${speed(kvasir)} (KV ${mebibytes(kvasirKvBytes)}); ${baseline}: ${speed(full)}`);
    for (const setting of llamaCpp) console.log(`    llama.cpp ${setting.setting}: ${speed(setting)}, ${setting.runs.length} runs`);
    const toFull = kvasir.median / full.median;
    const ratios = [
      `${toFull.toFixed(2)}x ${baseline}`,
      `${ratioToBest.toFixed(2)}x llama.cpp's best`,
      `${ratioToDefault.toFixed(2)}x its default`,
    ];
    console.log(`    ${ratios.join(", ")}`);
  }
  const peaks = Object.entries(peakBytes).map(([name, bytes]) => `${name} ${mebibytes(bytes)}`);
  console.log(`  peak memory of the process: ${peaks.join("; ")}`);
}

function printHttp({ requests, contestants, ratioToBest, ratioToDefault }) {
  console.log(`  over HTTP, ${requests} streams at once, context in the cache`);
  for (const { name, decodeTokensPerSecond, wallTokensPerSecond, firstTokenMs, peakBytes } of contestants) {
    const figures = [
      `decode ${speed(decodeTokensPerSecond)}`,
      `in all ${speed(wallTokensPerSecond)}`,
      `first token ${firstTokenMs.median.toFixed(0)} ms`,
    ];
    console.log(`    ${name.startsWith("kvasir") ? name : `llama-server ${name}`}: ${figures.join(", ")}, peak ${mebibytes(peakBytes)}`);
  }
  const show = ({ decode, wall }) => `${decode.toFixed(2)}x decoding, ${wall.toFixed(2)}x in all`;
  console.log(`    to the best of llama-server: ${show(ratioToBest)}; to its default: ${show(ratioToDefault)}`);
}

const models = [];
for (const path of flags.model) {
  const model = resolve(path);
  console.log(`${basename(model)}, ${threads} threads, ${where.machine.cpu}`);
  const entry = { model: basename(model) };
  if (!flags["skip-batched"]) {
    entry.batched = await compareBatched(model);
    printBatched(entry.batched);
  }
  if (Number(flags["http-rounds"]) > 0) {
    entry.http = await compareHttp(model);
    printHttp(entry.http);
  }
  models.push(entry);
}
const { stdout: version } = await runProgram("/bin/sh", ["-c", `"${bin}/llama-server" --version 2>&1`]);
if (flags.out !== undefined) {
  const out = resolve(flags.out);
  mkdirSync(dirname(out), { recursive: true });
  const settings = { threads: Number(threads), readers, contextTokens, questionTokens, decodeTokens, policy, baseline };
  const report = { ...where, command: process.argv.slice(2).join(" "), llamaCpp: version.trim(), ...settings, models };
  writeFileSync(out, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`written: ${out}`);
}

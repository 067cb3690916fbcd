// Speed of the embedded model on TensorFlow.js engines beside cpu-backend: prefill and decode, one request and several at once. Every
// backend has a process of its own; rounds go through all of them in turn, and medians are given with ratios to cpu-backend.
//
//   npm run build
//   node tools/tfjs-node.mjs                    builds @tensorflow/tfjs-node in ~/.cache/kvasir-tfjs-node (or --native DIRECTORY)
//   node bench/tensorflow.mjs --out tensorflow.json
//
// All with KV in f32 and the model's weights: u8 in cpu-backend, f32 on TensorFlow.js, which has nothing smaller.
import { fork } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { provenance } from "./support/provenance.mjs";
import { median } from "./support/statistics.mjs";

const {
  values: flags,
  positionals: [contestantName],
} = parseArgs({
  allowPositionals: true,
  options: {
    native: { type: "string", default: join(homedir(), ".cache/kvasir-tfjs-node") },
    backends: { type: "string", default: "cpu,tfjs-node,tfjs-wasm" },
    tokens: { type: "string", default: "512" },
    requests: { type: "string", default: "1,8" },
    output: { type: "string", default: "16" },
    rounds: { type: "string", default: "5" },
    threads: { type: "string", default: "2" },
    out: { type: "string" },
  },
});

// A process that this one started for one of the backends.
if (contestantName !== undefined) await contestant(contestantName);
else await compare();

async function compare() {
  const circumstances = provenance();
  const names = flags.backends.split(",");
  const contestants = [];
  for (const name of names) contestants.push(await start(name));
  const cases = flags.requests
    .split(",")
    .map((requests) => ({ tokens: Number(flags.tokens), requests: Number(requests), output: Number(flags.output) }));
  const results = [];
  for (const one of cases) {
    const runs = names.map(() => []);
    // The first round warms up.
    for (let round = 0; round <= Number(flags.rounds); round++) {
      for (const [index, { ask }] of contestants.entries()) {
        const found = await ask({ ...one, seed: round });
        if (round > 0) runs[index].push(found);
      }
    }
    for (const [index, { description }] of contestants.entries()) {
      const of = (run, field) => median(run.map((found) => found[field]));
      const [prefill, step] = ["prefillTokensPerSecond", "stepMs"].map((field) => of(runs[index], field));
      const ratios = { prefill: prefill / of(runs[0], "prefillTokensPerSecond"), step: step / of(runs[0], "stepMs") };
      results.push({
        backend: names[index],
        description,
        ...one,
        prefillTokensPerSecond: prefill,
        stepMs: step,
        ratios,
        runs: runs[index],
      });
      console.log(
        `${names[index].padEnd(10)} ${one.requests} x ${one.tokens} tokens: prefill ${prefill.toFixed(0)} tokens/s (x ${ratios.prefill.toFixed(3)}), ` +
          `step ${step.toFixed(1)} ms (x ${ratios.step.toFixed(1)})`,
      );
    }
  }
  for (const { child } of contestants) child.kill();
  const content = {
    ...circumstances,
    command: `node bench/tensorflow.mjs --rounds ${flags.rounds} --tokens ${flags.tokens} --requests ${flags.requests}`,
    results,
  };
  if (flags.out !== undefined) writeFileSync(flags.out, `${JSON.stringify(content, null, 2)}\n`);
}

async function start(name) {
  const child = fork(fileURLToPath(import.meta.url), [name, ...process.argv.slice(2)]);
  child.on("exit", (code) => code && process.exit(code));
  const next = () => new Promise((resolve) => child.once("message", resolve));
  const { description } = await next();
  return {
    child,
    description,
    ask(work) {
      const answer = next();
      child.send(work);
      return answer;
    },
  };
}

/** Answers what it is asked until it is killed. */
async function contestant(name) {
  const { openEngine } = await import("../packages/model-runtime/dist/index.js");
  const backend = await createBackend(name);
  const engine = await openEngine({
    modelPath: fileURLToPath(new URL("../models/kvasir-tiny", import.meta.url)),
    ...{ backend, presets: { full: [] }, kvDtype: "f32", kvPoolBytes: 2 ** 29 },
  });
  process.on("message", async ({ tokens, requests, output, seed }) => {
    const startedAt = performance.now();
    const all = await Promise.all(
      Array.from({ length: requests }, (_, index) => tokenTimes(engine, randomPrompt(tokens, 1000 * seed + index), output)),
    );
    const lastFirst = Math.max(...all.map((times) => times[0]));
    const steps = all[0].slice(1).flatMap((time, index) => (all[0][index] < lastFirst ? [] : [time - all[0][index]]));
    process.send({ prefillTokensPerSecond: (1000 * requests * tokens) / (lastFirst - startedAt), stepMs: median(steps) });
  });
  process.send({ description: backend.description });
}

async function createBackend(name) {
  if (name === "cpu") return (await import("../packages/cpu-backend/dist/index.js")).cpuBackend.create({ threads: Number(flags.threads) });
  const { tfjsBackend } = await import("../packages/gpu-backend/dist/tfjs/index.js");
  if (name === "tfjs-node") {
    return tfjsBackend({ tf: createRequire(join(flags.native, "package.json"))("@tensorflow/tfjs-node") }).create({});
  }
  const require = createRequire(new URL("../packages/gpu-backend/package.json", import.meta.url));
  const engine = name.replace("tfjs-", "");
  const [tf] = ["core", `backend-${engine}`].map((part) => require(`@tensorflow/tfjs-${part}`));
  await tf.setBackend(engine);
  return tfjsBackend({ tf }).create({});
}

/** When each token of a greedy answer came. */
async function tokenTimes(engine, prompt, maxTokens) {
  const times = [];
  const request = { prompt, maxTokens, contexts: [], tenant: "a", sampling: {}, stop: [], ignoreEos: true };
  for await (const event of engine.generate(request)) if (event.type === "token-delta") times.push(performance.now());
  return times;
}

function randomPrompt(length, seed) {
  return Array.from({ length }, (_, index) => 300 + ((7919 * index + 104729 * seed) % 7000));
}

// Answers to RULER's questions over packed caches, beside the full cache on the same prompts, in the engine.
//
//   npm run build
//   node packages/mosaic-compress/bench/answers.mjs --set presets --length 4096 --samples 5 --out answers.json
//
// A prompt is computed once; each setting starts from its pages and packs them. The full cache's answer is then forced upon it, which gives
// the mean KL divergence of its probabilities from the full cache's; where it would have chosen another token, it answers freely as well.
// Scores are RULER's. "Solved" are tasks where the full cache scores at least 90; bytes are those the page pool gave out, at the end.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { provenance } from "../../../bench/support/provenance.mjs";
import { cpuNativeBackend } from "../../cpu-backend/dist/index.js";
import { createRulerTasks, planSamples, PromptText, score } from "../../kv-eval/dist/index.js";
import { openEngine } from "../../model-runtime/dist/index.js";
import { mosaicCompress } from "../dist/index.js";
import { SETS } from "./answer-sets.mjs";

const { values: flags } = parseArgs({
  options: {
    model: { type: "string", default: "models/kvasir-tiny" },
    set: { type: "string", default: "presets" },
    tasks: { type: "string", default: "" },
    length: { type: "string", default: "4096" },
    samples: { type: "string", default: "5" },
    first: { type: "string", default: "0" },
    seed: { type: "string", default: "42" },
    threads: { type: "string", default: "1" },
    out: { type: "string" },
  },
});
const where = provenance();
const settings = SETS[flags.set];
const presets = Object.fromEntries(Object.entries(settings).map(([name, options]) => [name, [mosaicCompress(options)]]));
const backend = await cpuNativeBackend.create({ threads: Number(flags.threads) });
const engine = await openEngine({
  modelPath: flags.model,
  backend,
  presets: { full: [], ...presets },
  kvDtype: "bf16",
  kvPoolBytes: 2 ** 29,
});
const text = await PromptText.open(flags.model);
const tasks = createRulerTasks().filter(({ name }) => flags.tasks === "" || flags.tasks.split(",").includes(name));
const { countTokens, overhead } = text;
const plan = planSamples({
  tasks,
  samples: Number(flags.samples),
  length: Number(flags.length),
  seed: Number(flags.seed),
  countTokens,
  overhead,
});
const samples = [...plan].filter(({ index }) => index >= Number(flags.first)).sort((a, b) => a.index - b.index);

const { out, ...asked } = flags;
const rows = [];
for (const { task, index, exercise, question } of samples) {
  const prompt = text.promptTokens(exercise, question).tokens;
  const full = await generate(prompt, { policy: "full", maxTokens: question.maxNewTokens, fullLogprobs: true });
  const row = { task, index, full: score(question.metric, full.text, question.references), settings: {} };
  for (const name of Object.keys(settings)) row.settings[name] = await compare(name, prompt, question, full);
  rows.push(row);
  if (out !== undefined) writeFileSync(out, `${JSON.stringify({ ...where, ...asked, summary: summarize(), rows }, null, 1)}\n`);
}
console.log("setting | dense / bytes | score of solved tasks, relative | same answer | KL | by task");
for (const { setting, ratio, relativeLoss, same, divergence, tasks: byTask } of summarize()) {
  const scores = Object.entries(byTask).map(([task, mean]) => `${task} ${(100 * mean).toFixed(0)}`);
  console.log(
    [setting, ratio.toFixed(2), `-${(100 * relativeLoss).toFixed(2)} %`, same.toFixed(3), divergence.toFixed(4), scores.join(", ")].join(
      " | ",
    ),
  );
}
await engine.close();

async function compare(policy, prompt, question, full) {
  const forced = await generate(prompt, {
    policy,
    maxTokens: full.tokens.length,
    forcedTokens: full.tokens,
    ignoreEos: true,
    fullLogprobs: true,
  });
  const chosen = forced.rows.map((row) => row.indexOf(Math.max(...row)));
  const isSame = chosen.every((token, at) => token === full.tokens[at]);
  const answer = isSame ? full.text : (await generate(prompt, { policy, maxTokens: question.maxNewTokens })).text;
  // The first token comes from the prompt's own step, before anything is packed.
  const divergences = full.rows.slice(1).map((row, at) => klDivergence(row, forced.rows[at + 1]));
  return {
    score: score(question.metric, answer, question.references),
    isSame,
    divergence: mean(divergences),
    bytes: forced.usage.kvBytes,
    denseBytes: forced.usage.denseKvBytes,
    cachedTokens: forced.usage.cachedTokens,
  };
}

async function generate(prompt, overrides) {
  const result = { text: "", tokens: [], rows: [], usage: undefined };
  const request = { prompt, contexts: [], tenant: "bench", sampling: { temperature: 0 }, stop: [], ignoreEos: false, ...overrides };
  for await (const event of engine.generate(request)) {
    if (event.type === "token-delta") {
      result.text += event.text;
      result.tokens.push(...event.tokens);
      result.rows.push(...(event.fullLogprobs ?? []));
    }
    if (event.type === "finished") result.usage = event.usage;
  }
  return result;
}

function summarize() {
  const names = [...new Set(rows.map(({ task }) => task))];
  const meanOf = (task, value) => mean(rows.filter((row) => row.task === task).map(value));
  const solved = names.filter((task) => meanOf(task, ({ full }) => full) >= 0.9);
  return Object.keys(settings).map((setting) => {
    const scoreOf = (task) => meanOf(task, (row) => row.settings[setting].score);
    const all = (value) => rows.map((row) => value(row.settings[setting]));
    return {
      setting,
      samples: rows.length,
      solved,
      ratio: sum(all(({ denseBytes }) => denseBytes)) / sum(all(({ bytes }) => bytes)),
      relativeLoss: 1 - sum(solved.map(scoreOf)) / sum(solved.map((task) => meanOf(task, ({ full }) => full))),
      same: mean(all(({ isSame }) => (isSame ? 1 : 0))),
      divergence: mean(all(({ divergence }) => divergence)),
      tasks: Object.fromEntries(names.map((task) => [task, scoreOf(task)])),
    };
  });
}

function klDivergence(p, q) {
  let divergence = 0;
  for (let token = 0; token < p.length; token++) divergence += Math.exp(p[token]) * (p[token] - q[token]);
  return divergence;
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}

function mean(numbers) {
  return numbers.length === 0 ? 0 : sum(numbers) / numbers.length;
}

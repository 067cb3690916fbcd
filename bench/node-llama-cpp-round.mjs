// One round of node-llama-cpp for compare-llama-cpp.mjs: prints its figures as JSON. Arguments: its directory, a model file, the cases.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [directory, modelPath, json] = process.argv.slice(2);
const { prefill, decodeAt, decodeTokens, threads } = JSON.parse(json);
const entry = createRequire(join(directory, "package.json")).resolve("node-llama-cpp");
const { getLlama } = await import(pathToFileURL(entry).href);

const llama = await getLlama({ build: "never", gpu: false, maxThreads: threads });
const model = await llama.loadModel({ modelPath });
const longest = Math.max(...prefill, ...decodeAt.map((tokens) => tokens + decodeTokens)) + 16;
const rows = [];
const prompt = (length) => Array.from({ length }, (_, index) => 300 + ((index * 7919) % 20_000));

for (const tokens of prefill) {
  const context = await model.createContext({ contextSize: longest, threads, batchSize: 512, flashAttention: true });
  const sequence = context.getSequence();
  const start = performance.now();
  await sequence.evaluateWithoutGeneratingNewTokens(prompt(tokens));
  rows.push({ measure: "prefill", tokens, tokensPerSecond: (1000 * tokens) / (performance.now() - start) });
  await context.dispose();
}
for (const tokens of decodeAt) {
  const context = await model.createContext({ contextSize: longest, threads, batchSize: 512, flashAttention: true });
  const sequence = context.getSequence();
  let count = 0;
  let first = 0;
  for await (const _ of sequence.evaluate(prompt(tokens), { temperature: 0, yieldEogToken: true })) {
    if (count === 0) first = performance.now();
    if (++count > decodeTokens) break;
  }
  rows.push({ measure: "decode", tokens, tokensPerSecond: (1000 * (count - 1)) / (performance.now() - first) });
  await context.dispose();
}
console.log(JSON.stringify(rows));
process.exit(0);

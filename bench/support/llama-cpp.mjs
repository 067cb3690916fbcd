import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measureStreams } from "./http-load.mjs";
import { startHttpServer } from "./http-server.mjs";
import { runProgram } from "./run-program.mjs";

/** Settings of llama-batched-bench with the shared prompt stored once (`-pps -kvu`). Flash attention is on by default, KV is f16. */
export const BATCHED_SETTINGS = [
  { name: "default (flash attention, f16 KV)", args: [], isDefault: true },
  { name: "no flash attention, f16 KV", args: ["-fa", "off"] },
  { name: "no flash attention, f32 KV", args: ["-fa", "off", "-ctk", "f32", "-ctv", "f32"] },
  { name: "flash attention, f32 KV", args: ["-fa", "on", "-ctk", "f32", "-ctv", "f32"] },
];

/** Settings of llama-server with a slot for every request. `-cram 0` keeps it from copying idle slots to its cache in main memory. */
export const SERVER_SETTINGS = [
  { name: "default", args: [], isDefault: true },
  { name: "-cram 0", args: ["-cram", "0"] },
  { name: "-cram 0, no flash attention", args: ["-cram", "0", "-fa", "off"] },
];

/** Decode speed of all sequences together, by the number of them; the prompt's prefill is not part of it. */
export async function batchedBench(bin, { model, threads, readers, contextTokens, decodeTokens, args }) {
  const cells = contextTokens + Math.max(...readers) * decodeTokens + 256;
  const { stdout, peakBytes } = await runProgram(join(bin, "llama-batched-bench"), [
    ...["-m", model, "-t", threads, "-tb", threads, "-b", "2048", "-ub", "512", "-c", String(cells), "-pps", "-kvu"],
    ...["-npp", String(contextTokens), "-ntg", String(decodeTokens), "-npl", readers.join(), "--output-format", "jsonl", ...args],
  ]);
  const rows = stdout.split("\n").flatMap((line) => (line.startsWith("{") ? [JSON.parse(line)] : []));
  if (rows.length !== readers.length) throw new Error(`llama-batched-bench printed ${rows.length} results for ${readers.length} cases.`);
  return { rows: rows.map(({ pl, speed_tg }) => ({ readers: pl, tokensPerSecond: speed_tg })), peakBytes };
}

/**
 * llama-server with the context in every slot: computed once, saved, restored into the others, which is how its slots get warm fastest.
 */
export async function startLlamaServer(bin, { model, threads, slots, context, questionTokens, decodeTokens, args }) {
  const scratch = mkdtempSync(join(tmpdir(), "llama-slots-"));
  const perSlot = Math.ceil((context.length + questionTokens + decodeTokens + 16) / 256) * 256;
  const server = await startHttpServer(join(bin, "llama-server"), (port) => [
    ...["-m", model, "-t", threads, "-tb", threads, "-np", String(slots), "-c", String(slots * perSlot), "-no-kvu"],
    ...["--host", "127.0.0.1", "--port", String(port), "--slot-save-path", `${scratch}/`, ...args],
  ]);
  const body = (prompt, slot, tokens) => ({
    prompt,
    id_slot: slot,
    n_predict: tokens,
    ignore_eos: true,
    temperature: 0,
    cache_prompt: true,
    stream: true,
  });
  const read = ({ content = "", stop, tokens_predicted: tokens }) => ({ text: content, tokens: stop === true ? tokens : undefined });
  const post = async (path, value) => {
    const response = await fetch(`${server.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(value),
    });
    if (!response.ok) throw new Error(`llama-server answered ${response.status} to ${path}: ${(await response.text()).slice(0, 500)}`);
  };
  await post("/completion", { ...body(context, 0, 1), stream: false });
  await post("/slots/0?action=save", { filename: "context.bin" });
  for (let slot = 1; slot < slots; slot++) await post(`/slots/${slot}?action=restore`, { filename: "context.bin" });
  return {
    measure: (prompts) =>
      measureStreams(
        `${server.url}/completion`,
        prompts.map((prompt, slot) => body(prompt, slot, decodeTokens)),
        read,
      ),
    peakBytes: server.peakBytes,
    async stop() {
      await server.stop();
      rmSync(scratch, { recursive: true });
    },
  };
}

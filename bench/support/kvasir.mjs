import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { measureStreams } from "./http-load.mjs";
import { startHttpServer } from "./http-server.mjs";
import { runProgram } from "./run-program.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const program = join(root, "packages/kvasir/bin/kvasir.js");

/** The report of `kvasir bench` with these arguments. */
export async function kvasirBench(args) {
  const scratch = mkdtempSync(join(tmpdir(), "kvasir-bench-"));
  try {
    const json = join(scratch, "report.json");
    await runProgram(process.execPath, [program, "bench", ...args, "--json", json], { cwd: root });
    return JSON.parse(readFileSync(json, "utf8"));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** `kvasir serve` with the context in its prefix cache, put there by one plain request. */
export async function startKvasirServer({ model, threads, context, decodeTokens, policy }) {
  const server = await startHttpServer(process.execPath, (port) => [
    ...[program, "serve", "--config", join(root, "apps/example-server/kvasir.config.ts"), "--model", model],
    ...["--threads", threads, "--policy", policy, "--port", String(port), "--host", "127.0.0.1"],
  ]);
  const url = `${server.url}/v1/completions`;
  const body = (prompt, tokens) => ({
    prompt,
    max_tokens: tokens,
    ignore_eos: true,
    temperature: 0,
    stream: true,
    stream_options: { include_usage: true },
  });
  const read = ({ choices, usage }) => ({ text: choices[0]?.text ?? "", tokens: usage?.completion_tokens });
  const measure = (prompts, tokens) =>
    measureStreams(
      url,
      prompts.map((prompt) => body(prompt, tokens)),
      read,
    );
  await measure([context], 1);
  return { measure: (prompts) => measure(prompts, decodeTokens), peakBytes: server.peakBytes, stop: server.stop };
}

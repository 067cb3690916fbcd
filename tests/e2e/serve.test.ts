import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client, eventually } from "./client.ts";
import { startServer, type RunningServer } from "./kvasir-process.ts";

/** A test of wall-clock time gets another chance where the machine was busy with something else. */
const TIMED = { retry: 2 };

let server: RunningServer;
let client: Client;
beforeAll(async () => {
  server = await startServer();
  client = new Client(server.url);
});
afterAll(async () => {
  await server.stop();
});

describe("kvasir serve", () => {
  it("is ready within 10 s", TIMED, async () => {
    const another = await startServer();
    await another.stop();
    expect(another.readyMs).toBeLessThan(10_000);
  });

  it("says what it runs with", () => {
    expect(server.stdout).toMatch(/^model\s+kvasir-tiny \(.*27\.\d M parameters/m);
    expect(server.stdout).toMatch(/^backend\s+cpu/m);
    expect(server.stdout).toMatch(
      /^policies\s+full \(default\), mosaic, mosaic-16bit, mosaic-paper, shared, shared-routed, reuse, epic, query-only, samkv, streaming/m,
    );
    expect(server.stdout).toMatch(/^KV memory\s+[\d.]+ [MG]iB = \d+ tokens/m);
  });

  it.skipIf(process.platform === "win32")("prints a curl line that works when pasted", async () => {
    const line = /^curl .*$/m.exec(server.stdout)?.[0] ?? "";
    const { stdout } = await promisify(execFile)("sh", ["-c", `${line} --silent --show-error --fail-with-body`]);
    expect(stdout).toContain("7315842");
  });

  it("answers /health within 50 ms while a prompt of 8,000 tokens is computed", TIMED, async () => {
    // Another prompt in every try, or it would be found in the cache.
    const seed = Math.floor(Math.random() * 3500);
    const prompt = Array.from({ length: 8000 }, (_, index) => 300 + ((index * 7919 + seed) % 3500));
    let isRunning = true;
    const running = client.complete({ prompt }).finally(() => (isRunning = false));
    const latencies: number[] = [];
    while (isRunning) {
      const start = performance.now();
      const response = await fetch(`${server.url}/health`);
      await response.text();
      latencies.push(performance.now() - start);
      expect(response.status).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect((await running).usage.prompt_tokens).toBe(8000);
    const sorted = latencies.toSorted((a, b) => a - b);
    expect(sorted.length).toBeGreaterThan(3);
    // The last few leave room for what else runs on the machine.
    expect(sorted[Math.floor(sorted.length * 0.95) - 1]).toBeLessThan(50);
  });

  it("frees the pages of a cancelled stream", async () => {
    const referenced = async (): Promise<number> => (await client.metrics()).get('kvasir_kv_pages{state="referenced"}') ?? Number.NaN;
    expect(await referenced()).toBe(0);
    const abort = new AbortController();
    let deltas = 0;
    const stream = client.stream(
      { messages: [{ role: "user", content: "Tell me everything." }], max_tokens: 4000, ignore_eos: true },
      () => ++deltas === 5 && abort.abort(),
      abort.signal,
    );
    await expect(stream).rejects.toThrow(/abort/i);
    expect(await eventually(async () => (await referenced()) === 0, 2000)).toBe(true);
    expect((await client.metrics()).get("kvasir_requests_running")).toBe(0);
  });

  it("keeps less with a policy that drops pages, and says so", async () => {
    const prompt = Array.from({ length: 3000 }, (_, index) => 300 + ((index * 104_729) % 3500));
    const { usage } = await client.complete({ prompt, kvasir: { policy: "streaming" } });
    expect(usage.kvasir.policy).toBe("streaming");
    expect(usage.kvasir.kv_bytes).toBeLessThan(usage.kvasir.dense_kv_bytes / 3);
  });
});

describe("stopping", () => {
  it.each(["SIGTERM", "SIGINT"] as const)("lets a running answer end on %s, refuses new ones and exits with 0", async (signal) => {
    const stopping = await startServer();
    const other = new Client(stopping.url);
    let finished: ReturnType<RunningServer["stop"]> | undefined;
    let late: Promise<Response> | undefined;
    const answer = await other.stream({ messages: [{ role: "user", content: "Go on." }], max_tokens: 200, ignore_eos: true }, () => {
      finished ??= stopping.stop(signal);
      if (finished !== undefined && late === undefined) {
        late = new Promise((resolve) => setTimeout(resolve, 50)).then(() =>
          other.request("POST", "/v1/completions", { prompt: "x", max_tokens: 1 }),
        );
      }
    });
    expect(answer.isComplete).toBe(true);
    expect((await finished)?.code).toBe(0);
    // Refused, or the port was closed already.
    const status = await late?.then(
      (response) => response.status,
      () => 503,
    );
    expect(status).toBe(503);
  });
});

describe("admission", () => {
  it("refuses 64 requests over the limit with 429 and Retry-After, and serves the others", async () => {
    const small = await startServer(["--config", "tests/e2e/small-limits.config.ts"]);
    try {
      const client = new Client(small.url);
      const request = (seed: number, maxTokens: number): Promise<Response> =>
        client.request("POST", "/v1/completions", {
          model: "kvasir-tiny",
          prompt: Array.from({ length: 600 }, (_, token) => 300 + ((seed * 997 + token * 31) % 3500)),
          max_tokens: maxTokens,
          ignore_eos: true,
        });
      const running = [request(1, 300), request(2, 300)];
      expect(await eventually(async () => (await client.metrics()).get("kvasir_requests_running") === 2, 10_000)).toBe(true);
      const responses = await Promise.all(Array.from({ length: 68 }, (_, index) => request(3 + index, 8)));
      const refused = responses.filter(({ status }) => status === 429);
      expect(responses.filter(({ status }) => status === 200)).toHaveLength(4);
      expect(refused).toHaveLength(64);
      for (const response of refused) {
        expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
        expect(await response.json()).toMatchObject({ error: { message: expect.any(String) as unknown } });
      }
      expect((await Promise.all(running)).map(({ status }) => status)).toEqual([200, 200]);
    } finally {
      await small.stop();
    }
  });
});

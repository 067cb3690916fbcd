import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { serve } from "./serve.ts";
import { createEngineDouble, DoubleRejection } from "./testing/engine-double.ts";
import { readEvents, serveDouble } from "./testing/serve-double.ts";
import { waitUntil } from "./testing/wait-until.ts";

const chat = "/v1/chat/completions";
const messages = [{ role: "user", content: "Hi" }];

/** Sends raw bytes, and cuts the connection once `isSent`. */
async function sendAndCut(port: number, bytes: string, isSent: () => boolean): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(bytes);
  await waitUntil(isSent);
  socket.destroy();
}

describe("serve", () => {
  it("listens on loopback, keeps connections for 75 s", async () => {
    const { server, get } = await serveDouble();
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
    const response = await get("/health");
    expect(response.headers.get("keep-alive")).toBe("timeout=75");
  });

  it("fails when the port is taken", async () => {
    const { server } = await serveDouble();
    await expect(serve({ engine: createEngineDouble(), port: server.port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it("answers 503 until the engine is there", async () => {
    let ready: (engine: ReturnType<typeof createEngineDouble>) => void = () => {};
    const engine = new Promise<ReturnType<typeof createEngineDouble>>((resolve) => (ready = resolve));
    const server = await serve({ engine, port: 0 });
    const health = async (): Promise<unknown> => (await fetch(`${server.url}/health`)).json();
    expect(await health()).toEqual({ status: "loading" });
    const early = await fetch(server.url + chat, { method: "POST", body: JSON.stringify({ messages }) });
    expect([early.status, early.headers.get("retry-after")]).toEqual([503, "2"]);
    expect((await fetch(`${server.url}/metrics`)).status).toBe(200);
    expect((await fetch(server.url)).status).toBe(200);
    ready(createEngineDouble());
    await sleep(1);
    expect(await health()).toEqual({ status: "ok" });
    await server.close();
  });

  it("says so when the engine could not be loaded", async () => {
    const server = await serve({ engine: Promise.reject(new Error("no such file")), port: 0 });
    await sleep(1);
    const response = await fetch(`${server.url}/health`);
    expect([response.status, await response.json()]).toEqual([503, { status: "failed" }]);
    await server.close();
  });
});

describe("a client that goes away", () => {
  it("ends its stream's generation within a step", async () => {
    const { engine, post } = await serveDouble({ tokenDelayMs: 5 });
    const controller = new AbortController();
    const response = await post(chat, { messages, stream: true, n: 3 }, { signal: controller.signal });
    const reader = response.body?.getReader();
    await reader?.read();
    expect(engine.running()).toBe(3);
    controller.abort();
    await waitUntil(() => engine.running() === 0, 100);
  });

  it("ends its generation when it waits for a whole answer", async () => {
    const { engine, post } = await serveDouble({ tokenDelayMs: 5 });
    const controller = new AbortController();
    const answer = post(chat, { messages }, { signal: controller.signal });
    await waitUntil(() => engine.running() === 1);
    controller.abort();
    await expect(answer).rejects.toThrow("aborted");
    await waitUntil(() => engine.running() === 0, 100);
  });

  it("does no harm by stopping in the middle of a body", async () => {
    const reported: unknown[] = [];
    const { engine, server, post } = await serveDouble({}, { onError: (error) => reported.push(error) });
    const head = `POST ${chat} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`;
    for (let attempt = 0; attempt < 5; attempt++) {
      let isSent = false;
      setTimeout(() => (isSent = true), 5);
      await sendAndCut(server.port, `${head}Content-Length: 5000\r\n\r\n{"messages": [`, () => isSent);
      await sendAndCut(server.port, `${head}Transfer-Encoding: chunked\r\n\r\n5\r\n{"mes`, () => isSent);
      await sendAndCut(server.port, "POST /v1/chat", () => isSent);
    }
    expect((await post(chat, { messages, max_tokens: 1 })).status).toBe(200);
    expect(engine.requests).toHaveLength(1);
    expect(reported).toEqual([]);
  });

  it("leaves no listener behind, and many at once are no leak", async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): number => warnings.push(warning);
    process.on("warning", onWarning);
    const { post } = await serveDouble({ tokenDelayMs: 1 });
    await Promise.all(Array.from({ length: 20 }, async () => post(chat, { messages, n: 15, max_tokens: 2 })));
    process.off("warning", onWarning);
    expect(warnings).toEqual([]);
  });

  it("counts as cancelled", async () => {
    const { engine, server, get } = await serveDouble({ tokenDelayMs: 5 });
    const body = JSON.stringify({ messages, stream: true });
    const request = `POST ${chat} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    await sendAndCut(server.port, request, () => engine.running() === 1);
    await waitUntil(() => engine.running() === 0);
    expect(await (await get("/metrics")).text()).toContain('kvasir_requests_total{finish_reason="cancelled"} 1');
  });

  it("holds the engine back while it does not read", async () => {
    const { engine, server } = await serveDouble({ maxModelLength: 1_000_000 });
    const body = JSON.stringify({ messages, max_tokens: 500_000, stream: true, logprobs: true, top_logprobs: 20 });
    const socket = connect(server.port, "127.0.0.1");
    socket.write(`POST ${chat} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    socket.pause();
    await sleep(300);
    const generated = (await engine.stats()).generatedTokens;
    await sleep(200);
    expect(generated).toBeGreaterThan(0);
    expect((await engine.stats()).generatedTokens).toBe(generated);
    socket.destroy();
    await waitUntil(() => engine.running() === 0);
  });
});

describe("a full engine", () => {
  it.each([false, true])("answers 429 with Retry-After (stream: %s)", async (stream) => {
    const { engine, post } = await serveDouble({ capacity: 2, tokenDelayMs: 20 });
    const taken = [post(chat, { messages, max_tokens: 20 }), post(chat, { messages, max_tokens: 20 })];
    await waitUntil(() => engine.running() === 2);
    const refused = await post(chat, { messages, stream });
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "3"]);
    expect(await refused.json()).toEqual({
      error: { message: "All 8 pages are taken.", type: "rate_limit_error", param: null, code: "engine_busy" },
    });
    for (const response of await Promise.all(taken)) expect(response.status).toBe(200);
    expect((await post(chat, { messages, max_tokens: 1 })).status).toBe(200);
  });
});

describe("an error of the engine", () => {
  const secret = new Error("cannot read /etc/secret");

  it("is a 500 that tells the client nothing and the log everything", async () => {
    const reported: unknown[] = [];
    const { post } = await serveDouble({ failure: { afterTokens: 1, error: secret } }, { onError: (error) => reported.push(error) });
    const response = await post(chat, { messages });
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).not.toContain("secret");
    expect(text).toContain(response.headers.get("x-request-id"));
    expect(reported).toEqual([secret]);
  });

  it("ends a stream with an event", async () => {
    const reported: unknown[] = [];
    const { post } = await serveDouble({ failure: { afterTokens: 1, error: secret } }, { onError: (error) => reported.push(error) });
    const events = await readEvents(await post(chat, { messages, stream: true }));
    expect(events.at(-1)).toEqual({
      error: { message: expect.stringMatching(/^Internal error in request/), type: "server_error", param: null, code: "internal_error" },
    });
    expect(events.at(-2)).toMatchObject({ choices: [{ delta: { content: "a" } }] });
    expect(reported).toEqual([secret]);
  });

  it.each([
    ["unknown-policy", 400, "policy_not_found", "kvasir.policy"],
    ["unknown-context", 404, "context_not_found", "kvasir.contexts"],
    ["prompt-too-long", 400, "context_length_exceeded", null],
    ["exceeds-memory", 400, "context_length_exceeded", null],
    ["invalid-messages", 400, "invalid_messages", "messages"],
    ["closing", 503, "shutting_down", null],
    ["something new", 500, "internal_error", null],
  ])("that refuses a request as %s becomes %i", async (reason, status, code, param) => {
    const error = new DoubleRejection(reason, "Refused.");
    const { post } = await serveDouble({ failure: { afterTokens: 0, error } }, { onError: () => {} });
    const response = await post(chat, { messages });
    expect([response.status, await response.json()]).toMatchObject([status, { error: { code, param } }]);
  });
});

describe("closing", () => {
  it("lets running requests end, refuses new ones, and tells /health", async () => {
    const { engine, server, get, post } = await serveDouble({ tokenDelayMs: 10 });
    const running = post(chat, { messages, max_tokens: 20 });
    const stream = await post(chat, { messages, max_tokens: 20, stream: true });
    await waitUntil(() => engine.running() === 2);
    const closed = server.close({ drain: true });
    const health = await get("/health");
    expect([health.status, await health.json()]).toEqual([503, { status: "draining" }]);
    expect((await post(chat, { messages })).status).toBe(503);
    expect(await (await running).json()).toMatchObject({ choices: [{ finish_reason: "length" }] });
    expect((await readEvents(stream)).at(-1)).toBe("[DONE]");
    await closed;
    await expect(get("/health")).rejects.toThrow("fetch failed");
  });

  it("ends requests with an error when told not to wait", async () => {
    const { engine, server, post } = await serveDouble({ tokenDelayMs: 10 });
    const running = post(chat, { messages });
    const stream = await post(chat, { messages, stream: true });
    await waitUntil(() => engine.running() === 2);
    const startedAt = performance.now();
    await server.close({ drain: false });
    expect(performance.now() - startedAt).toBeLessThan(500);
    expect((await running).status).toBe(503);
    expect((await readEvents(stream)).at(-1)).toMatchObject({ error: { code: "shutting_down" } });
    expect(engine.running()).toBe(0);
  });

  it("waits no longer than told", async () => {
    const { engine, server, post } = await serveDouble({ tokenDelayMs: 10 });
    const running = post(chat, { messages });
    await waitUntil(() => engine.running() === 1);
    await server.close({ drain: true, timeoutMs: 30 });
    expect((await running).status).toBe(503);
  });

  it("is done once", async () => {
    const { server } = await serveDouble();
    await Promise.all([server.close(), server.close()]);
    await expect(server.close()).resolves.toBeUndefined();
  });
});

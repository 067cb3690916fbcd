import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningServer, serve } from "./serve.ts";
import { createEngineDouble } from "./testing/engine-double.ts";

interface Case {
  readonly name: string;
  /** `POST /v1/chat/completions` where absent. */
  readonly at?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly param?: string;
  readonly code?: string;
  /** Parts of the message. */
  readonly says?: readonly string[];
}

const user = { role: "user", content: "Hi" };
const messages = [user];
const chat = "POST /v1/chat/completions";
const text = "POST /v1/completions";
const contexts = "POST /v1/contexts";

/** A valid chat request with one field changed. */
const withField = (name: string, value: unknown): object => ({ messages, max_tokens: 1, [name]: value });
const field = (name: string, value: unknown, param: string = name): Case => ({
  name: `chat ${name} = ${JSON.stringify(value)}`.slice(0, 80),
  body: withField(name, value),
  status: 400,
  param,
});
const prompt = (value: unknown, param: string): Case => ({
  name: `prompt = ${JSON.stringify(value)}`.slice(0, 80),
  at: text,
  body: { prompt: value, max_tokens: 1 },
  status: 400,
  param,
});

const cases: readonly Case[] = [
  { name: "no body", body: "", status: 400, code: "invalid_json" },
  { name: "cut-off JSON", body: '{"messages": [', status: 400, code: "invalid_json" },
  { name: "not JSON", body: "messages=hi", status: 400, code: "invalid_json" },
  { name: "a JSON list", body: "[]", status: 400, says: ["object"] },
  { name: "JSON null", body: "null", status: 400 },
  { name: "not UTF-8", body: new Uint8Array([0x22, 0xff, 0x22]), status: 400, code: "invalid_json" },
  { name: "compressed", body: "{}", headers: { "content-encoding": "gzip" }, status: 415 },
  { name: "too large a body", body: JSON.stringify({ messages, user: "x".repeat(70_000) }), status: 413, says: ["65536"] },
  {
    name: "nested a hundred thousand deep",
    body: `{"messages": ${"[".repeat(30_000)}${"]".repeat(30_000)}}`,
    status: 400,
    param: "messages.0",
  },
  { name: "no messages", body: { max_tokens: 1 }, status: 400, param: "messages" },
  field("messages", [], "messages"),
  field("messages", "Hi", "messages"),
  field("messages", [{ role: "user" }], "messages.0.content"),
  field("messages", [user, { role: "user", content: 5 }], "messages.1.content"),
  field("messages", [{ role: "user", content: null }], "messages.0.content"),
  field("messages", [{ role: 5, content: "Hi" }], "messages.0.role"),
  field("messages", [{ role: "tool", content: "Hi" }], "messages.0.role"),
  field("messages", [{ role: "user", content: [{ type: "image_url", image_url: { url: "x" } }] }], "messages.0.content.0.type"),
  field("messages", [{ role: "user", content: [{ type: "text" }] }], "messages.0.content.0.text"),
  { ...field("model", "other"), status: 404, code: "model_not_found", says: ["other", "double"] },
  field("model", 5),
  field("max_tokens", -1),
  field("max_tokens", 1.5),
  field("max_tokens", "5"),
  field("max_tokens", 1e300),
  { ...field("max_tokens", 1_000_000), code: "context_length_exceeded", says: ["1000000", "512"] },
  field("max_completion_tokens", -3),
  field("n", 0),
  field("n", 129),
  field("temperature", -0.1),
  field("temperature", 2.5),
  field("temperature", "hot"),
  {
    name: "infinite temperature",
    body: '{"messages":[{"role":"user","content":"x"}],"temperature":1e999}',
    status: 400,
    param: "temperature",
  },
  field("top_p", 1.5),
  field("top_k", -2),
  field("min_p", 2),
  field("repetition_penalty", 0),
  field("presence_penalty", 3),
  field("frequency_penalty", -3),
  field("seed", 0.5),
  field("seed", "1"),
  field("stop", 5),
  field("stop", [""], "stop.0"),
  field("stop", ["a", 5], "stop.1"),
  field("stream", "yes"),
  field("stream_options", { include_usage: true }),
  field("logprobs", 1),
  field("top_logprobs", 2),
  { name: "too many top_logprobs", body: { messages, logprobs: true, top_logprobs: 21 }, status: 400, param: "top_logprobs" },
  field("logit_bias", { 5: 1000 }, "logit_bias.5"),
  field("logit_bias", { 99999: 1 }, "logit_bias.99999"),
  field("logit_bias", { word: 1 }, "logit_bias.word"),
  { ...field("tools", [{ type: "function", function: { name: "f" } }]), code: "unsupported_parameter" },
  field("tool_choice", "required"),
  field("response_format", { type: "json_object" }),
  field("response_format", { type: "json_schema", json_schema: {} }),
  field("guided_json", {}),
  field("ignore_eos", 1),
  field("return_token_ids", "true"),
  field("kvasir", "full"),
  { ...field("kvasir", { policy: "nothing" }, "kvasir.policy"), code: "policy_not_found", says: ["nothing", "full, window"] },
  field("kvasir", { policy: 5 }, "kvasir.policy"),
  field("kvasir", { contexts: "facts" }, "kvasir.contexts"),
  field("kvasir", { contexts: [5] }, "kvasir.contexts.0"),
  { ...field("kvasir", { contexts: ["gone"] }, "kvasir.contexts.0"), status: 404, code: "context_not_found", says: ["gone"] },
  {
    name: "too long a chat",
    body: { messages: [{ role: "user", content: "x".repeat(600) }] },
    status: 400,
    param: "messages",
    code: "context_length_exceeded",
    says: ["617", "512"],
  },

  { name: "no prompt", at: text, body: { max_tokens: 1 }, status: 400, param: "prompt" },
  prompt(null, "prompt"),
  prompt(5, "prompt"),
  prompt({}, "prompt"),
  prompt([], "prompt"),
  prompt([[]], "prompt"),
  prompt([1, -1], "prompt.1"),
  prompt([1.5], "prompt.0"),
  prompt([1, "a"], "prompt.0"),
  prompt([[1], [2, -3]], "prompt.1.1"),
  prompt(["a", null], "prompt.1"),
  prompt([100, 70_000], "prompt.1"),
  prompt([[100], [70_000]], "prompt.1.0"),
  prompt("x".repeat(600), "prompt"),
  prompt(["a", "x".repeat(600)], "prompt.1"),
  prompt("x".repeat(40_000), "prompt"),
  {
    name: "too many prompts",
    at: text,
    body: { prompt: Array.from({ length: 2049 }, () => "a") },
    status: 400,
    param: "prompt",
    says: ["2049"],
  },
  { name: "empty prompt", at: text, body: { prompt: "", add_special_tokens: false }, status: 400, param: "prompt", code: "prompt_empty" },
  { name: "suffix", at: text, body: { prompt: "a", suffix: "b" }, status: 400, param: "suffix" },
  { name: "best_of above n", at: text, body: { prompt: "a", best_of: 3 }, status: 400, param: "best_of" },
  { name: "echo as a number", at: text, body: { prompt: "a", echo: 1 }, status: 400, param: "echo" },
  { name: "logprobs as a flag", at: text, body: { prompt: "a", logprobs: true }, status: 400, param: "logprobs" },
  { name: "too many logprobs", at: text, body: { prompt: "a", logprobs: 21 }, status: 400, param: "logprobs" },

  { name: "context without content", at: contexts, body: { id: "a" }, status: 400, param: "content" },
  { name: "context with both", at: contexts, body: { content: "a", messages }, status: 400, param: "content" },
  { name: "empty context", at: contexts, body: { content: "" }, status: 400, param: "content" },
  { name: "context id with a slash", at: contexts, body: { id: "a/b", content: "a" }, status: 400, param: "id" },
  { name: "context id that climbs", at: contexts, body: { id: "../../etc", content: "a" }, status: 400, param: "id" },
  { name: "context visibility", at: contexts, body: { content: "a", visibility: "all" }, status: 400, param: "visibility" },
  { name: "context policy", at: contexts, body: { content: "a", policy: "nothing" }, status: 400, param: "policy", says: ["full, window"] },
  {
    name: "too long a context",
    at: contexts,
    body: { content: "x".repeat(600) },
    status: 400,
    param: "content",
    code: "context_length_exceeded",
  },
  { name: "unknown context", at: "GET /v1/contexts/gone", status: 404, code: "context_not_found" },
  { name: "deleting an unknown context", at: "DELETE /v1/contexts/gone", status: 404, code: "context_not_found" },

  { name: "tokenize nothing", at: "POST /tokenize", body: {}, status: 400, param: "prompt" },
  { name: "tokenize a number", at: "POST /tokenize", body: { prompt: 5 }, status: 400, param: "prompt" },
  { name: "detokenize text", at: "POST /detokenize", body: { tokens: "a" }, status: 400, param: "tokens" },
  { name: "detokenize what is no token", at: "POST /detokenize", body: { tokens: [1, 5000] }, status: 400, param: "tokens.1" },

  { name: "unknown path", at: "GET /v1/nothing", status: 404, code: "not_found" },
  { name: "embeddings", at: "POST /v1/embeddings", body: { input: "a" }, status: 404, code: "not_found" },
  { name: "unknown model", at: "GET /v1/models/other", status: 404, code: "model_not_found" },
  { name: "GET on a POST route", at: "GET /v1/chat/completions", status: 405, code: "method_not_allowed", says: ["POST"] },
  { name: "PUT on completions", at: "PUT /v1/completions", body: "{}", status: 405 },
  { name: "PATCH on contexts", at: "PATCH /v1/contexts", body: "{}", status: 405, says: ["GET, POST"] },
  { name: "POST on health", at: "POST /health", body: "{}", status: 405 },
  {
    name: "a page of another site",
    body: { messages },
    headers: { origin: "https://evil.example" },
    status: 403,
    code: "origin_not_allowed",
  },
];

describe("bad input", () => {
  let server: RunningServer;
  const reported: unknown[] = [];
  beforeAll(async () => {
    server = await serve({ engine: createEngineDouble(), port: 0, bodyLimitBytes: 65_536, onError: (error) => reported.push(error) });
  });
  afterAll(async () => server.close({ drain: false }));

  it.each(cases)("$name: $status", async ({ at = chat, body, headers, status, param, code, says = [] }) => {
    const [method = "POST", path = "/"] = at.split(" ");
    const isRaw = typeof body === "string" || body instanceof Uint8Array;
    const init = { method, headers: { "content-type": "application/json", ...headers } };
    const response = await fetch(server.url + path, body === undefined ? init : { ...init, body: isRaw ? body : JSON.stringify(body) });
    const answer = (await response.json()) as { error: { message: string; type: string; param: string | null; code: string | null } };
    const wanted = { type: "invalid_request_error", ...(param === undefined ? {} : { param }), ...(code === undefined ? {} : { code }) };
    expect([response.status, answer.error]).toMatchObject([status, wanted]);
    expect(Object.keys(answer.error)).toEqual(["message", "type", "param", "code"]);
    for (const part of says) expect(answer.error.message).toContain(part);
    expect(response.headers.has("allow")).toBe(status === 405);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    expect(reported).toEqual([]);
  });

  it("still answers after all of them", async () => {
    const response = await fetch(`${server.url}/v1/chat/completions`, {
      method: "POST",
      body: JSON.stringify({ messages, max_tokens: 2 }),
    });
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: "ab" } }] });
  });
});

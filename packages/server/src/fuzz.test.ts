import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningServer, serve } from "./serve.ts";
import { createEngineDouble } from "./testing/engine-double.ts";

const fields = [
  "messages",
  "prompt",
  "model",
  "n",
  "max_tokens",
  "max_completion_tokens",
  "stream",
  "stream_options",
  "stop",
  "seed",
  "temperature",
  "top_p",
  "top_k",
  "min_p",
  "repetition_penalty",
  "presence_penalty",
  "frequency_penalty",
  "logit_bias",
  "logprobs",
  "top_logprobs",
  "echo",
  "best_of",
  "ignore_eos",
  "return_token_ids",
  "user",
  "kvasir",
  "tools",
  "response_format",
  "suffix",
  "id",
  "title",
  "content",
  "visibility",
  "policy",
  "tokens",
  "add_special_tokens",
  "__proto__",
  "constructor",
] as const;

const values = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(
    -1,
    0,
    1,
    2,
    1e308,
    2 ** 53,
    0.5,
    "",
    "double",
    "full",
    true,
    null,
    [[1]],
    [-1],
    ["a", [1]],
    { include_usage: true },
    "\ud800",
    "\0",
  ),
  fc.record({ contexts: fc.array(fc.string()), policy: fc.string() }, { requiredKeys: [] }),
  fc.array(
    fc.record({ role: fc.constantFrom("user", "system", "tool"), content: fc.oneof(fc.string({ unit: "binary" }), fc.jsonValue()) }),
  ),
);

/** JSON text, since an object literal cannot have a field `__proto__`. */
const bodies = fc.dictionary(fc.constantFrom(...fields), values, { maxKeys: 6 }).map(
  (body) =>
    `{${Object.entries(body)
      .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
      .join(",")}}`,
);

const base: Readonly<Record<string, string>> = {
  "/v1/chat/completions": '{"messages":[{"role":"user","content":"Hi"}],"max_tokens":2,',
  "/v1/completions": '{"prompt":"Hi","max_tokens":2,',
  "/v1/contexts": '{"content":"Hi",',
  "/tokenize": "{",
  "/detokenize": "{",
};

describe("any JSON at all", () => {
  let server: RunningServer;
  const reported: unknown[] = [];
  beforeAll(async () => {
    server = await serve({ engine: createEngineDouble({ maxModelLength: 200 }), port: 0, onError: (error) => reported.push(error) });
  });
  afterAll(async () => server.close({ drain: false }));

  it("is answered, or refused in the error shape, and is never the server's fault", { timeout: 60_000 }, async () => {
    const isValidAnswer = async (path: string, body: string): Promise<void> => {
      const response = await fetch(server.url + path, { method: "POST", body });
      const text = await response.text();
      expect([200, 201, 400, 404, 409], `${path} ${body} ${text}`).toContain(response.status);
      if (response.status < 400) return;
      expect(JSON.parse(text)).toEqual({
        error: {
          message: expect.stringMatching(/./),
          type: "invalid_request_error",
          param: expect.toSatisfy(isTextOrNull),
          code: expect.any(String),
        },
      });
    };
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(base)), bodies, fc.boolean(), async (path, body, isOnBase) => {
        const start = base[path] ?? "{";
        // Later fields win, so this is a valid request with some fields replaced.
        await isValidAnswer(path, isOnBase && body !== "{}" ? start + body.slice(1) : body);
      }),
      { numRuns: 600 },
    );
    expect(reported).toEqual([]);
  });
});

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === "string";
}

import { describe, expect, it } from "vitest";
import { readEvents, serveDouble } from "../testing/serve-double.ts";

const path = "/v1/chat/completions";
const messages = [{ role: "user", content: "Hi" }];
const promptTokens = "<user>Hi<assistant>".length;

describe("POST /v1/chat/completions", () => {
  it("answers in the chat shape, with what the policy used", async () => {
    const { post } = await serveDouble();
    const response = await post(path, { model: "double", messages, max_tokens: 3 });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      id: expect.stringMatching(/^chatcmpl-/),
      object: "chat.completion",
      created: expect.any(Number),
      model: "double",
      choices: [{ index: 0, message: { role: "assistant", content: "abc", refusal: null }, logprobs: null, finish_reason: "length" }],
      usage: {
        prompt_tokens: promptTokens,
        completion_tokens: 3,
        total_tokens: promptTokens + 3,
        prompt_tokens_details: { cached_tokens: 0 },
        kvasir: {
          policy: "full",
          kv_bytes: (promptTokens + 3) * 64,
          dense_kv_bytes: (promptTokens + 3) * 64,
          kept_ratio: 1,
          recomputed_tokens: 0,
          context_tokens: 0,
        },
      },
    });
  });

  it("streams the role, the text, the reason, the usage and [DONE]", async () => {
    const { post } = await serveDouble();
    const response = await post(path, { messages, max_tokens: 2, stream: true, stream_options: { include_usage: true } });
    expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
    const events = await readEvents(response);
    expect(events).toMatchObject([
      {
        object: "chat.completion.chunk",
        choices: [{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }],
        usage: null,
      },
      { choices: [{ delta: { content: "a" }, finish_reason: null }], usage: null },
      { choices: [{ delta: { content: "b" }, finish_reason: null }], usage: null },
      { choices: [{ delta: {}, finish_reason: "length" }], usage: null },
      { choices: [], usage: { prompt_tokens: promptTokens, completion_tokens: 2, kvasir: { policy: "full" } } },
      "[DONE]",
    ]);
  });

  it("streams without usage unless asked", async () => {
    const { post } = await serveDouble();
    const events = await readEvents(await post(path, { messages, max_tokens: 1, stream: true }));
    expect(events).toHaveLength(4);
    expect(events.filter((event) => typeof event === "object" && event !== null && "usage" in event)).toEqual([]);
  });

  it("gives logprobs in the chat shape", async () => {
    const { post } = await serveDouble();
    const response = await post(path, { messages, max_tokens: 1, logprobs: true, top_logprobs: 2 });
    const body = (await response.json()) as { choices: [{ logprobs: unknown }] };
    const a = { token: "a", logprob: -0.5, bytes: [97] };
    expect(body.choices[0].logprobs).toEqual({
      content: [{ ...a, top_logprobs: [a, { token: "b", logprob: -1.5, bytes: [98] }] }],
      refusal: null,
    });
  });

  it("runs n choices with a seed each and counts the prompt once", async () => {
    const { post, engine } = await serveDouble();
    const response = await post(path, { messages, max_tokens: 2, n: 3, seed: 1 });
    expect(await response.json()).toMatchObject({
      choices: [
        { index: 0, message: { content: "bc" } },
        { index: 1, message: { content: "cd" } },
        { index: 2, message: { content: "de" } },
      ],
      usage: { prompt_tokens: promptTokens, completion_tokens: 6 },
    });
    expect(engine.requests.map((request) => request.sampling)).toEqual([1, 2, 3].map((seed) => ({ temperature: 1, seed })));
  });

  it("hands sampling fields to the engine in its names", async () => {
    const { post, engine } = await serveDouble();
    await post(path, {
      messages,
      max_completion_tokens: 1,
      temperature: 0.5,
      top_p: 0.9,
      top_k: -1,
      min_p: 0.1,
      repetition_penalty: 1.1,
      presence_penalty: 0.2,
      frequency_penalty: 0.3,
      logit_bias: { 5: -100 },
      stop: "x",
      ignore_eos: true,
      user: null,
    });
    expect(engine.requests[0]).toMatchObject({
      maxTokens: 1,
      ignoreEos: true,
      stop: ["x"],
      sampling: {
        temperature: 0.5,
        topP: 0.9,
        topK: 0,
        minP: 0.1,
        repetitionPenalty: 1.1,
        presencePenalty: 0.2,
        frequencyPenalty: 0.3,
        logitBias: { 5: -100 },
      },
    });
  });

  it("takes text parts, the developer role and documents", async () => {
    const { post } = await serveDouble();
    const parts = [
      { type: "text", text: "one" },
      { type: "text", text: "two" },
    ];
    const response = await post(path, {
      messages: [
        { role: "developer", content: "Be brief" },
        { role: "document", content: "Facts" },
        { role: "user", content: parts },
      ],
      max_tokens: 1,
      return_token_ids: true,
    });
    const body = (await response.json()) as { choices: [{ prompt_token_ids: number[]; token_ids: number[] }] };
    const prompt = Buffer.from(body.choices[0].prompt_token_ids.map((token) => token - 3)).toString();
    expect(prompt).toBe("<system>Be brief<document>Facts<user>one\ntwo<assistant>");
    expect(body.choices[0].token_ids).toEqual([100]);
  });

  it("generates as many tokens as fit where no number is given", async () => {
    const { post, engine } = await serveDouble({ maxModelLength: 40 });
    await post(path, { messages });
    expect(engine.requests[0]?.maxTokens).toBe(40 - promptTokens);
  });
});

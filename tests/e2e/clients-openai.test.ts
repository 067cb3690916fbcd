import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordAnswer, recordQuestion, records, serveKvasirTiny, type ServedModel } from "./serve-kvasir-tiny.ts";

const question = { role: "user" as const, content: recordQuestion };
const messages = [{ role: "system" as const, content: records }, question];
const model = "kvasir-tiny";

describe("the openai client", () => {
  let served: ServedModel;
  let client: OpenAI;
  beforeAll(async () => {
    served = await serveKvasirTiny({ apiKeys: ["test-key"] });
    client = new OpenAI({ baseURL: `${served.server.url}/v1`, apiKey: "test-key", maxRetries: 0 });
  });
  afterAll(async () => served.close());

  it("chats, and streams the same answer", async () => {
    const request = { model, messages, temperature: 0, max_tokens: 40 };
    const whole = await client.chat.completions.create(request);
    const stream = await client.chat.completions.create({ ...request, stream: true, stream_options: { include_usage: true } });
    let text = "";
    let usage: OpenAI.CompletionUsage | null | undefined;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? "";
      usage = chunk.usage ?? usage;
    }
    expect(text).toBe(whole.choices[0]?.message.content);
    expect(text).toContain(recordAnswer);
    expect(whole.choices[0]?.finish_reason).toBe("stop");
    expect(usage?.prompt_tokens).toBe(whole.usage?.prompt_tokens);
    expect(usage?.completion_tokens).toBe(whole.usage?.completion_tokens);
    expect(whole.usage?.prompt_tokens_details?.cached_tokens).toBeTypeOf("number");
  });

  it("gets log-probabilities that add up", async () => {
    const answer = await client.chat.completions.create({
      model,
      messages,
      temperature: 0,
      max_tokens: 3,
      logprobs: true,
      top_logprobs: 5,
    });
    const content = answer.choices[0]?.logprobs?.content ?? [];
    expect(content.length).toBeGreaterThan(0);
    for (const { token, logprob, top_logprobs: top } of content) {
      expect(top).toHaveLength(5);
      expect(top[0]).toMatchObject({ token, logprob });
      expect(top.reduce((sum, entry) => sum + Math.exp(entry.logprob), 0)).toBeLessThanOrEqual(1.0001);
    }
  });

  it("stops a stream in the middle", async () => {
    const stream = await client.chat.completions.create({ model, messages, stream: true, max_tokens: 500 });
    for await (const _ of stream) break;
    stream.controller.abort();
    await expect.poll(async () => (await served.engine.stats()).requestsRunning).toBe(0);
  });

  it("completes text and scores a prompt like its own continuation", async () => {
    const completion = await client.completions.create({
      model,
      prompt: "The value of record e5b99d30 is",
      temperature: 0,
      max_tokens: 4,
      logprobs: 1,
    });
    const generated = completion.choices[0];
    const echoed = await client.completions.create({
      model,
      prompt: `The value of record e5b99d30 is${generated?.text}`,
      max_tokens: 0,
      echo: true,
      logprobs: 1,
    });
    const scores = echoed.choices[0]?.logprobs;
    expect(scores?.token_logprobs?.[0]).toBeNull();
    expect(scores?.tokens?.length).toBe(scores?.token_logprobs?.length);
    expect(scores?.tokens?.slice(1).join("")).toContain(generated?.text);
  });

  it("lists models, and reads errors", async () => {
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual([model]);
    expect(await client.models.retrieve(model)).toMatchObject({ id: model, object: "model" });
    await expect(client.chat.completions.create({ model: "other", messages })).rejects.toMatchObject({
      status: 404,
      code: "model_not_found",
    });
    await expect(client.chat.completions.create({ model, messages, temperature: 9 })).rejects.toMatchObject({
      status: 400,
      param: "temperature",
    });
    await expect(new OpenAI({ baseURL: `${served.server.url}/v1`, apiKey: "wrong" }).models.list()).rejects.toBeInstanceOf(
      OpenAI.AuthenticationError,
    );
  });
});

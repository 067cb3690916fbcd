import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, streamText } from "ai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordAnswer, recordQuestion, records, serveKvasirTiny, type ServedModel } from "./serve-kvasir-tiny.ts";

describe("the Vercel AI SDK", () => {
  let served: ServedModel;
  let provider: ReturnType<typeof createOpenAICompatible>;
  beforeAll(async () => {
    served = await serveKvasirTiny();
    provider = createOpenAICompatible({ name: "kvasir", baseURL: `${served.server.url}/v1`, includeUsage: true });
  });
  afterAll(async () => served.close());

  const request = { system: records, prompt: recordQuestion, temperature: 0, maxOutputTokens: 24, maxRetries: 0 };

  it("generates text, and streams the same", async () => {
    const whole = await generateText({ ...request, model: provider.chatModel("kvasir-tiny") });
    const stream = streamText({ ...request, model: provider.chatModel("kvasir-tiny") });
    let text = "";
    for await (const part of stream.textStream) text += part;
    expect(text).toBe(whole.text);
    expect(text).toContain(recordAnswer);
    expect(await stream.finishReason).toBe(whole.finishReason);
    expect((await stream.usage).inputTokens).toBe(whole.usage.inputTokens);
    expect((await stream.usage).outputTokens).toBeGreaterThan(0);
  });

  it("completes text", async () => {
    const { text } = await generateText({ ...request, model: provider.completionModel("kvasir-tiny") });
    expect(text.length).toBeGreaterThan(0);
  });

  it("passes the request's contexts on", async () => {
    await served.engine.createContext({ id: "records", content: records, visibility: "private", tenant: "default" });
    const { system: _, ...question } = request;
    const { text, usage } = await generateText({
      ...question,
      model: provider.chatModel("kvasir-tiny"),
      providerOptions: { kvasir: { kvasir: { contexts: ["records"] } } },
    });
    expect(text).toContain(recordAnswer);
    expect(usage.inputTokenDetails.cacheReadTokens).toBeGreaterThan(0);
  });
});

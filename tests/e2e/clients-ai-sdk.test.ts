import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, streamText } from "ai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serveKvasirTiny, type ServedModel } from "./serve-kvasir-tiny.ts";

describe("the Vercel AI SDK", () => {
  let served: ServedModel;
  let provider: ReturnType<typeof createOpenAICompatible>;
  beforeAll(async () => {
    served = await serveKvasirTiny();
    provider = createOpenAICompatible({ name: "kvasir", baseURL: `${served.server.url}/v1`, includeUsage: true });
  });
  afterAll(async () => served.close());

  const request = { prompt: "What is the code of Orla?", temperature: 0, maxOutputTokens: 8, maxRetries: 0 };

  it("generates text, and streams the same", async () => {
    const whole = await generateText({ ...request, model: provider.chatModel("kvasir-tiny") });
    const stream = streamText({ ...request, model: provider.chatModel("kvasir-tiny") });
    let text = "";
    for await (const part of stream.textStream) text += part;
    expect(text).toBe(whole.text);
    expect(text.length).toBeGreaterThan(0);
    expect(await stream.finishReason).toBe(whole.finishReason);
    expect((await stream.usage).inputTokens).toBe(whole.usage.inputTokens);
    expect((await stream.usage).outputTokens).toBeGreaterThan(0);
  });

  it("completes text", async () => {
    const { text } = await generateText({ ...request, model: provider.completionModel("kvasir-tiny") });
    expect(text.length).toBeGreaterThan(0);
  });

  it("passes the request's contexts on", async () => {
    await served.engine.createContext({ id: "records", content: "The code of Orla is 7312.", visibility: "private", tenant: "default" });
    const { usage } = await generateText({
      ...request,
      model: provider.chatModel("kvasir-tiny"),
      providerOptions: { kvasir: { kvasir: { contexts: ["records"] } } },
    });
    expect(usage.inputTokenDetails.cacheReadTokens).toBeGreaterThan(0);
  });
});

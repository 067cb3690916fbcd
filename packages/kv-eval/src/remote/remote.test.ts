import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { Exercise, Question } from "../exercise.ts";
import { besideApi } from "./api-client.ts";
import { serverAnswerer } from "./server-answerer.ts";
import { createCounter } from "./server-tokenizer.ts";
import { findDialect, type Post } from "./tokenizer-dialects.ts";

interface Received {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

let server: Server | undefined;
const received: Received[] = [];

afterEach(() => {
  server?.close();
  received.length = 0;
});

/** A server that gives replies in turn, the last one for ever. */
async function serve(replies: readonly { readonly status?: number; readonly body: unknown }[]): Promise<string> {
  server = createServer(async (request, response) => {
    received.push({ path: request.url ?? "", authorization: request.headers.authorization, body: await readBody(request) });
    const reply = replies[Math.min(received.length, replies.length) - 1];
    response.writeHead(reply?.status ?? 200).end(typeof reply?.body === "string" ? reply.body : JSON.stringify(reply?.body));
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

async function readBody(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text) as Readonly<Record<string, unknown>>;
}

const question: Question = {
  text: "Which number?",
  answerPrefix: " The number is",
  references: ["7"],
  completion: " 7",
  evidence: [],
  metric: "match-all",
  maxNewTokens: 12,
};
const exercise: Exercise = {
  task: "t",
  seed: 1,
  preamble: "Read.",
  documents: ["One.", "Two."],
  questions: [question],
  layout: "one-message",
};
const usage = { prompt_tokens: 20, completion_tokens: 2 };
const chatReply = { choices: [{ message: { content: "7" }, finish_reason: "stop" }], usage };

describe("serverAnswerer", () => {
  it("asks in one message that the answer prefix ends", async () => {
    const url = await serve([{ body: chatReply }]);
    const answerer = serverAnswerer({ url: `${url}/`, apiKey: "key", model: "m", completions: false, namesPolicy: false });
    const answer = await answerer.answer({ exercise, question, policy: "full" });
    expect(answer).toMatchObject({ text: "7", finishReason: "stop", usage: { promptTokens: 20, completionTokens: 2 } });
    expect(answer.usage.kvBytes).toBeUndefined();
    expect(received).toEqual([
      {
        path: "/v1/chat/completions",
        authorization: "Bearer key",
        body: {
          model: "m",
          messages: [{ role: "user", content: "Read.\nOne.\nTwo.\nWhich number? The number is" }],
          max_tokens: 12,
          temperature: 0,
        },
      },
    ]);
  });

  it("sends raw prompts, titles documents, names policies and reads what they kept", async () => {
    const kvasir = { kept_ratio: 0.5, kv_bytes: 100, dense_kv_bytes: 200 };
    const url = await serve([{ body: { choices: [{ text: "7", finish_reason: "length" }], usage: { ...usage, kvasir } } }]);
    const answerer = serverAnswerer({ url, model: "m", completions: true, namesPolicy: true });
    const answer = await answerer.answer({ exercise: { ...exercise, layout: "documents" }, question, policy: "streaming" });
    expect(answer).toMatchObject({ finishReason: "length", usage: { keptRatio: 0.5, kvBytes: 100, denseKvBytes: 200 } });
    expect(received[0]).toMatchObject({
      path: "/v1/completions",
      authorization: undefined,
      body: { prompt: "Read.\n\nDocument 1:\nOne.\n\nDocument 2:\nTwo.\n\nWhich number? The number is", kvasir: { policy: "streaming" } },
    });
  });

  it("waits for a busy server and gives up on one that refuses", async () => {
    const url = await serve([{ status: 429, body: "later" }, { body: chatReply }, { status: 400, body: "no such model" }]);
    const answerer = serverAnswerer({ url, model: "m", completions: false, namesPolicy: false });
    expect((await answerer.answer({ exercise, question, policy: "full" })).text).toBe("7");
    await expect(answerer.answer({ exercise, question, policy: "full" })).rejects.toThrow(
      /^http:\/\/127\.0\.0\.1:\d+\/v1\/chat\/completions: 400 no such model$/,
    );
    expect(received).toHaveLength(3);
  });

  it("stops waiting when it is told to", async () => {
    const url = await serve([{ status: 503, body: "loading" }]);
    const answerer = serverAnswerer({ url, model: "m", completions: false, namesPolicy: false });
    await expect(answerer.answer({ exercise, question, policy: "full", signal: AbortSignal.timeout(100) })).rejects.toMatchObject({
      name: "TimeoutError",
    });
  });
});

describe("findDialect", () => {
  /** A token per word; a chat adds three, a beginning of the sequence one. */
  const words = (text: unknown): string[] => String(text).split(" ");
  const kvasir: Post = (path, body) => {
    const { prompt, messages, add_special_tokens: adds } = body as Record<string, unknown>;
    if (path !== "/tokenize") throw new Error("404");
    if (messages !== undefined) return { tokens: [1, 2, 3, ...words((messages as { content: string }[])[0]?.content)] };
    return { tokens: [...(adds === true ? ["<s>"] : []), ...words(prompt)] };
  };
  const llamaServer: Post = (path, body) => {
    const { content, messages, add_special: adds } = body as Record<string, unknown>;
    if (path === "/apply-template") return { prompt: `<user> ${(messages as { content: string }[])[0]?.content} <assistant>` };
    return { tokens: content === undefined ? [] : [...(adds === true ? ["<s>"] : []), ...words(content)] };
  };

  it.each([
    ["openai-style", kvasir],
    ["llama.cpp", llamaServer],
  ])("counts with %s", (name, post) => {
    const dialect = findDialect(post, "m", "http://x/v1");
    expect(dialect.name).toBe(name);
    const chat = createCounter(dialect, { completions: false });
    expect(chat.countTokens("a b c")).toBe(3);
    expect(chat.countTokens("")).toBe(0);
    expect(chat.overhead.perQuestion).toBe(3);
    expect(createCounter(dialect, { completions: true }).overhead.perQuestion).toBe(1);
  });

  it("says what to do where a server has no tokenizer, and what the server said", () => {
    const refuse: Post = () => {
      throw new Error("connect ECONNREFUSED");
    };
    expect(() => findDialect(refuse, "m", "http://x/v1")).toThrow(
      /no \/tokenize that answers \(connect ECONNREFUSED\)\. Say with --tokenizer PATH/,
    );
    expect(() => findDialect(() => ({ tokens: [] }), "m", "http://x/v1")).toThrow("no tokens came back");
  });
});

it("finds what stands beside an API", () => {
  expect(besideApi({ url: "http://x:1/v1" }, "/tokenize")).toBe("http://x:1/tokenize");
  expect(besideApi({ url: "http://x:1/v1/" }, "/tokenize")).toBe("http://x:1/tokenize");
  expect(besideApi({ url: "http://x:1/proxy" }, "/tokenize")).toBe("http://x:1/proxy/tokenize");
});

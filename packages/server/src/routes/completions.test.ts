import { describe, expect, it } from "vitest";
import { readEvents, serveDouble } from "../testing/serve-double.ts";

const path = "/v1/completions";

interface Choice {
  readonly index: number;
  readonly text: string;
  readonly logprobs: unknown;
  readonly finish_reason: string;
}

async function choicesOf(response: Response): Promise<readonly Choice[]> {
  expect(response.status).toBe(200);
  return ((await response.json()) as { choices: readonly Choice[] }).choices;
}

describe("POST /v1/completions", () => {
  it("answers in the completion shape, 16 tokens by default", async () => {
    const { post } = await serveDouble();
    expect(await (await post(path, { model: "double", prompt: "Hi" })).json()).toMatchObject({
      id: expect.stringMatching(/^cmpl-/),
      object: "text_completion",
      model: "double",
      choices: [{ index: 0, text: "abcdefghijklmnop", logprobs: null, finish_reason: "length" }],
      usage: { prompt_tokens: 3, completion_tokens: 16, total_tokens: 19 },
    });
  });

  it("scores a prompt with echo, logprobs and max_tokens 0, the first token without a score", async () => {
    const { post } = await serveDouble();
    const [choice] = await choicesOf(await post(path, { prompt: [68, 69], echo: true, logprobs: 1, max_tokens: 0 }));
    expect(choice).toEqual({
      index: 0,
      text: "AB",
      logprobs: { tokens: ["A", "B"], token_logprobs: [null, -0.5], top_logprobs: [null, { B: -0.5 }], text_offset: [0, 1] },
      finish_reason: "length",
    });
  });

  it("puts the completion's logprobs after the prompt's", async () => {
    const { post } = await serveDouble();
    const [choice] = await choicesOf(await post(path, { prompt: "é", echo: true, logprobs: 2, max_tokens: 1 }));
    expect(choice?.text).toBe("éa");
    expect(choice?.logprobs).toMatchObject({
      tokens: ["<s>", "\uFFFD", "\uFFFD", "a"],
      token_logprobs: [null, -0.5, -0.5, -0.5],
      text_offset: [0, 3, 4, 5],
    });
  });

  it("gives the four lists without echo too, counted from the completion", async () => {
    const { post } = await serveDouble();
    const [choice] = await choicesOf(await post(path, { prompt: "Hi", logprobs: 0, max_tokens: 2 }));
    expect(choice?.logprobs).toEqual({
      tokens: ["a", "b"],
      token_logprobs: [-0.5, -0.5],
      top_logprobs: [{ a: -0.5 }, { b: -0.5 }],
      text_offset: [0, 1],
    });
  });

  it.each([
    [["A", "B"], 3],
    [[[68], [69]], 2],
    [["A", [69]], 3],
  ])("completes each prompt of %j", async (prompt, firstEchoTokens) => {
    const { post, engine } = await serveDouble();
    const response = await post(path, { prompt, n: 2, seed: 0, max_tokens: 2, echo: true });
    expect((await choicesOf(response)).map(({ index, text }) => [index, text])).toEqual([
      [0, "Aab"],
      [1, "Abc"],
      [2, "Bab"],
      [3, "Bbc"],
    ]);
    expect(engine.requests[0]?.prompt.length).toBe(firstEchoTokens - 1);
  });

  it("adds token ids when asked", async () => {
    const { post } = await serveDouble();
    const [choice] = await choicesOf(await post(path, { prompt: [68], max_tokens: 2, return_token_ids: true }));
    expect(choice).toMatchObject({ prompt_token_ids: [68], token_ids: [100, 101] });
  });

  it("streams the prompt with echo, offsets running on, ids in the first chunk", async () => {
    const { post } = await serveDouble();
    const body = {
      prompt: [68],
      max_tokens: 1,
      echo: true,
      logprobs: 0,
      return_token_ids: true,
      stream: true,
      stream_options: { include_usage: true },
    };
    expect(await readEvents(await post(path, body))).toMatchObject([
      {
        object: "text_completion",
        choices: [{ text: "A", logprobs: { tokens: ["A"], text_offset: [0] }, prompt_token_ids: [68], token_ids: [] }],
      },
      { choices: [{ text: "a", logprobs: { tokens: ["a"], text_offset: [1] }, token_ids: [100], finish_reason: null }] },
      { choices: [{ text: "", finish_reason: "length" }] },
      { choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } },
      "[DONE]",
    ]);
  });

  it("streams several choices beside each other", async () => {
    const { post } = await serveDouble({ tokenDelayMs: 1 });
    const events = await readEvents(await post(path, { prompt: ["A", "B"], n: 2, seed: 0, max_tokens: 3, stream: true }));
    const texts = ["", "", "", ""];
    for (const event of events) {
      if (event === "[DONE]") continue;
      for (const { index, text } of (event as { choices: readonly Choice[] }).choices) texts[index] += text;
    }
    expect(texts).toEqual(["abc", "bcd", "abc", "bcd"]);
  });

  it("runs a long prompt list a few at a time", async () => {
    const { post, engine } = await serveDouble({ capacity: 4, tokenDelayMs: 1 }, { concurrentChoices: 4 });
    const choices = await choicesOf(await post(path, { prompt: Array.from({ length: 40 }, () => "A"), max_tokens: 1 }));
    expect(choices).toHaveLength(40);
    expect(engine.running()).toBe(0);
  });

  it("stops before a stop string", async () => {
    const { post } = await serveDouble();
    const [choice] = await choicesOf(await post(path, { prompt: "A", stop: ["c"] }));
    expect(choice).toMatchObject({ text: "ab", finish_reason: "stop" });
  });

  it("adds no special tokens when told, or after a context", async () => {
    const { post, engine } = await serveDouble();
    await post("/v1/contexts", { id: "facts", content: "Facts" });
    await post(path, { prompt: "A", max_tokens: 1, add_special_tokens: false });
    await post(path, { prompt: "A", max_tokens: 1, kvasir: { contexts: ["facts"], policy: "window" } });
    expect(engine.requests).toMatchObject([{ prompt: [68] }, { prompt: [68], contexts: ["facts"], policy: "window" }]);
  });
});

import { expect, it } from "vitest";
import { fakeEngine } from "../testing/fake-engine.ts";
import { ChatSession } from "./chat-session.ts";

const options = { maxTokens: 100, sampling: { temperature: 0 } };

it("streams an answer and keeps the conversation", async () => {
  const engine = fakeEngine(() => " yes ");
  const session = new ChatSession(engine, { ...options, system: "be brief" });
  const pieces: string[] = [];
  const answer = await session.ask("really?", (text) => pieces.push(text));
  expect(pieces.join("")).toBe(" yes ");
  expect(answer).toMatchObject({ text: " yes ", isCancelled: false, usage: { completionTokens: 3 } });
  expect(session.messages).toEqual([
    { role: "system", content: "be brief" },
    { role: "user", content: "really?" },
    { role: "assistant", content: "yes" },
  ]);
  await session.ask("sure?", () => {});
  expect(String.fromCodePoint(...(engine.requests[1]?.prompt ?? []))).toBe("system:be brief\nuser:really?\nassistant:yes\nuser:sure?\n");
});

it("keeps what a cancelled answer got to", async () => {
  const session = new ChatSession(
    fakeEngine(() => "abcdef"),
    options,
  );
  const abort = new AbortController();
  const answer = await session.ask("go", (text) => text === "c" && abort.abort(), abort.signal);
  expect(answer).toMatchObject({ text: "abc", isCancelled: true });
  expect(session.messages.at(-1)).toEqual({ role: "assistant", content: "abc" });
});

it("leaves the conversation as it was when a question is refused", async () => {
  const session = new ChatSession(
    fakeEngine(() => {
      throw new Error("too long");
    }),
    options,
  );
  await expect(session.ask("go", () => {})).rejects.toThrow("too long");
  expect(session.messages).toEqual([]);
});

it("forgets the conversation but not documents", async () => {
  const engine = fakeEngine(() => "x");
  const session = new ChatSession(engine, options);
  expect(await session.addDocument("a.txt", "text")).toBe(7);
  await session.ask("one", () => {});
  session.reset();
  await session.ask("two", () => {});
  expect(engine.requests[1]).toMatchObject({ contexts: ["context-1"] });
  expect(session.messages).toHaveLength(2);
});

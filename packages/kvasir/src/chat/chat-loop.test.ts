import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { expect, it } from "vitest";
import { fakeEngine } from "../testing/fake-engine.ts";
import { chatLoop } from "./chat-loop.ts";
import { ChatSession } from "./chat-session.ts";

async function chat(
  input: string,
  answer: (prompt: string) => string,
  showsStats = false,
): Promise<{ out: string; notes: string; isAnswered: boolean }> {
  const session = new ChatSession(fakeEngine(answer), { maxTokens: 100, sampling: {} });
  const output = new PassThrough();
  const notes = new PassThrough();
  const isAnswered = await chatLoop(session, { input: Readable.from([input]), output, notes, isInteractive: false, showsStats });
  return { out: String(output.read() ?? ""), notes: String(notes.read() ?? ""), isAnswered };
}

const echo = (prompt: string): string => prompt.trim().split("\n").at(-1)?.replace("user:", "") ?? "";

it("answers every line of a pipe, and prints nothing else to its output", async () => {
  expect(await chat("one\n\ntwo", echo)).toEqual({ out: "one\ntwo\n", notes: "", isAnswered: true });
});

it("knows commands", async () => {
  const { out, notes } = await chat("a\n/reset\n//b\n/stats\nc\n/nonsense\n/help\n/exit\nnever", echo);
  expect(out).toBe("a\n/b\nc\n");
  expect(notes).toContain("Conversation forgotten.");
  expect(notes).toMatch(/10 prompt tokens \(4 cached\) · first token \d+ ms · 3 tokens.* · KV 16\.0 KiB/);
  expect(notes).toContain("There is no command /nonsense.");
});

it("goes on after an error, and says at the end that there was one", async () => {
  const { out, notes, isAnswered } = await chat("bad\ngood", (prompt) => {
    if (echo(prompt) === "bad") throw new Error("no");
    return "fine";
  });
  expect(out).toBe("fine\n");
  expect(notes).toMatch(/error: no/);
  expect(isAnswered).toBe(false);
});

it("puts a document before the conversation, or says why not", async () => {
  const folder = mkdtempSync(join(tmpdir(), "kvasir-chat-"));
  writeFileSync(join(folder, "a b.txt"), "text");
  const { notes } = await chat(`/document ${join(folder, "a b.txt")}\n/document ${join(folder, "gone.txt")}\n/document`, echo);
  rmSync(folder, { recursive: true });
  expect(notes).toContain("a b.txt: 7 tokens, computed once");
  expect(notes).toMatch(/error: ENOENT.*gone\.txt/);
  expect(notes).toContain("/document without a file");
});

import { readFile } from "node:fs/promises";
import { createInterface, type Interface } from "node:readline";
import { describeError } from "../cli/report-error.ts";
import { CHAT_HELP, parseChatLine } from "./chat-commands.ts";
import type { ChatSession } from "./chat-session.ts";
import { statsLine } from "./stats-line.ts";

export interface ChatLoopOptions {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  /** Receives what is not part of an answer: notes, figures, errors. */
  readonly notes: NodeJS.WritableStream;
  /** A person at a terminal: prompt, line editing and history. Otherwise every line of input is a question. */
  readonly isInteractive: boolean;
  readonly showsStats: boolean;
}

/** Reads questions until the input ends and streams the answers. Resolves to whether every question got an answer. */
export async function chatLoop(session: ChatSession, options: ChatLoopOptions): Promise<boolean> {
  const { input, output, notes, isInteractive } = options;
  const lines = createInterface({ input, ...(isInteractive ? { output, terminal: true } : {}), prompt: "> ", historySize: 500 });
  const note = (text: string): void => void notes.write(`${text}\n`);
  let showsStats = options.showsStats;
  let hasFailed = false;
  let hasLeft = false;
  let answering: AbortController | undefined;
  let wasInterrupted = false;
  lines.on("SIGINT", () => {
    if (answering !== undefined) return answering.abort();
    if (wasInterrupted) return lines.close();
    wasInterrupted = true;
    note("\n(Ctrl-C again leaves)");
    lines.prompt();
  });

  const answer = async (question: string): Promise<void> => {
    answering = new AbortController();
    try {
      let hasBegun = false;
      const write = (text: string): void => {
        // Many models begin an answer with a space.
        const shown = hasBegun ? text : text.trimStart();
        hasBegun ||= shown !== "";
        output.write(shown);
      };
      const result = await session.ask(question, write, answering.signal);
      output.write("\n");
      if (result.isCancelled) note("(cancelled)");
      if (showsStats) note(statsLine(result));
    } catch (error) {
      hasFailed = true;
      note(`${describeError(error, { verbose: false })} /reset starts a new conversation.`);
    } finally {
      answering = undefined;
    }
  };

  const handle = async (line: string): Promise<void> => {
    const parsed = parseChatLine(line);
    switch (parsed.type) {
      case "question":
        return answer(parsed.text);
      case "reset":
        session.reset();
        return note("Conversation forgotten.");
      case "stats":
        showsStats = !showsStats;
        return note(`Figures after each answer: ${showsStats ? "on" : "off"}.`);
      case "help":
        return note(CHAT_HELP);
      case "document":
        return addDocument(session, parsed.path, note);
      case "exit":
        hasLeft = true;
        return;
      case "unknown":
        return note(`There is no command ${parsed.name}.\n${CHAT_HELP}`);
      case "empty":
        return;
    }
  };

  for await (const line of linesOf(lines, isInteractive)) {
    wasInterrupted = false;
    await handle(line);
    if (hasLeft) break;
  }
  lines.close();
  return !hasFailed;
}

async function addDocument(session: ChatSession, path: string, note: (text: string) => void): Promise<void> {
  try {
    const tokens = await session.addDocument(path, await readFile(path, "utf8"));
    note(`${path}: ${tokens} tokens, computed once and read by every answer.`);
  } catch (error) {
    note(describeError(error, { verbose: false }));
  }
}

/** Lines as they come, with a prompt before each where a person types them. */
async function* linesOf(lines: Interface, isInteractive: boolean): AsyncGenerator<string> {
  const queue: string[] = [];
  let isClosed = false;
  let wake: (() => void) | undefined;
  lines.on("line", (line) => {
    queue.push(line);
    wake?.();
  });
  lines.on("close", () => {
    isClosed = true;
    wake?.();
  });
  for (;;) {
    const line = queue.shift();
    if (line !== undefined) {
      yield line;
      continue;
    }
    if (isClosed) return;
    if (isInteractive) lines.prompt();
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}

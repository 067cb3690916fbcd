import { ChatSession } from "../chat/chat-session.ts";
import { chatLoop } from "../chat/chat-loop.ts";
import { readFile } from "node:fs/promises";
import type { EngineFlags } from "../engine/engine-settings.ts";
import { startEngine } from "../engine/start-engine.ts";
import { describeEngine } from "../text/describe-engine.ts";

export interface RunOptions {
  readonly system?: string;
  readonly document: readonly string[];
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topP: number;
  readonly seed?: number;
  readonly stats: boolean;
}

/** `kvasir run`: a conversation in the terminal, or one question per line from a pipe. */
export async function run(flags: EngineFlags, options: RunOptions): Promise<void> {
  const { engine, settings } = await startEngine(flags);
  try {
    const isInteractive = process.stdin.isTTY && process.stdout.isTTY;
    const { temperature, topP, seed, system, maxTokens } = options;
    const session = new ChatSession(engine, {
      maxTokens,
      sampling: { temperature, topP, ...(seed === undefined ? {} : { seed }) },
      ...(system === undefined ? {} : { system }),
    });
    if (isInteractive) console.error(`${describeEngine(engine.info, settings.configPath)}\n\nAsk something. /help lists commands.\n`);
    for (const path of options.document) {
      const tokens = await session.addDocument(path, await readFile(path, "utf8"));
      if (isInteractive) console.error(`${path}: ${tokens} tokens, computed once and read by every answer.`);
    }
    const streams = { input: process.stdin, output: process.stdout, notes: process.stderr };
    const isAnswered = await chatLoop(session, { ...streams, isInteractive, showsStats: options.stats });
    if (!isAnswered) process.exitCode = 1;
  } finally {
    await engine.close({ drain: false });
  }
}

import { formatBytes } from "../text/bytes.ts";
import type { Answer } from "./chat-session.ts";

/** One line on what an answer took: `212 prompt tokens (180 cached) · first token 41 ms · 56 tokens at 143 t/s · KV 1.2 MiB`. */
export function statsLine(answer: Answer): string {
  const { usage } = answer;
  const parts = [`first token ${answer.timeToFirstTokenMs.toFixed(0)} ms`];
  if (usage !== undefined) {
    parts.unshift(`${usage.promptTokens} prompt tokens (${usage.cachedTokens} cached)`);
    const intervals = usage.completionTokens - 1;
    const speed = intervals > 0 && answer.decodeMs > 0 ? ` at ${((1000 * intervals) / answer.decodeMs).toFixed(1)} t/s` : "";
    parts.push(`${usage.completionTokens} tokens${speed}`, `KV ${formatBytes(usage.kvBytes)}`);
    if (usage.keptRatio < 1) parts.push(`kept ${(100 * usage.keptRatio).toFixed(0)} % (${usage.policy})`);
  }
  return parts.join(" · ");
}

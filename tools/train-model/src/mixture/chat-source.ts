import type { Random } from "@kvasir/kv-eval";
import { generateChat } from "../chat/chat.ts";
import type { Example, Part } from "./example.ts";

/** Small talk, what the model is, and what it cannot know. */
export function chatExample(random: Random): Example {
  const parts = generateChat(random).map(({ role, content }): Part => ({
    kind: role,
    text: role === "assistant" ? ` ${content}` : content,
  }));
  return { task: "chat", parts };
}

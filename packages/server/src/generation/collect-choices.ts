import type { PositionLogprobs } from "@kvasir/model-runtime";
import { serverStopped } from "../errors/server-stopped.ts";
import type { Choice, ChoiceEvent, ChoiceResult } from "./choice.ts";

interface Collected {
  readonly tokens: number[];
  readonly logprobs: PositionLogprobs[];
  text: string;
  promptLogprobs: readonly (PositionLogprobs | null)[];
}

/** Waits for all choices; results are in the order of `choices`. */
export async function collectChoices(choices: readonly Choice[], events: AsyncIterable<ChoiceEvent>): Promise<readonly ChoiceResult[]> {
  const collected = new Map<Choice, Collected>();
  const results = new Map<Choice, ChoiceResult>();
  for (const choice of choices) collected.set(choice, { tokens: [], logprobs: [], text: "", promptLogprobs: [] });
  for await (const { choice, event } of events) {
    const entry = collected.get(choice);
    if (entry === undefined) continue;
    if (event.type === "prompt-ready") {
      entry.promptLogprobs = event.promptLogprobs ?? [];
    } else if (event.type === "token-delta") {
      for (const token of event.tokens) entry.tokens.push(token);
      for (const position of event.logprobs ?? []) entry.logprobs.push(position);
      entry.text += event.text;
    } else {
      results.set(choice, { ...entry, choice, reason: event.reason, usage: event.usage });
    }
  }
  return choices.map((choice) => {
    const result = results.get(choice);
    if (result === undefined) throw serverStopped();
    return result;
  });
}

import type { ChatMessage } from "../../engine/engine-api.ts";
import { RequestRejectedError } from "../../errors/request-rejected-error.ts";
import type { ChatTemplate } from "./chat-template.ts";

/** How contexts go before the messages of a chat. */
export interface ContextRendering {
  /** Role of the message that a context's text becomes; `undefined` where it stands as plain text. */
  readonly role: "document" | "system" | undefined;
  /** Text at the very beginning of a sequence. */
  readonly head: string;
  /** Put after a context that stands as plain text. */
  readonly ending: string;
  /** Text of messages that follow a context. */
  after(messages: readonly ChatMessage[], addGenerationPrompt: boolean): string;
}

const PROBE = "Kvasir reads the first text.";
const SECOND_PROBE = "Kvasir reads another text.";
const WITHOUT_PROMPT = { addGenerationPrompt: false };

/**
 * Finds out how a template can take contexts, by rendering probes: as messages of role `document` where the template names that role,
 * as messages of role `system` where they come out whole and in front whatever follows, and as plain text elsewhere.
 * @param sequenceStart Text that begins every sequence of the model, where templates leave it to the tokenizer.
 */
export function findContextRendering(template: ChatTemplate, sequenceStart: string): ContextRendering {
  if (/['"]document['"]/.test(template.source)) {
    const rendering = asMessages(template, "document");
    if (rendering !== undefined) return rendering;
  }
  return asMessages(template, "system") ?? asText(template, sequenceStart);
}

/** Contexts as messages: what follows one is what the template adds to a rendering that begins with a message of that role. */
function asMessages(template: ChatTemplate, role: "document" | "system"): ContextRendering | undefined {
  const first = { role, content: PROBE };
  const second = { role, content: SECOND_PROBE };
  const user = { role: "user", content: SECOND_PROBE };
  try {
    const alone = template.render([first], WITHOUT_PROMPT);
    const after = (messages: readonly ChatMessage[], addGenerationPrompt: boolean): string => {
      const whole = template.render([first, ...messages], { addGenerationPrompt });
      if (whole.startsWith(alone)) return whole.slice(alone.length);
      const roles = messages.map((message) => message.role);
      throw new RequestRejectedError(
        "invalid-messages",
        `The model's chat template does not put these messages after a context. Roles in order: ${roles.join(", ").slice(0, 200)}. Begin with a user message, or put the text of the first message into a context.`,
        { roles },
      );
    };
    const canFollow = after([second], false).includes(SECOND_PROBE) && after([user], true).includes(SECOND_PROBE);
    if (!alone.includes(PROBE) || !canFollow) return undefined;
    return { role, head: headOf(template, alone, after([first], false)), ending: "", after };
  } catch (error) {
    if (error instanceof RequestRejectedError) return undefined;
    throw error;
  }
}

/** BOS, where the template writes it at the beginning of a chat only. */
function headOf(template: ChatTemplate, alone: string, following: string): string {
  const { bosToken } = template.tokens;
  return bosToken !== "" && alone.startsWith(bosToken) && !following.startsWith(bosToken) ? bosToken : "";
}

/** Contexts as plain text, a blank line after each, and then the messages without the beginning of a sequence. */
function asText(template: ChatTemplate, sequenceStart: string): ContextRendering {
  const { bosToken } = template.tokens;
  const startsWithBos = (text: string): boolean => bosToken !== "" && text.startsWith(bosToken);
  let head = sequenceStart;
  try {
    if (startsWithBos(template.render([{ role: "user", content: PROBE }], WITHOUT_PROMPT))) head = bosToken;
  } catch (error) {
    if (!(error instanceof RequestRejectedError)) throw error;
  }
  return {
    role: undefined,
    head,
    ending: "\n\n",
    after: (messages, addGenerationPrompt) => {
      const text = template.render(messages, { addGenerationPrompt });
      return startsWithBos(text) ? text.slice(bosToken.length) : text;
    },
  };
}

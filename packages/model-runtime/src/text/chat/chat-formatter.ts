import type { ChatMessage, ContextContent } from "../../engine/engine-api.ts";
import { RequestRejectedError } from "../../errors/request-rejected-error.ts";
import type { ModelTokenizer } from "../model-tokenizer.ts";
import { SpecialNames } from "../special-names.ts";
import { SpecialTextMask } from "../special-text-mask.ts";
import type { ChatTemplate } from "./chat-template.ts";
import { findContextRendering, type ContextRendering } from "./context-rendering.ts";

/**
 * Turns messages and contexts into tokens with a model's chat template.
 *
 * Special tokens are recognised in what the template writes, since that is how turns are marked, and nowhere else: in contents and
 * roles, which come from clients, they stay plain text.
 */
export class ChatFormatter {
  readonly template: ChatTemplate;
  /** How contexts are put before messages. */
  readonly contextRendering: ContextRendering;
  readonly #tokenizer: ModelTokenizer;
  readonly #specialNames: SpecialNames;
  /** Tokens that stand once, at the very beginning of a sequence. */
  readonly #head: readonly number[];

  constructor(template: ChatTemplate, tokenizer: ModelTokenizer) {
    this.template = template;
    this.#tokenizer = tokenizer;
    this.#specialNames = new SpecialNames(tokenizer.specialTokens.keys());
    const sequenceStart = tokenizer.addsBos ? template.tokens.bosToken : "";
    this.contextRendering = findContextRendering(template, sequenceStart);
    this.#head = tokenizer.encodeMasked(this.contextRendering.head, (text) => text);
  }

  /** The template's text for messages. @throws RequestRejectedError `invalid-messages` where the template refuses them. */
  renderChat(messages: readonly ChatMessage[], options: { readonly addGenerationPrompt: boolean }): string {
    return this.template.render(messages, options);
  }

  /** Tokens of a chat without contexts, ready for an answer unless told otherwise. */
  chatTokens(
    messages: readonly ChatMessage[],
    options: { readonly addGenerationPrompt: boolean } = { addGenerationPrompt: true },
  ): number[] {
    return this.#encode(messages, (hidden) => this.template.render(hidden, options));
  }

  /**
   * Tokens of a context as the first in its sequence. They depend on nothing but the content, so that their KV can be cached.
   * @throws RequestRejectedError `invalid-messages`, `prompt-empty`
   */
  contextTokens(content: ContextContent): number[] {
    const { head, role, after, ending } = this.contextRendering;
    if (content.length === 0) throw new RequestRejectedError("prompt-empty", "A context needs a text or at least one message.");
    if (typeof content !== "string") return this.#encode(content, (hidden) => head + after(hidden, false));
    const message = { role: role ?? "user", content };
    return this.#encode(
      [message],
      ([hidden]) => head + (role === undefined || hidden === undefined ? (hidden?.content ?? "") + ending : after([hidden], false)),
    );
  }

  /** Several contexts one after another: what marks the beginning of a sequence stands before the first only. */
  joinContexts(contexts: readonly (readonly number[])[]): number[] {
    return contexts.flatMap((tokens, index) => (index > 0 && this.#startsWithHead(tokens) ? tokens.slice(this.#head.length) : tokens));
  }

  /**
   * Tokens of messages that follow contexts, ready for an answer. Without contexts, those of the whole chat.
   * @throws RequestRejectedError `invalid-messages` where the template refuses the messages.
   */
  chatTokensAfterContexts(messages: readonly ChatMessage[], contexts: readonly ContextContent[]): number[] {
    if (contexts.length === 0) return this.chatTokens(messages);
    return this.#encode(messages, (hidden) => this.contextRendering.after(hidden, true));
  }

  #startsWithHead(tokens: readonly number[]): boolean {
    return this.#head.length > 0 && this.#head.every((token, index) => tokens[index] === token);
  }

  #encode(messages: readonly ChatMessage[], render: (hidden: readonly ChatMessage[]) => string): number[] {
    const texts = [this.template.source, ...messages.flatMap((message) => [message.role, message.content])];
    const mask = new SpecialTextMask(this.#specialNames, texts);
    const rendered = render(messages.map(({ role, content }) => ({ role: mask.hide(role), content: mask.hide(content) })));
    return this.#tokenizer.encodeMasked(rendered, (text) => mask.unhide(text));
  }
}

import { Template } from "@huggingface/jinja";

import { RequestRejectedError } from "../../errors/request-rejected-error.ts";
import { WeightFileError } from "../../errors/weight-file-error.ts";
import type { ChatMessage } from "../../engine/engine-api.ts";

/** Texts that templates may put in by name. */
export interface TemplateTokens {
  readonly bosToken: string;
  readonly eosToken: string;
}

/** A model's Jinja chat template. */
export class ChatTemplate {
  readonly source: string;
  readonly tokens: TemplateTokens;
  readonly #template: Template;

  /** @throws WeightFileError where the template is not valid Jinja. */
  constructor(source: string, tokens: TemplateTokens, file: string) {
    this.source = source;
    this.tokens = tokens;
    try {
      this.#template = new Template(source);
    } catch (cause) {
      throw new WeightFileError({
        file,
        problem: `the chat template is not valid Jinja (${(cause as Error).message.slice(0, 200)})`,
        remedy: "Fix chat_template, or take it out to use a default.",
        cause,
      });
    }
  }

  /** @throws RequestRejectedError `invalid-messages` where the template refuses the messages, with the template's own words. */
  render(messages: readonly ChatMessage[], options: { readonly addGenerationPrompt: boolean }): string {
    try {
      return this.#template.render({
        messages: messages.map(({ role, content }) => ({ role, content })),
        bos_token: this.tokens.bosToken,
        eos_token: this.tokens.eosToken,
        add_generation_prompt: options.addGenerationPrompt,
        // Templates are written for a caller that always gives these two.
        tools: null,
        documents: null,
      });
    } catch (cause) {
      const reason = (cause as Error).message;
      throw new RequestRejectedError(
        "invalid-messages",
        `The model's chat template refuses these messages: ${reason.slice(0, 300)}. Roles in order: ${messages
          .map((message) => message.role)
          .join(", ")
          .slice(0, 200)}.`,
        { roles: messages.map((message) => message.role), templateError: reason },
        { cause },
      );
    }
  }
}

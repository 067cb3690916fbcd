import { describe, expect, it } from "vitest";

import { ChatTemplate } from "./chat-template.ts";
import { defaultTemplate } from "./default-templates.ts";
import { findContextRendering } from "./context-rendering.ts";

const template = (source: string, bosToken = "<s>"): ChatTemplate => new ChatTemplate(source, { bosToken, eosToken: "</s>" }, "test");
const user = { role: "user", content: "Hi" };
const system = { role: "system", content: "Be kind" };

/** Header-style turns; the first system message gets a preamble with a date. */
const PREAMBLE = `{{- bos_token }}{%- if messages[0]['role'] == 'system' %}{%- set text = messages[0]['content'] %}{%- set rest = messages[1:] %}{%- else %}{%- set text = '' %}{%- set rest = messages %}{%- endif %}{{- '[system]Cutoff 2023\\n' + text + '[end]' }}{%- for m in rest %}{{- '[' + m['role'] + ']' + m['content'] + '[end]' }}{%- endfor %}{%- if add_generation_prompt %}{{- '[assistant]' }}{%- endif %}`;
/** The first user message carries the system message; roles must alternate. */
const STRICT = `{{ bos_token }}{% if messages[0]['role'] == 'system' %}{% set first = messages[0]['content'] + '\\n' %}{% set rest = messages[1:] %}{% else %}{% set first = '' %}{% set rest = messages %}{% endif %}{% for m in rest %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Roles must alternate user/assistant') }}{% endif %}{% if m['role'] == 'user' %}{{ '[INST]' + (first if loop.first else '') + m['content'] + '[/INST]' }}{% else %}{{ m['content'] + eos_token }}{% endif %}{% endfor %}`;
/** Names the role of documents. */
const DOCUMENTS = `{{ bos_token }}{% for m in messages %}{% if m['role'] == 'document' %}{{ '[doc]' + m['content'] }}{% else %}{{ '[' + m['role'] + ']' + m['content'] }}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '[assistant]' }}{% endif %}`;
const DEFAULT_PROMPT = `{% for m in messages %}{% if loop.first and m['role'] != 'system' %}{{ '[system]Default[end]' }}{% endif %}{{ '[' + m['role'] + ']' + m['content'] + '[end]' }}{% endfor %}{% if add_generation_prompt %}{{ '[assistant]' }}{% endif %}`;

describe("findContextRendering", () => {
  it("takes documents for contexts where the template names them", () => {
    const rendering = findContextRendering(template(DOCUMENTS), "");
    expect(rendering).toMatchObject({ role: "document", head: "<s>" });
    expect(rendering.after([{ role: "document", content: "A" }, user], true)).toBe("[doc]A[user]Hi[assistant]");
  });

  it("takes system messages for contexts, and puts no preamble or default prompt into the rest", () => {
    const withPreamble = findContextRendering(template(PREAMBLE), "");
    expect(withPreamble).toMatchObject({ role: "system", head: "<s>" });
    expect(withPreamble.after([system, user], true)).toBe("[system]Be kind[end][user]Hi[end][assistant]");
    const withDefault = findContextRendering(template(DEFAULT_PROMPT), "");
    expect(withDefault).toMatchObject({ role: "system", head: "" });
    expect(withDefault.after([user], true)).toBe("[user]Hi[end][assistant]");
  });

  it("takes plain text where system messages become part of others", () => {
    const rendering = findContextRendering(template(STRICT), "");
    expect(rendering).toMatchObject({ role: undefined, head: "<s>", ending: "\n\n" });
    expect(rendering.after([system, user], true)).toBe("[INST]Be kind\nHi[/INST]");
    expect(findContextRendering(template("{% for m in messages %}{{ m['content'] | upper }}{% endfor %}"), "<s>")).toMatchObject({
      role: undefined,
      head: "<s>",
    });
  });

  it("hands on what the template objects to", () => {
    const rendering = findContextRendering(template(STRICT), "");
    expect(() => rendering.after([user, user], true)).toThrow(
      expect.objectContaining({
        code: "KV_REQUEST_REJECTED",
        reason: "invalid-messages",
        message: expect.stringContaining("Roles must alternate"),
        details: { roles: ["user", "user"], templateError: expect.any(String) },
      }),
    );
  });

  it("refuses a template that is no template", () => {
    expect(() => template("{% for m in %}")).toThrow(
      expect.objectContaining({ code: "KV_MODEL_FILE", message: expect.stringContaining("not valid Jinja") }),
    );
  });
});

describe("defaultTemplate", () => {
  const messages = [system, user, { role: "assistant", content: "Hello" }, user];
  it.each([
    {
      special: "<|im_start|>",
      expected:
        "<|im_start|>system\nBe kind<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n",
    },
    {
      special: "<|start_header_id|>",
      expected:
        "<s><|start_header_id|>system<|end_header_id|>\n\nBe kind<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nHello<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
    },
    {
      special: "<start_of_turn>",
      expected:
        "<s><start_of_turn>user\nBe kind\n\nHi<end_of_turn>\n<start_of_turn>model\nHello<end_of_turn>\n<start_of_turn>user\nHi<end_of_turn>\n<start_of_turn>model\n",
    },
    { special: "[INST]", expected: "<s>[INST] Be kind\n\nHi [/INST] Hello</s>[INST] Hi [/INST]" },
    { special: "<other>", expected: "<s>Be kind\n\nUser: Hi\nAssistant: Hello\nUser: Hi\nAssistant:" },
  ])("renders turns with $special", ({ special, expected }) => {
    expect(template(defaultTemplate(new Map([[special, 1]])).source).render(messages, { addGenerationPrompt: true })).toBe(expected);
  });
});

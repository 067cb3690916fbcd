/** A chat template for models whose files bring none. */
export interface DefaultTemplate {
  readonly name: string;
  readonly source: string;
}

const MESSAGES = "{% for message in messages %}";
const BOS = "{{ bos_token }}";

const CHAT_ML: DefaultTemplate = {
  name: "chatml",
  source: `${MESSAGES}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}`,
};

const LLAMA_3: DefaultTemplate = {
  name: "llama-3",
  source: `${BOS}${MESSAGES}{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' + message['content'] | trim + '<|eot_id|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{% endif %}`,
};

/** Gemma has no system role: its text goes before the first user's. */
const GEMMA: DefaultTemplate = {
  name: "gemma",
  source: `${BOS}{% set pending = namespace(text='') %}${MESSAGES}{% if message['role'] == 'system' %}{% set pending.text = pending.text + message['content'] | trim + '\\n\\n' %}{% else %}{{ '<start_of_turn>' + ('model' if message['role'] == 'assistant' else message['role']) + '\\n' + pending.text + message['content'] | trim + '<end_of_turn>\\n' }}{% set pending.text = '' %}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<start_of_turn>model\\n' }}{% endif %}`,
};

const MISTRAL: DefaultTemplate = {
  name: "mistral",
  source: `${BOS}{% set pending = namespace(text='') %}${MESSAGES}{% if message['role'] == 'system' %}{% set pending.text = pending.text + message['content'] + '\\n\\n' %}{% elif message['role'] == 'assistant' %}{{ ' ' + message['content'] | trim + eos_token }}{% else %}{{ '[INST] ' + pending.text + message['content'] + ' [/INST]' }}{% set pending.text = '' %}{% endif %}{% endfor %}`,
};

/** For base models: a transcript that any model can go on with. */
const PLAIN: DefaultTemplate = {
  name: "plain",
  source: `${BOS}${MESSAGES}{% if message['role'] == 'user' %}{{ 'User: ' + message['content'] + '\\n' }}{% elif message['role'] == 'assistant' %}{{ 'Assistant: ' + message['content'] + '\\n' }}{% else %}{{ message['content'] + '\\n\\n' }}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}`,
};

/** The default template for a vocabulary: that of the turn markers it has. */
export function defaultTemplate(specialTokens: ReadonlyMap<string, number>): DefaultTemplate {
  if (specialTokens.has("<|im_start|>")) return CHAT_ML;
  if (specialTokens.has("<|start_header_id|>")) return LLAMA_3;
  if (specialTokens.has("<start_of_turn>")) return GEMMA;
  if (specialTokens.has("[INST]")) return MISTRAL;
  return PLAIN;
}

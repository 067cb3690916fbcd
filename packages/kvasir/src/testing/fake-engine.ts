import type { ContextRegistration, Engine, EngineEvent, EngineInfo, GenerationRequest, GenerationUsage } from "@kvasir/model-runtime";

const fakeInfo: EngineInfo = {
  model: "fake",
  architecture: "FakeForCausalLM",
  parameters: 14_200_000,
  weightBytes: 28_400_000,
  weightFormat: "bf16",
  notes: [],
  maxModelLength: 8192,
  vocabularySize: 4096,
  backend: "fake",
  backendDescription: "no arithmetic at all",
  policies: ["full", "streaming"],
  defaultPolicy: "full",
  kvDtype: "f16",
  kvBytesPerToken: 8192,
  pageSize: 16,
  totalPages: 1024,
  kvPoolBytes: 128 * 2 ** 20,
};

const usage: GenerationUsage = {
  promptTokens: 10,
  completionTokens: 3,
  cachedTokens: 4,
  contextTokens: 0,
  recomputedTokens: 0,
  policy: "full",
  kvBytes: 16_384,
  denseKvBytes: 16_384,
  keptRatio: 1,
};

/** An engine whose tokens are characters; it answers `answer(prompt text)`, one character a token. */
export function fakeEngine(
  answer: (prompt: string) => string,
): Engine & { readonly requests: GenerationRequest[]; readonly contexts: ContextRegistration[] } {
  const requests: GenerationRequest[] = [];
  const contexts: ContextRegistration[] = [];
  const decode = (tokens: readonly number[]): string => String.fromCodePoint(...tokens);
  const encode = (text: string): number[] => Array.from(text, (character) => character.codePointAt(0) ?? 0);
  return {
    info: fakeInfo,
    requests,
    contexts,
    async *generate(request, signal): AsyncGenerator<EngineEvent> {
      requests.push(request);
      const text = answer(decode(request.prompt));
      yield { type: "prompt-ready", cachedTokens: 0 };
      for (const character of text.slice(0, request.maxTokens)) {
        await new Promise((resolve) => setImmediate(resolve));
        if (signal?.aborted === true) return;
        yield { type: "token-delta", tokens: encode(character), text: character };
      }
      yield { type: "finished", reason: "stop", usage };
    },
    tokenize: async (text) => encode(text),
    tokenizeChat: async (messages) => encode(messages.map(({ role, content }) => `${role}:${content}\n`).join("")),
    detokenize: async (tokens) => decode(tokens),
    tokenTexts: async (tokens) => tokens.map((token) => decode([token])),
    async createContext(registration) {
      contexts.push(registration);
      const context = {
        id: `context-${contexts.length}`,
        created: 0,
        title: registration.title ?? null,
        tokens: 7,
        visibility: registration.visibility,
        policy: "full",
        kvBytes: 0,
        denseKvBytes: 0,
      };
      return { context, isNew: true };
    },
    getContext: async () => undefined,
    listContexts: async () => [],
    deleteContext: async () => false,
    stats: async () => {
      throw new Error("not needed");
    },
    close: async () => {},
  };
}

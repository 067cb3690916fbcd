import type { ChatMessage, Engine, GenerationUsage, SamplingOptions } from "@kvasir/model-runtime";

export interface ChatOptions {
  readonly system?: string;
  readonly maxTokens: number;
  readonly sampling: SamplingOptions;
}

/** One answer, and what it took. */
export interface Answer {
  readonly text: string;
  readonly isCancelled: boolean;
  readonly usage: GenerationUsage | undefined;
  readonly timeToFirstTokenMs: number;
  /** From the first token to the last. */
  readonly decodeMs: number;
}

/** Everything of this process belongs to one tenant. */
const TENANT = "local";

/** A conversation: keeps the messages so far and asks the engine for the next answer. */
export class ChatSession {
  readonly #engine: Engine;
  readonly #options: ChatOptions;
  readonly #contexts: string[] = [];
  #messages: ChatMessage[] = [];

  constructor(engine: Engine, options: ChatOptions) {
    this.#engine = engine;
    this.#options = options;
    this.reset();
  }

  get messages(): readonly ChatMessage[] {
    return this.#messages;
  }

  /** Forgets the conversation; documents stay. */
  reset(): void {
    this.#messages = this.#options.system === undefined ? [] : [{ role: "system", content: this.#options.system }];
  }

  /** Puts a document before the conversation: prefilled once, read by every answer. Returns its number of tokens. */
  async addDocument(title: string, content: string): Promise<number> {
    const { context } = await this.#engine.createContext({ title, content, visibility: "private", tenant: TENANT });
    if (!this.#contexts.includes(context.id)) this.#contexts.push(context.id);
    return context.tokens;
  }

  /**
   * Asks and streams the answer to `onText`. A cancelled answer stays in the conversation as far as it got; a question that the engine
   * refuses leaves the conversation as it was.
   */
  async ask(question: string, onText: (text: string) => void, signal?: AbortSignal): Promise<Answer> {
    const messages = [...this.#messages, { role: "user", content: question }];
    const contexts = [...this.#contexts];
    const prompt = await this.#engine.tokenizeChat(messages, { contexts, tenant: TENANT });
    const start = performance.now();
    let firstMs: number | undefined;
    let lastMs = 0;
    let text = "";
    let usage: GenerationUsage | undefined;
    let isCancelled = false;
    const request = { prompt, contexts, tenant: TENANT, stop: [], ignoreEos: false, ...this.#generation() };
    for await (const event of this.#engine.generate(request, signal)) {
      if (event.type === "token-delta") {
        lastMs = performance.now() - start;
        firstMs ??= lastMs;
        text += event.text;
        onText(event.text);
      } else if (event.type === "finished") {
        usage = event.usage;
        isCancelled = event.reason === "cancelled";
      }
    }
    isCancelled ||= signal?.aborted === true;
    this.#messages = [...messages, { role: "assistant", content: text.trim() }];
    return { text, isCancelled, usage, timeToFirstTokenMs: firstMs ?? 0, decodeMs: lastMs - (firstMs ?? 0) };
  }

  #generation(): { readonly maxTokens: number; readonly sampling: SamplingOptions } {
    return { maxTokens: this.#options.maxTokens, sampling: this.#options.sampling };
  }
}

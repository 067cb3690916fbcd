/** What the tests read from responses. */
export interface Completion {
  readonly choices: readonly { readonly text?: string; readonly message?: { readonly content: string }; readonly finish_reason: string }[];
  readonly usage: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly prompt_tokens_details: { readonly cached_tokens: number };
    readonly kvasir: {
      readonly policy: string;
      readonly kv_bytes: number;
      readonly dense_kv_bytes: number;
      readonly context_tokens: number;
    };
  };
}

export interface Streamed {
  readonly text: string;
  readonly timeToFirstTokenMs: number;
  readonly isComplete: boolean;
}

/** A client of a running server, as one tenant. */
export class Client {
  readonly url: string;
  readonly key: string | undefined;

  constructor(url: string, key?: string) {
    this.url = url;
    this.key = key;
  }

  async request(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
    return fetch(this.url + path, {
      method,
      headers: { "content-type": "application/json", ...(this.key === undefined ? {} : { authorization: `Bearer ${this.key}` }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.request(method, path, body);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  }

  chat(body: object): Promise<Completion> {
    return this.json("POST", "/v1/chat/completions", { model: "kvasir-tiny", temperature: 0, max_tokens: 32, ...body });
  }

  complete(body: object): Promise<Completion> {
    return this.json("POST", "/v1/completions", { model: "kvasir-tiny", temperature: 0, max_tokens: 1, ...body });
  }

  /** Streams a chat answer; `onDelta` may abort it. */
  async stream(body: object, onDelta: (text: string) => void = () => {}, signal?: AbortSignal): Promise<Streamed> {
    const start = performance.now();
    const full = { model: "kvasir-tiny", temperature: 0, max_tokens: 32, ...body, stream: true };
    const response = await this.request("POST", "/v1/chat/completions", full, signal);
    if (!response.ok || response.body === null) throw new Error(`stream: ${response.status} ${await response.text()}`);
    let text = "";
    let timeToFirstTokenMs = Number.NaN;
    let isComplete = false;
    for await (const data of serverSentEvents(response.body)) {
      if (data === "[DONE]") {
        isComplete = true;
        continue;
      }
      const chunk = JSON.parse(data) as { readonly choices: readonly { readonly delta?: { readonly content?: string } }[] };
      const delta = chunk.choices[0]?.delta?.content ?? "";
      if (delta === "") continue;
      if (Number.isNaN(timeToFirstTokenMs)) timeToFirstTokenMs = performance.now() - start;
      text += delta;
      onDelta(delta);
    }
    return { text, timeToFirstTokenMs, isComplete };
  }

  /** Samples of `/metrics` by name with labels, such as `kvasir_kv_pages{state="free"}`. */
  async metrics(): Promise<ReadonlyMap<string, number>> {
    const text = await (await this.request("GET", "/metrics")).text();
    const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]));
  }
}

async function* serverSentEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let buffer = "";
  for await (const bytes of body) {
    buffer += decoder.decode(bytes, { stream: true });
    for (let end = buffer.indexOf("\n\n"); end >= 0; end = buffer.indexOf("\n\n")) {
      const event = buffer.slice(0, end);
      buffer = buffer.slice(end + 2);
      if (event.startsWith("data: ")) yield event.slice(6);
    }
  }
}

/** Waits until `check` holds. */
export async function eventually(check: () => Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const end = Date.now() + timeoutMs;
  while (Date.now() < end) {
    if (await check()) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return check();
}

import { ServerRequestError } from "./server-request-error.ts";

/** An OpenAI-compatible server. */
export interface ServerAddress {
  /** Base of the API, such as `http://127.0.0.1:8080/v1`. */
  readonly url: string;
  readonly apiKey?: string;
}

const RETRIES = 4;
const FIRST_WAIT_MS = 500;

/** Headers of every request to a server. */
export function headersOf({ apiKey }: ServerAddress): Record<string, string> {
  return { "content-type": "application/json", ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }) };
}

/** Address of something that stands beside the API rather than in it, such as `/tokenize`. */
export function besideApi({ url }: ServerAddress, path: string): string {
  return `${url.replace(/\/+$/, "").replace(/\/v\d+$/, "")}${path}`;
}

/**
 * Posts JSON and reads JSON. Waits and tries again where the server is busy (429, 503) or could not be reached.
 * @throws ServerRequestError naming the address and what the server said
 */
export async function postJson(address: ServerAddress, path: string, body: object, signal?: AbortSignal): Promise<unknown> {
  const url = `${address.url.replace(/\/+$/, "")}${path}`;
  for (let attempt = 0; ; attempt++) {
    const result = await tryPost(url, address, body, signal);
    if ("value" in result) return result.value;
    if (!result.error.retryable || attempt === RETRIES) throw result.error;
    await wait(FIRST_WAIT_MS * 2 ** attempt, signal);
  }
}

type Outcome = { readonly value: unknown } | { readonly error: ServerRequestError };

async function tryPost(url: string, address: ServerAddress, body: object, signal: AbortSignal | undefined): Promise<Outcome> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: headersOf(address),
      body: JSON.stringify(body),
      ...(signal === undefined ? {} : { signal }),
    });
    text = await response.text();
  } catch (cause) {
    signal?.throwIfAborted();
    return { error: new ServerRequestError({ url, problem: reasonOf(cause), isBusy: true, cause }) };
  }
  if (!response.ok) {
    const isBusy = response.status === 429 || response.status === 503;
    return { error: new ServerRequestError({ url, problem: `${response.status} ${shorten(text)}`, isBusy }) };
  }
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (cause) {
    return { error: new ServerRequestError({ url, problem: `what it sent is no JSON: ${shorten(text)}`, isBusy: false, cause }) };
  }
}

/** `fetch failed` says nothing; what it wraps does. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message;
}

function shorten(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)} ...` : text;
}

function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      },
      { once: true },
    );
  });
}

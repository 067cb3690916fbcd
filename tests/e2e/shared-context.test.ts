import { afterAll, beforeAll, expect, it } from "vitest";
import { Client, type Completion } from "./client.ts";
import { needleDocument } from "./documents.ts";
import { startServer, type RunningServer } from "./kvasir-process.ts";

const READERS = 16;
/** Readers compared with one alone where computing the context takes longer than this. */
const SOME_READERS = 4;
const SLOW_MS = 6000;
const document = needleDocument(760, READERS);
/** One tenant shares a context; each of the others computes everything for itself. */
const keys = ["sharing", ...document.questions.map((_, index) => `alone-${index}`)];

let server: RunningServer;
let sharing: Client;
beforeAll(async () => {
  server = await startServer(["--memory", "1GiB", ...keys.flatMap((key) => ["--api-key", key])]);
  sharing = new Client(server.url, "sharing");
});
afterAll(async () => {
  await server.stop();
});

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

interface ContextBody {
  readonly tokens: number;
  readonly kv: { readonly bytes: number; readonly dense_bytes: number };
}

it("computes a context once for 16 readers at a time, with answers identical to those of readers alone", async () => {
  const pages = async (state: string): Promise<number> => (await sharing.metrics()).get(`kvasir_kv_pages{state="${state}"}`) ?? Number.NaN;
  const computed = async (): Promise<number> => (await sharing.metrics()).get("kvasir_prefill_tokens_computed_total") ?? Number.NaN;

  const alone: Completion[] = [];
  const coldMs: number[] = [];
  for (const [index, { question }] of document.questions.entries()) {
    // On slow machines a few readers alone must do.
    if (index >= SOME_READERS && median(coldMs) > SLOW_MS) break;
    const client = new Client(server.url, `alone-${index}`);
    const messages = [
      { role: "document", content: document.text },
      { role: "user", content: question },
    ];
    if (index < 3) coldMs.push((await client.stream({ messages })).timeToFirstTokenMs);
    alone.push(await client.chat({ messages }));
  }

  expect(await pages("referenced")).toBe(0);
  const before = await computed();
  const context = await sharing.json<ContextBody>("POST", "/v1/contexts", {
    id: "needles",
    messages: [{ role: "document", content: document.text }],
  });
  expect(context.tokens).toBeGreaterThan(3900);
  expect(await computed()).toBe(before + context.tokens);
  const held = await pages("referenced");

  const shared = await Promise.all(
    document.questions.map(({ question }) =>
      sharing.chat({ messages: [{ role: "user", content: question }], kvasir: { contexts: ["needles"] } }),
    ),
  );
  const questionTokens = shared.map(({ usage }) => usage.prompt_tokens - context.tokens).reduce((sum, tokens) => sum + tokens, 0);
  expect(await computed()).toBeLessThanOrEqual(before + context.tokens + questionTokens);
  const compared = shared.slice(0, alone.length);
  expect(compared.map(({ choices }) => choices[0]?.message?.content)).toEqual(alone.map(({ choices }) => choices[0]?.message?.content));
  expect(compared.map(({ usage }) => usage.prompt_tokens)).toEqual(alone.map(({ usage }) => usage.prompt_tokens));
  expect(shared.every(({ usage }) => usage.kvasir.context_tokens === context.tokens)).toBe(true);
  const right = shared.filter(({ choices }, index) => choices[0]?.message?.content.includes(document.questions[index]?.answer ?? "-"));
  expect(right.length).toBeGreaterThanOrEqual(READERS - 1);
  expect(await pages("referenced")).toBe(held);

  const warmMs: number[] = [];
  for (const { question } of document.questions.slice(0, 5)) {
    const messages = [{ role: "user", content: question.replace("special magic number", "magic number") }];
    warmMs.push((await sharing.stream({ messages, kvasir: { contexts: ["needles"] } })).timeToFirstTokenMs);
  }
  console.log(
    `${alone.length} of ${READERS} readers compared; time to first token: cold ${median(coldMs).toFixed(0)} ms, warm ${median(warmMs).toFixed(1)} ms`,
  );
  expect(median(warmMs)).toBeLessThanOrEqual(median(coldMs) / 20);

  await sharing.json("DELETE", "/v1/contexts/needles");
  expect(await pages("referenced")).toBe(0);
}, 400_000);

it("keeps a private context from other tenants", async () => {
  await sharing.json("POST", "/v1/contexts", { id: "secret", content: "One of the special magic numbers for red barn is: 1234567." });
  const other = new Client(server.url, "alone-1");
  const body = { model: "kvasir-tiny", messages: [{ role: "user", content: "?" }], kvasir: { contexts: ["secret"] } };
  expect((await other.request("POST", "/v1/chat/completions", body)).status).toBe(404);
  expect((await other.request("GET", "/v1/contexts/secret")).status).toBe(404);
  expect((await new Client(server.url, "nobody").request("GET", "/v1/contexts")).status).toBe(401);
});

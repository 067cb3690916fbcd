import { describe, expect, it } from "vitest";
import { serveDouble } from "../testing/serve-double.ts";

describe("GET /v1/models", () => {
  it("lists the one model, and shows it by its name", async () => {
    const { get } = await serveDouble();
    const list = (await (await get("/v1/models")).json()) as { object: string; data: unknown[] };
    expect(list).toMatchObject({ object: "list", data: [{ id: "double", object: "model", owned_by: "kvasir", max_model_len: 512 }] });
    expect(await (await get("/v1/models/double")).json()).toEqual(list.data[0]);
  });

  it("reads names with slashes", async () => {
    const { get } = await serveDouble();
    expect(await (await get("/v1/models/some/model")).json()).toMatchObject({ error: { message: expect.stringContaining("some/model") } });
  });
});

describe("POST /tokenize and /detokenize", () => {
  it("turn text into tokens and back", async () => {
    const { post } = await serveDouble();
    expect(await (await post("/tokenize", { prompt: "AB" })).json()).toEqual({ tokens: [1, 68, 69], count: 3, max_model_len: 512 });
    expect(await (await post("/tokenize", { prompt: "AB", add_special_tokens: false })).json()).toMatchObject({ tokens: [68, 69] });
    expect(await (await post("/tokenize", { messages: [{ role: "user", content: "A" }] })).json()).toMatchObject({ count: 18 });
    expect(await (await post("/detokenize", { tokens: [68, 69] })).json()).toEqual({ prompt: "AB" });
  });
});

describe("GET /metrics", () => {
  it("shows the engine's counters and the server's times", async () => {
    const { get, post } = await serveDouble({ tokenDelayMs: 1 });
    const body = { messages: [{ role: "user", content: "Hi" }], max_tokens: 4 };
    await post("/v1/chat/completions", body);
    await post("/v1/chat/completions", { ...body, stream: true }).then(async (response) => response.text());
    await get("/metrics");
    const response = await get("/metrics");
    expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0.0.4/);
    const lines = (await response.text()).split("\n");
    const prompt = 2 * "<user>Hi<assistant>".length;
    expect(lines).toEqual(
      expect.arrayContaining([
        `kvasir_prompt_tokens_total ${prompt}`,
        `kvasir_prefill_tokens_computed_total ${prompt}`,
        "kvasir_cached_tokens_total 0",
        "kvasir_generation_tokens_total 8",
        "kvasir_preemptions_total 0",
        "kvasir_shared_token_reads_saved_total 0",
        "kvasir_requests_running 0",
        "kvasir_requests_waiting 0",
        'kvasir_kv_pages{state="free"} 8',
        'kvasir_kv_pages{state="referenced"} 0',
        'kvasir_kv_pages{state="cached"} 0',
        'kvasir_kv_bytes{kind="pool"} 8192',
        'kvasir_kv_bytes{kind="used"} 0',
        'kvasir_requests_total{finish_reason="length"} 2',
        "kvasir_time_to_first_token_seconds_count 2",
        "kvasir_inter_token_latency_seconds_count 6",
        "kvasir_e2e_request_latency_seconds_count 2",
      ]),
    );
  });
});

describe("GET /", () => {
  it("is a plain page without anything from elsewhere", async () => {
    const { server, get } = await serveDouble();
    const response = await get("/");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    const page = await response.text();
    expect(page).toContain(`curl ${server.url}/v1/chat/completions`);
    expect(page).toContain("full (default), window");
    expect(page).toContain("test double &lt;no backend&gt;");
    expect(page).not.toMatch(/<script|<link|<img| src=/);
  });
});

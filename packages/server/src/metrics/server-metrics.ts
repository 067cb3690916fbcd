import type { EngineStats } from "@kvasir/model-runtime";
import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** How a generation ended, as counted: the engine's reasons, and those of the server. */
export type RequestOutcome = "stop" | "length" | "cancelled" | "rejected" | "error";

/** Everything `/metrics` shows: counters of the engine, copied at each scrape, and times taken by the server. */
export interface ServerMetrics {
  readonly contentType: string;
  observeFirstToken(seconds: number): void;
  /** `tokens` arrived together, `seconds` after those before them. */
  observeTokens(seconds: number, tokens: number): void;
  observeRequest(outcome: RequestOutcome, seconds: number): void;
  /** Prometheus text exposition; without `stats` (no engine yet) only what the server itself counts. */
  render(stats: EngineStats | undefined): Promise<string>;
}

const firstTokenBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160];
const interTokenBuckets = [0.001, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2.5];
const requestBuckets = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320, 640];

export function createServerMetrics(): ServerMetrics {
  const registry = new Registry();
  const registers = [registry];
  const firstToken = new Histogram({
    name: "kvasir_time_to_first_token_seconds",
    help: "Time from the request to its first token.",
    buckets: firstTokenBuckets,
    registers,
  });
  const interToken = new Histogram({
    name: "kvasir_inter_token_latency_seconds",
    help: "Time between two tokens of one sequence.",
    buckets: interTokenBuckets,
    registers,
  });
  const duration = new Histogram({
    name: "kvasir_e2e_request_latency_seconds",
    help: "Time from the request to its last token, of those that were completed.",
    buckets: requestBuckets,
    registers,
  });
  const requests = new Counter({
    name: "kvasir_requests_total",
    help: "Generations by the reason they ended; n > 1 and prompt lists count each.",
    labelNames: ["finish_reason"],
    registers,
  });
  const residentMemory = new Gauge({ name: "process_resident_memory_bytes", help: "Resident memory of the process.", registers });
  const applyStats = createEngineMetrics(registry);

  return {
    contentType: registry.contentType,
    observeFirstToken: (seconds) => firstToken.observe(seconds),
    observeTokens(seconds, tokens) {
      for (let token = 0; token < tokens; token++) interToken.observe(seconds / tokens);
    },
    observeRequest(outcome, seconds) {
      requests.inc({ finish_reason: outcome });
      // A refusal or a client that left says nothing about how long answers take.
      if (outcome === "stop" || outcome === "length") duration.observe(seconds);
    },
    render(stats) {
      residentMemory.set(process.memoryUsage.rss());
      if (stats !== undefined) applyStats(stats);
      return registry.metrics();
    },
  };
}

/** Registers the engine's figures and returns what copies a snapshot into them. */
function createEngineMetrics(registry: Registry): (stats: EngineStats) => void {
  const registers = [registry];
  const counter = (name: string, help: string): ((value: number) => void) => {
    const metric = new Counter({ name, help, registers });
    // The engine holds the running total; a prom-client counter can only be counted up from zero.
    return (value) => {
      metric.reset();
      metric.inc(value);
    };
  };
  const promptTokens = counter("kvasir_prompt_tokens_total", "Prompt tokens of all requests, contexts included.");
  const prefillTokens = counter("kvasir_prefill_tokens_computed_total", "Prompt tokens whose KV was computed.");
  const cachedTokens = counter("kvasir_cached_tokens_total", "Prompt tokens whose KV was found in the cache.");
  const generatedTokens = counter("kvasir_generation_tokens_total", "Tokens generated.");
  const preemptions = counter("kvasir_preemptions_total", "Running sequences set back to make room.");
  const savedTokenReads = counter(
    "kvasir_shared_token_reads_saved_total",
    "Cached tokens that attention did not read again, since another request of the same step had them read: (readers - 1) x tokens.",
  );
  const running = new Gauge({ name: "kvasir_requests_running", help: "Sequences being computed.", registers });
  const waiting = new Gauge({ name: "kvasir_requests_waiting", help: "Sequences waiting for room.", registers });
  const pages = new Gauge({ name: "kvasir_kv_pages", help: "Pages of the KV pool by state.", labelNames: ["state"], registers });
  const bytes = new Gauge({
    name: "kvasir_kv_bytes",
    help: "Bytes of KV: the whole pool, and those in use.",
    labelNames: ["kind"],
    registers,
  });

  return (stats) => {
    promptTokens(stats.promptTokens);
    prefillTokens(stats.prefillTokensComputed);
    cachedTokens(stats.cachedTokens);
    generatedTokens(stats.generatedTokens);
    preemptions(stats.preemptions);
    savedTokenReads(stats.savedTokenReads);
    running.set(stats.requestsRunning);
    waiting.set(stats.requestsWaiting);
    for (const [state, count] of Object.entries(stats.pages)) pages.set({ state }, count);
    for (const [kind, count] of Object.entries(stats.kvBytes)) bytes.set({ kind }, count);
  };
}

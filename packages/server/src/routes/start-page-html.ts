import type { EngineInfo, EngineStats } from "@kvasir/model-runtime";
import { html } from "hono/html";
import type { Readiness } from "../server-state.ts";

export interface StartPageData {
  /** Address the page was asked at. */
  readonly origin: string;
  readonly needsKey: boolean;
  readonly readiness: Readiness;
  readonly info: EngineInfo | undefined;
  readonly stats: EngineStats | undefined;
}

const endpoints: readonly (readonly [string, string])[] = [
  ["POST /v1/chat/completions", "chat, streaming or not"],
  ["POST /v1/completions", "completions of text or token ids, log-probabilities"],
  ["GET /v1/models", "the served model"],
  ["POST, GET /v1/contexts", "register and list shared contexts"],
  ["GET, DELETE /v1/contexts/ID", "one context"],
  ["POST /tokenize, /detokenize", "text to token ids and back"],
  ["GET /health", "200 when requests are taken"],
  ["GET /metrics", "Prometheus"],
];

type Html = ReturnType<typeof html>;

/** The start page; every value is escaped. */
export function startPage(data: StartPageData): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Kvasir${data.info === undefined ? "" : ` · ${data.info.model}`}</title>
        <style>
          :root {
            color-scheme: light dark;
          }
          body {
            font:
              16px/1.5 system-ui,
              sans-serif;
            max-width: 46rem;
            margin: 2rem auto;
            padding: 0 1rem;
          }
          table {
            border-collapse: collapse;
            width: 100%;
          }
          th,
          td {
            text-align: left;
            padding: 0.2rem 1rem 0.2rem 0;
            border-bottom: 1px solid #8884;
            vertical-align: top;
            font-weight: normal;
          }
          th {
            width: 16rem;
            opacity: 0.75;
          }
          pre {
            padding: 1rem;
            overflow-x: auto;
            background: #8882;
            border-radius: 0.4rem;
            user-select: all;
          }
        </style>
      </head>
      <body>
        <h1>Kvasir</h1>
        <p>Status: <strong>${data.readiness}</strong></p>
        ${data.info === undefined ? "" : engineTable(data.info)}
        ${data.info === undefined || data.stats === undefined ? "" : poolTable(data.info, data.stats)}
        <h2>Try it</h2>
        <pre>${curlLine(data)}</pre>
        <h2>Endpoints</h2>
        ${table(endpoints)}
      </body>
    </html>`;
}

function engineTable(info: EngineInfo): Html {
  return table([
    [
      "Model",
      `${info.model} (${info.architecture}, ${millions(info.parameters)} parameters, ${info.weightFormat}, ${mebibytes(info.weightBytes)})`,
    ],
    ["Longest sequence", `${info.maxModelLength} tokens`],
    ["Backend", info.backendDescription],
    ["Policies", info.policies.map((policy) => (policy === info.defaultPolicy ? `${policy} (default)` : policy)).join(", ")],
    ["KV cache", `${info.kvDtype}, ${info.kvBytesPerToken} bytes per token`],
    ...info.notes.map((note): readonly [string, string] => ["Note", note]),
  ]);
}

function poolTable(info: EngineInfo, stats: EngineStats): Html {
  const { free, referenced, cached } = stats.pages;
  return html`<h2>Now</h2>
    ${table([
      ["Requests", `${stats.requestsRunning} running, ${stats.requestsWaiting} waiting`],
      ["Pages", `${free} free, ${referenced} referenced, ${cached} cached, of ${info.totalPages} with ${info.pageSize} tokens each`],
      ["KV pool", `${mebibytes(stats.kvBytes.used)} of ${mebibytes(stats.kvBytes.pool)} used`],
      ["Prompt tokens", `${stats.promptTokens}, ${stats.cachedTokens} of them from the cache`],
      ["Tokens generated", String(stats.generatedTokens)],
    ])}`;
}

function table(rows: readonly (readonly [string, string])[]): Html {
  return html`<table>
    ${rows.map(
      ([name, value]) =>
        html`<tr>
          <th scope="row">${name}</th>
          <td>${value}</td>
        </tr> `,
    )}
  </table>`;
}

function curlLine(data: StartPageData): string {
  const body = {
    ...(data.info === undefined ? {} : { model: data.info.model }),
    messages: [{ role: "user", content: "Hello" }],
    temperature: 0,
  };
  const key = data.needsKey ? " -H 'Authorization: Bearer YOUR_KEY'" : "";
  return `curl ${data.origin}/v1/chat/completions -H 'Content-Type: application/json'${key} -d '${JSON.stringify(body)}'`;
}

function millions(count: number): string {
  return count >= 1e9 ? `${(count / 1e9).toFixed(1)} B` : `${(count / 1e6).toFixed(0)} M`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

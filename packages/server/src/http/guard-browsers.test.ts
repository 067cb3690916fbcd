import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { serveDouble } from "../testing/serve-double.ts";

/** `fetch` sets Host by itself, so this asks through `node:http`. */
async function statusFor(port: number, headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ port, host: "127.0.0.1", path: "/v1/models", headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
}

describe("requests through a browser", () => {
  it.each([
    ["localhost:80", 200],
    ["LOCALHOST", 200],
    ["kvasir.localhost:1234", 200],
    ["127.0.0.1", 200],
    ["[::1]:80", 200],
    ["evil.example", 403],
    ["127.0.0.1.evil.example", 403],
    ["localhost.evil.example:80", 403],
  ])("to the name %s get %i", async (host, status) => {
    const { server } = await serveDouble();
    expect(await statusFor(server.port, { host })).toBe(status);
  });

  it("may use any name where a key is needed, or the names given", async () => {
    const keyed = await serveDouble({}, { apiKeys: ["right"] });
    expect(await statusFor(keyed.server.port, { host: "llm.example", authorization: "Bearer right" })).toBe(200);
    const named = await serveDouble({}, { allowedHosts: ["llm.example"] });
    expect(await statusFor(named.server.port, { host: "llm.example:80" })).toBe(200);
  });

  it("may come from the server's own pages and those allowed", async () => {
    const { server, get } = await serveDouble({}, { allowedOrigins: ["https://chat.example"] });
    const from = async (origin: string): Promise<Response> => get("/v1/models", { headers: { origin } });
    expect((await from(server.url)).status).toBe(200);
    expect((await from("null")).status).toBe(403);
    expect((await from("https://other.example")).status).toBe(403);
    const allowed = await from("https://chat.example");
    expect([allowed.status, allowed.headers.get("access-control-allow-origin")]).toEqual([200, "https://chat.example"]);
  });

  it("may ask first, without a key", async () => {
    const { get } = await serveDouble({}, { allowedOrigins: ["https://chat.example"], apiKeys: ["right"] });
    const response = await get("/v1/chat/completions", {
      method: "OPTIONS",
      headers: {
        origin: "https://chat.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization",
      },
    });
    expect([response.status, response.headers.get("access-control-allow-headers")]).toEqual([204, "authorization"]);
  });
});

import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { serveDouble } from "../testing/serve-double.ts";

const body = { messages: [{ role: "user", content: "Hi" }], max_tokens: 1 };
const path = "/v1/chat/completions";
const bearer = (key: string): RequestInit => ({ headers: { authorization: `Bearer ${key}` } });

describe("API keys", () => {
  it.each(["/", "/metrics", "/v1/models", "/v1/contexts", "/nothing"])("guard %s", async (at) => {
    const { get } = await serveDouble({}, { apiKeys: ["right"] });
    for (const init of [{}, bearer("wrong"), bearer(""), { headers: { authorization: "Basic right" } }]) {
      const response = await get(at, init);
      expect([response.status, await response.json()]).toMatchObject([
        401,
        { error: { type: "authentication_error", code: "invalid_api_key" } },
      ]);
    }
  });

  it("leave /health open", async () => {
    const { get } = await serveDouble({}, { apiKeys: ["right"] });
    expect((await get("/health")).status).toBe(200);
  });

  it("are the tenant, as a hash", async () => {
    const { engine, post } = await serveDouble({}, { apiKeys: ["one", "two"] });
    for (const key of ["one", "two"]) expect((await post(path, body, bearer(key))).status).toBe(200);
    expect(engine.requests.map(({ tenant }) => tenant)).toEqual(
      ["one", "two"].map((key) => createHash("sha256").update(key).digest("hex")),
    );
  });

  it("may be none: all are one tenant", async () => {
    const { engine, post } = await serveDouble();
    await post(path, body, bearer("anything"));
    expect(engine.requests[0]?.tenant).toBe("default");
  });

  it("may not be empty", async () => {
    await expect(serveDouble({}, { apiKeys: [""] })).rejects.toMatchObject({ code: "KV_CONFIG" });
  });
});

import { describe, expect, it } from "vitest";
import { serveDouble } from "../testing/serve-double.ts";

const path = "/v1/contexts";
const facts = {
  id: "facts",
  object: "context",
  created: 1_700_000_000,
  title: "Facts",
  tokens: 5,
  status: "ready",
  visibility: "private",
  kv: { bytes: 320, dense_bytes: 320, policy: "full" },
};

describe("the contexts API", () => {
  it("registers, repeats, refuses other content, lists, shows and deletes", async () => {
    const { post, get } = await serveDouble();
    const created = await post(path, { id: "facts", title: "Facts", content: "Facts" });
    expect([created.status, await created.json()]).toEqual([201, facts]);
    const repeated = await post(path, { id: "facts", title: "Facts", content: "Facts" });
    expect([repeated.status, await repeated.json()]).toEqual([200, facts]);
    const other = await post(path, { id: "facts", content: "Other" });
    expect([other.status, await other.json()]).toMatchObject([409, { error: { code: "context_conflict", param: "id" } }]);
    expect(await (await get(path)).json()).toEqual({ object: "list", data: [facts] });
    expect(await (await get(`${path}/facts`)).json()).toEqual(facts);
    const deleted = await get(`${path}/facts`, { method: "DELETE" });
    expect(await deleted.json()).toEqual({ id: "facts", object: "context", deleted: true });
    for (const method of ["GET", "DELETE"]) expect((await get(`${path}/facts`, { method })).status).toBe(404);
  });

  it("takes messages, derives an id and keeps the policy", async () => {
    const { post } = await serveDouble();
    const response = await post(path, { messages: [{ role: "document", content: "Facts" }], visibility: "public", policy: "window" });
    expect(await response.json()).toMatchObject({ id: expect.stringMatching(/^ctx-/), visibility: "public", kv: { policy: "window" } });
  });

  it("gives a context's tokens to the requests that name it", async () => {
    const { post } = await serveDouble();
    await post(path, { id: "facts", content: "Facts" });
    const response = await post("/v1/chat/completions", {
      messages: [{ role: "user", content: "Hi" }],
      max_tokens: 1,
      kvasir: { contexts: ["facts"] },
    });
    expect(await response.json()).toMatchObject({ usage: { prompt_tokens_details: { cached_tokens: 5 }, kvasir: { context_tokens: 5 } } });
  });

  it("is separate for each key, but for public contexts", async () => {
    const { post, get } = await serveDouble({}, { apiKeys: ["one", "two"] });
    const as = (key: string): RequestInit => ({ headers: { authorization: `Bearer ${key}` } });
    await post(path, { id: "mine", content: "A" }, as("one"));
    await post(path, { id: "ours", content: "B", visibility: "public" }, as("one"));
    const listed = (await (await get(path, as("two"))).json()) as { data: readonly { id: string }[] };
    expect(listed.data.map(({ id }) => id)).toEqual(["ours"]);
    const refused = await post("/v1/completions", { prompt: "x", kvasir: { contexts: ["mine"] } }, as("two"));
    expect(refused.status).toBe(404);
  });
});

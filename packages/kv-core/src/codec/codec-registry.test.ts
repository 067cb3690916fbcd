import { expect, it } from "vitest";
import { createCodecRegistry } from "./codec-registry.ts";
import type { KvCodec } from "./kv-codec.ts";

const codec = (fields: Partial<KvCodec>): KvCodec => ({ specVersion: "v1", name: "a", ...fields }) as KvCodec;

it("loads codecs by the name that page formats use", async () => {
  const codecs = createCodecRegistry({ a: async () => codec({}), b: async () => codec({ name: "b" }) });
  expect(codecs.ids).toEqual(["a", "b"]);
  expect([codecs.has("a"), codecs.has("toString")]).toEqual([true, false]);
  expect((await codecs.load("b")).name).toBe("b");
});

it("refuses unknown names, other names and other contracts", async () => {
  const codecs = createCodecRegistry({
    a: async () => codec({}),
    b: async () => codec({}),
    c: async () => codec({ name: "c", specVersion: "v0" as "v1" }),
  });
  await expect(codecs.load("d" as "a")).rejects.toThrow(/"codecs\.d" is not registered\. Registered: a, b, c/);
  await expect(codecs.load("b")).rejects.toThrow(/loads codec "a"/);
  await expect(codecs.load("c")).rejects.toThrow(/written for contract "v0"/);
});

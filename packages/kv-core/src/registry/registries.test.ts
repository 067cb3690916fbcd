import { expect, it } from "vitest";
import { createBackendRegistry } from "../backend/backend-registry.ts";
import type { KernelBackend } from "../backend/kernel-backend.ts";
import { defineKvPolicy } from "../policy/define-kv-policy.ts";
import { fullPolicy } from "../policy/full-policy.ts";
import type { KvPolicy } from "../policy/kv-policy.ts";
import { createPolicyRegistry } from "../policy/policy-registry.ts";
import { referenceBackendFactory } from "../reference/reference-backend.ts";

const window = defineKvPolicy((options: { readonly recentTokens: number }): KvPolicy<"window"> => ({
  ...fullPolicy({}),
  name: "window",
  capabilities: { phases: ["decode"], reads: [], fidelity: options.recentTokens > 0 ? "approximate" : "exact", reclaims: "none" },
}));

it("loads policies when they are asked for, with typed options", async () => {
  let loaded = 0;
  const policies = createPolicyRegistry({
    full: async () => fullPolicy,
    window: async () => {
      loaded++;
      return window;
    },
  });
  expect(policies.ids).toEqual(["full", "window"]);
  expect(loaded).toBe(0);
  const policy = await policies.create("window", { recentTokens: 4 });
  expect([policy.name, policy.capabilities.fidelity, loaded]).toEqual(["window", "approximate", 1]);
  // @ts-expect-error options of another policy
  await policies.create("window", { sinkTokens: 4 });
});

it("names what is registered where an id is not", async () => {
  const policies = createPolicyRegistry({ full: async () => fullPolicy });
  const asked: string = "toString";
  expect(policies.has(asked)).toBe(false);
  await expect(policies.create(asked as "full", {})).rejects.toMatchObject({
    code: "KV_NO_SUCH_POLICY",
    requested: "toString",
    available: ["full"],
  });
});

it("refuses policies and backends written for another contract", async () => {
  const old = (): KvPolicy => ({ ...fullPolicy({}), specVersion: "v0" as "v1", name: "old" });
  await expect(createPolicyRegistry({ old: async () => old }).create("old", {} as never)).rejects.toThrow(
    /"old".*written for contract "v0".*speaks "v1"/,
  );
  const backends = createBackendRegistry({
    reference: async () => referenceBackendFactory,
    odd: async () => ({ name: "odd", create: async () => ({}) as KernelBackend }),
  });
  await expect(backends.create("odd")).rejects.toThrow(/does not say which version/);
  await expect(backends.create("cuda" as "odd")).rejects.toThrow(/Registered: reference, odd/);
  expect((await backends.create("reference")).name).toBe("reference");
});

it("reports a package that does not load", async () => {
  const policies = createPolicyRegistry({ broken: (): Promise<typeof fullPolicy> => Promise.reject(new Error("no such module")) });
  await expect(policies.create("broken", {})).rejects.toMatchObject({
    code: "KV_CONFIG",
    message: expect.stringContaining("no such module"),
  });
});

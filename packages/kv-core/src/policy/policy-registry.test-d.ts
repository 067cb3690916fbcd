import { defineKvPolicy, type PolicyFactory } from "./define-kv-policy.ts";
import { fullPolicy } from "./full-policy.ts";
import type { KvPolicy } from "./kv-policy.ts";
import { createPolicyRegistry, type PolicyOptionsOf } from "./policy-registry.ts";

type Same<A, B> = [A, B] extends [B, A] ? true : false;
const holds = <Condition extends true>(condition: Condition): Condition => condition;

const window = defineKvPolicy((options: { readonly recentTokens: number }): KvPolicy<"window"> => ({
  ...fullPolicy(options),
  name: "window",
}));
holds<Same<typeof window, PolicyFactory<"window", { readonly recentTokens: number }>>>(true);

const load = async (): Promise<typeof window> => window;
holds<Same<PolicyOptionsOf<typeof load>, { readonly recentTokens: number }>>(true);

const policies = createPolicyRegistry({ full: async () => fullPolicy, window: load });
holds<Same<(typeof policies.ids)[number], "full" | "window">>(true);

void policies.create("window", { recentTokens: 4 });
// @ts-expect-error an option is missing
void policies.create("window", {});
// @ts-expect-error no such id
void policies.create("windows", { recentTokens: 4 });

const asked: string = "window";
// @ts-expect-error a string from outside is not an id before `has` says so
void policies.create(asked, { recentTokens: 4 });
if (policies.has(asked)) void policies.create(asked, { recentTokens: 4 });

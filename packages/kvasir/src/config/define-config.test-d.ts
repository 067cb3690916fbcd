import type { BackendFactory, KvPolicy } from "@kvasir/kv-core";
import { defineConfig } from "./define-config.ts";

declare const backend: BackendFactory;
declare const windowPolicy: (options: { readonly sinkTokens: number }) => KvPolicy<"window">;

const backends = { cpu: async () => backend };
const policies = { window: async () => windowPolicy };

defineConfig({ backends });
defineConfig({
  backends,
  policies,
  presets: { a: [{ policy: "window", options: { sinkTokens: 4 } }] },
  defaults: { backend: "cpu", policy: "a" },
});
defineConfig({ backends, defaults: { policy: "full" } });

// @ts-expect-error -- a preset may only name registered policies
defineConfig({ backends, policies, presets: { a: [{ policy: "widow", options: { sinkTokens: 4 } }] } });
// @ts-expect-error -- with the options that the policy takes
defineConfig({ backends, policies, presets: { a: [{ policy: "window", options: { sinks: 4 } }] } });
// @ts-expect-error -- a default backend must be registered
defineConfig({ backends, defaults: { backend: "cuda" } });
// @ts-expect-error -- a default policy must be a preset
defineConfig({ backends, policies, presets: {}, defaults: { policy: "window" } });

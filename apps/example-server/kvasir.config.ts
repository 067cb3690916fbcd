import { defineConfig } from "kvasir";

/** The composition root: the only place that names concrete backends and policies. */
export default defineConfig({
  // 27 million parameters, in the repository: runs at once, nothing to download.
  model: "../../models/kvasir-tiny",

  backends: {
    cpu: async () => (await import("@kvasir/cpu-backend")).cpuBackend,
    "cpu-native": async () => (await import("@kvasir/cpu-backend")).cpuNativeBackend,
    "cpu-wasm": async () => (await import("@kvasir/cpu-backend")).cpuWasmBackend,
    tfjs: async () => (await import("@kvasir/gpu-backend/tfjs")).tfjsBackend(),
  },

  policies: {
    "mosaic-compress": async () => (await import("@kvasir/mosaic-compress")).mosaicCompress,
    "multictx-sparse": async () => (await import("@kvasir/multictx-sparse")).multictxSparse,
    "shared-attention": async () => (await import("@kvasir/shared-attention")).sharedAttention,
    "streaming-llm": async () => (await import("@kvasir/example-streaming-llm")).streamingLlm,
  },

  // A request picks one by name: { "kvasir": { "policy": "streaming" } }. "full" (no policy) is always there.
  presets: {
    // Keys and values packed into a fifth of their 16-bit bytes, or into less than half without codes; and MosaicKV as published.
    mosaic: [{ policy: "mosaic-compress", options: {} }],
    "mosaic-16bit": [{ policy: "mosaic-compress", options: { preset: "16-bit" } }],
    "mosaic-paper": [{ policy: "mosaic-compress", options: { preset: "paper" } }],
    shared: [{ policy: "shared-attention", options: {} }],
    // Half of what contexts hold, in chunks that suit the model's 8,192 positions.
    "shared-routed": [{ policy: "shared-attention", options: { routed: { keep: { ratio: 0.5 }, chunkTokens: 64 } } }],
    // Contexts in any order, each from the pages it was computed in alone; "epic" computes their first tokens again.
    reuse: [{ policy: "multictx-sparse", options: {} }],
    epic: [{ policy: "multictx-sparse", options: { recompute: { firstTokens: 16 } } }],
    // A quarter of the contexts' tokens, chosen for the question; "samkv" lets what was chosen help to choose, and computes it again.
    "query-only": [{ policy: "multictx-sparse", options: { select: { keep: { ratio: 0.25 }, rounds: [1], bias: false } } }],
    samkv: [{ policy: "multictx-sparse", options: { recompute: "kept", select: { keep: { ratio: 0.25 } } } }],
    streaming: [{ policy: "streaming-llm", options: { sinkTokens: 16, recent: { tokens: 512 } } }],
  },

  // bf16 is as accurate as f16 for this model, and CPUs with AVX512-BF16 prefill a third faster (docs/decisions/0017-bf16-attention.md).
  defaults: { backend: "cpu", policy: "full", kvDtype: "bf16" },
});

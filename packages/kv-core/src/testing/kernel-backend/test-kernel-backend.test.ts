import { describe, expect, it } from "vitest";
import type { AttentionCall, KernelBackend, PlannedStep } from "../../backend/kernel-backend.ts";
import type { KvStore } from "../../backend/kv-store.ts";
import type { Segment } from "../../plan/segment.ts";
import { createReferenceBackend } from "../../reference/reference-backend.ts";
import { channelInt8 } from "../kv-codec/channel-int8.ts";
import type { KitCodec } from "./encoded-scenario.ts";
import { testKernelBackend } from "./test-kernel-backend.ts";

const codecs: readonly KitCodec[] = [{ create: channelInt8, settings: () => ({}), blockTokens: 8 }];
const { capabilities } = createReferenceBackend({ codecs: [channelInt8()] });

testKernelBackend({
  describe,
  it,
  expect,
  create: async () => createReferenceBackend({ precision: "f32", codecs: [channelInt8()] }),
  capabilities,
  codecs,
  tolerance: 2e-6,
});

type Change = (backend: KernelBackend) => Partial<KernelBackend>;

/** A reference backend with some operators replaced. */
function broken(change: Change): KernelBackend {
  const backend = createReferenceBackend({ codecs: [channelInt8()] });
  const replaced = change(backend);
  return new Proxy(backend, {
    get(target, name) {
      const value: unknown = Reflect.get(name in replaced ? replaced : target, name);
      return typeof value === "function" && !(name in replaced) ? value.bind(target) : value;
    },
  });
}

/** Runs the kit's tests whose name starts with `group` and returns those that fail. */
async function failures(group: string, create: () => KernelBackend): Promise<string[]> {
  const tests: { name: string; body: () => Promise<void> | void }[] = [];
  const runner = {
    describe: (_: string, body: () => void) => body(),
    it: (name: string, body: () => Promise<void> | void) => void tests.push({ name, body }),
    expect,
  };
  testKernelBackend({ ...runner, create: async () => create(), capabilities, codecs, tolerance: 1e-5 });
  const failed: string[] = [];
  for (const { name, body } of tests.filter((test) => test.name.startsWith(group))) {
    try {
      await body();
    } catch {
      failed.push(name);
    }
  }
  return failed;
}

/** Changes the segments a backend plans for. */
function onSegments(change: (segment: Segment) => Segment): Change {
  return (backend) => ({
    plan: (step, store) => ({
      plan: { ...backend.plan(step, store).plan, reads: step.reads.map((read) => ({ ...read, segments: read.segments.map(change) })) },
    }),
  });
}

/** Changes the encoded segments a backend plans for, unchecked. */
function onEncoded(change: (segment: Segment) => Segment): Change {
  return () => ({
    plan: (step) => ({
      plan: {
        ...step,
        reads: step.reads.map((read) => ({
          ...read,
          segments: read.segments.map((segment) => (segment.encoding === undefined ? segment : change(segment))),
        })),
      },
    }),
  });
}

/** Changes a store's methods but leaves it the backend's own. */
function onStore(change: (store: KvStore) => Partial<KvStore>): Change {
  return (backend) => ({ createKvStore: (spec) => ((store) => Object.assign(store, change(store)))(backend.createKvStore(spec)) });
}

/** Attends when work is submitted, by the latest plan. */
function attendingLate(backend: KernelBackend): Partial<KernelBackend> {
  const calls: AttentionCall[] = [];
  let latest: PlannedStep | undefined;
  return {
    plan: (step, store) => (latest = backend.plan(step, store)),
    attention: (call) => void calls.push(call),
    submit: () => {
      for (const call of calls.splice(0)) backend.attention({ ...call, step: latest ?? call.step });
      return backend.submit();
    },
  };
}

const defects: readonly [string, string, Change][] = [
  ["a plan that replaces what is enqueued", "row independence: attention enqueued", attendingLate],
  ["linear without its bias", "linear: bias", (b) => ({ linear: ({ bias: _, ...call }) => b.linear(call) })],
  ["linear that overwrites instead of accumulating", "linear: bias", (b) => ({ linear: ({ accumulate: _, ...call }) => b.linear(call) })],
  ["linear that writes a row too many", "linear: reads only", (b) => ({ linear: (call) => b.linear({ ...call, rows: call.rows + 1 }) })],
  ["embed without scale", "embed", (b) => ({ embed: (call) => b.embed({ ...call, scale: 1 }) })],
  ["rmsNorm without epsilon", "rmsNorm", (b) => ({ rmsNorm: (call) => b.rmsNorm({ ...call, epsilon: 0 }) })],
  ["gelu in place of silu", "gatedActivation", (b) => ({ gatedActivation: (call) => b.gatedActivation({ ...call, kind: "gelu-tanh" }) })],
  ["add twice", "add", (b) => ({ add: (call) => [b.add(call), b.add(call)] })],
  [
    "gather that ignores indices",
    "gatherRows",
    (b) => ({ gatherRows: (call) => b.gatherRows({ ...call, indices: b.createTensor("i32", call.rows) }) }),
  ],
  ["argmax of a row too few", "argmax: the lowest", (b) => ({ argmax: (call) => b.argmax({ ...call, rows: call.rows - 1 }) })],
  [
    "a largest of broken numbers",
    "argmax: -1",
    (b) => ({ argmax: (call) => [b.argmax(call), b.writeTensor(call.out, new Int32Array(call.rows))] }),
  ],
  ["RoPE without its scale", "splitAndStore: f32", (b) => ({ splitAndStore: (call) => b.splitAndStore({ ...call, ropeScale: 1 }) })],
  ["no QK-norm", "splitAndStore: f32", (b) => ({ splitAndStore: ({ norm: _, ...call }) => b.splitAndStore(call) })],
  [
    "RoPE at positions from 0",
    "splitAndStore: f32",
    (b) => ({ splitAndStore: (call) => b.splitAndStore({ ...call, positions: b.createTensor("i32", call.rows) }) }),
  ],
  [
    "a store that does not round",
    "kv store: bf16 tokens",
    (b) => ({ createKvStore: (spec) => b.createKvStore({ ...spec, dtype: "f32" }) }),
  ],
  ["a store that forgets copies", "kv store: copies", onStore(() => ({ copyPages: () => {} }))],
  [
    "a store that copies backwards",
    "kv store: copies",
    onStore((s) => ({
      copyPages: (
        (copy) => (list) =>
          copy([...list].reverse())
      )(s.copyPages.bind(s)),
    })),
  ],
  ["ignored shift", "attention: shifted", onSegments((segment) => ({ ...segment, shift: 0 }))],
  [
    "turned the wrong way",
    "attention: shifted",
    onSegments((segment) => ({ ...segment, shift: -segment.shift, firstPosition: segment.firstPosition + 2 * segment.shift })),
  ],
  ["ignored gaps", "attention: positions with gaps", onSegments(({ positions: _, ...segment }) => segment)],
  ["ignored skip", "attention: segments that begin inside", onSegments((segment) => ({ ...segment, skip: 0 }))],
  ["a token too few", "attention: lengths", onSegments((segment) => ({ ...segment, length: segment.length - 1 }))],
  ["ignored selector", "attention: top blocks", onSegments(({ selector: _, ...segment }) => segment)],
  [
    "blocks scored by mean keys alone",
    "attention: top blocks by chunk-feature",
    onSegments(({ selector, ...segment }) =>
      selector === undefined ? segment : { ...segment, selector: { ...selector, by: "mean-key" } },
    ),
  ],
  [
    "sinks that are not forced",
    "attention: top blocks by mean-key",
    onSegments(({ selector, ...segment }) =>
      selector === undefined ? segment : { ...segment, selector: { ...selector, always: { ...selector.always, sinkTokens: 0 } } },
    ),
  ],
  ["ignored shift of encoded tokens", "encoded: channel-int8 at other", onEncoded((segment) => ({ ...segment, shift: 0 }))],
  ["ignored selector of encoded tokens", "encoded: channel-int8, top blocks", onEncoded(({ selector: _, ...segment }) => segment)],
  [
    "encoded tokens at positions from 0",
    "encoded: channel-int8, 8 query heads",
    onEncoded((segment) => ({ ...segment, firstPosition: 0 })),
  ],
  ["no encoded tokens", "encoded: channel-int8, 8 query heads", onEncoded((segment) => ({ ...segment, readers: [] }))],
  [
    "the neighbour's tokens",
    "encoded: channel-int8: what",
    onStore((s) => ({
      encodeTokens: (
        (encode) => (call) =>
          encode({ ...call, kvHead: 1 })
      )(s.encodeTokens.bind(s)),
    })),
  ],
  [
    "another loss",
    "encoded: channel-int8: what",
    onStore((s) => ({ encodeTokens: ((encode) => async (call) => ({ ...(await encode(call)), loss: 0.5 }))(s.encodeTokens.bind(s)) })),
  ],
  [
    "a state for any number of tokens",
    "encoded: channel-int8: refuses",
    onStore((s) => ({
      fitEncoding: (
        (fit) => (call) =>
          fit({ ...call, tokens: Math.min(128, call.tokens) })
      )(s.fitEncoding.bind(s)),
    })),
  ],
  ["a scale of its own", "attention: heads of 64", (b) => ({ attention: (call) => b.attention({ ...call, scale: 0.1 }) })],
  ["no lse", "attention: 1 to 70", (b) => ({ attention: ({ lse: _, ...call }) => b.attention(call) })],
  [
    "KV of the layer itself instead of its owner",
    "attention: read plans",
    (b) => ({ attention: (call) => b.attention({ ...call, layer: 3 as typeof call.layer }) }),
  ],
  ["merge that keeps the first", "mergeStates: equals", () => ({ mergeStates: () => {} })],
  [
    "merge that breaks on nothing",
    "mergeStates: leaves",
    (b) => ({ mergeStates: (call) => b.mergeStates({ ...call, a: call.b, b: call.a }) }),
  ],
];

describe("the kit finds", () => {
  it.each(defects)("%s", async (_, group, change) => {
    expect(await failures(group, () => broken(change))).not.toEqual([]);
  });

  it("a linear whose rows depend on how many there are", async () => {
    const noisy: Change = (b) => ({
      linear: (call) => {
        b.linear(call);
        const nudge = b.createTensor("f32", call.rows * call.matrix.rows);
        b.writeTensor(nudge, new Float32Array(nudge.length).fill(call.rows > 8 ? 1e-6 : 0));
        b.add({ x: nudge, rows: call.rows, columns: call.matrix.rows, out: call.out });
      },
    });
    expect(await failures("linear: f32", () => broken(noisy))).toEqual([]);
    expect(await failures("row independence: linear, f32", () => broken(noisy))).not.toEqual([]);
  });

  it("attention whose bits depend on how a prefill is cut", async () => {
    const noisy: Change = (b) => ({
      attention: (call) => b.attention({ ...call, scale: call.scale * (call.step.plan.sequences[0]?.rows === 7 ? 1 + 1e-6 : 1) }),
    });
    expect(await failures("row independence: attention of a prefill cut into steps, f32", () => broken(noisy))).not.toEqual([]);
  });
});

it("shows skipped tests with their reason", () => {
  const names: string[] = [];
  const runner = { describe: (_: string, body: () => void) => body(), it: (name: string) => void names.push(name), expect };
  const skip = [{ test: "linear: columns", reason: "only multiples of 32" }];
  testKernelBackend({ ...runner, create: async () => createReferenceBackend(), capabilities, tolerance: 1e-5, skip });
  expect(names.filter((name) => name.includes("skipped"))).toEqual([
    "linear: columns that no vector width divides (skipped: only multiples of 32)",
  ]);
});

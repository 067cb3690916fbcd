import fc from "fast-check";
import { expect, it } from "vitest";
import { probeEngine } from "./engine/engine-traits.ts";
import { Engine } from "./engine/engine.ts";
import { loadEngine } from "./testing/load-engine.ts";
import { TfjsTensor } from "./tfjs-tensor.ts";

const tf = await loadEngine("cpu");
const engine = new Engine(tf, await probeEngine(tf));
const LENGTH = 24;

/** A write to some elements, by the host or by an operator. */
const writes = fc.array(
  fc
    .record({ from: fc.integer({ min: 0, max: LENGTH - 1 }), length: fc.integer({ min: 1, max: LENGTH }), isHost: fc.boolean() })
    .map(({ from, length, isHost }) => ({ from, length: Math.min(length, LENGTH - from), isHost })),
  { maxLength: 20 },
);

it.each(["f32", "i32"] as const)("holds what was written last, wherever, in %s, and leaves no tensor behind", async (dtype) => {
  const before = tf.memory().numTensors;
  await fc.assert(
    fc.asyncProperty(writes, fc.integer({ min: 0, max: LENGTH }), async (all, split) => {
      const tensor = new TfjsTensor(engine, dtype, LENGTH);
      const want = dtype === "f32" ? new Float32Array(LENGTH) : new Int32Array(LENGTH);
      let value = 0;
      for (const { from, length, isHost } of all) {
        const data = want.slice(0, length).map(() => ++value);
        want.set(data, from);
        if (isHost) tensor.writeHost(data, from);
        else
          tensor.write(
            from,
            engine.kept(() => engine.upload(data, [1, length])),
          );
        // What the host hands over is copied.
        data.fill(-1);
      }
      expect(await tensor.readHost(0, LENGTH)).toEqual(want);
      expect(await tensor.readHost(split, LENGTH - split)).toEqual(want.slice(split));
      expect(Array.from(tf.tidy(() => tf.clone(tensor.read([split])).dataSync()))).toEqual(Array.from(want.slice(0, split)));
      expect(tensor.hostValues(LENGTH)).toEqual(want);
      tensor.dispose();
    }),
    { numRuns: 60 },
  );
  expect(tf.memory().numTensors).toBe(before);
});

// Relative error of attention over packed keys and values against dense attention, on a model's own keys, values and queries.
//
//   npm run build
//   node packages/mosaic-compress/bench/attention-error.mjs --out error.json
//
// The prompt's last `--rows` tokens ask; everything before them is one segment per layer and KV head. For every query head the error is
// |packed - dense| / |dense| of the attention's output; the table has the mean and the 90th percentile over rows, heads and layers, and
// bytes of the segment (state included) against 16-bit K and V.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { provenance } from "../../../bench/support/provenance.mjs";
import { attendSelected, denseAttention } from "../../kv-core/dist/reference/index.js";
import { mosaicPacked, packedSettings } from "../dist/index.js";
import { captureHeads } from "./capture-heads.mjs";
import { SETTINGS } from "./settings.mjs";

const { values: flags } = parseArgs({
  options: {
    model: { type: "string", default: "models/kvasir-tiny" },
    task: { type: "string", default: "niah_multikey_1" },
    length: { type: "string", default: "2048" },
    seed: { type: "string", default: "1" },
    rows: { type: "string", default: "8" },
    backend: { type: "string", default: "cpu-native" },
    threads: { type: "string", default: "1" },
    every: { type: "string", default: "1" },
    only: { type: "string", default: "" },
    out: { type: "string" },
  },
});
const where = provenance();
const captured = await captureHeads({
  ...flags,
  length: Number(flags.length),
  seed: Number(flags.seed),
  rows: Number(flags.rows),
  threads: Number(flags.threads),
});
// With --every 2 one KV head of each layer, in turn.
const heads = captured.heads.filter(({ layer, kvHead }) => (layer + kvHead) % Number(flags.every) === 0);
const dense = heads.map(({ queries, keys, values, headDim, scale }) =>
  Array.from(
    { length: queries.length / headDim },
    (_, row) => denseAttention(queries.subarray(row * headDim, (row + 1) * headDim), keys, values, scale).out,
  ),
);
console.log(
  `${captured.task}: ${heads[0].tokens} of ${captured.prompt} tokens packed, ${heads.length} segments of ${heads[0].headDim} channels`,
);
console.log("setting | mean error | p90 error | lost K energy | lost V energy | 16-bit bytes / bytes | at 8,192 tokens");

const rows = [];
for (const [setting, { selector, ...options }] of Object.entries(SETTINGS)) {
  if (!setting.includes(flags.only)) continue;
  const codec = mosaicPacked();
  const settings = packedSettings(options, heads[0].headDim);
  const errors = [];
  const lost = { keys: [], values: [] };
  let bytes = 0;
  let denseBytes = 0;
  heads.forEach((head, index) => {
    const { headDim, tokens, queries, groupSize, scale } = head;
    const shape = { tokens, headDim };
    const encoded = codec.encode(head, shape, codec.fit(head, shape, settings));
    bytes += encoded.bytes.length + encoded.state.length;
    denseBytes += 4 * tokens * headDim;
    const decoded = codec.decode(encoded);
    for (const side of ["keys", "values"]) lost[side].push(distance(decoded[side], head[side]) ** 2 / norm(head[side]) ** 2);
    const group = groupSize * headDim;
    const out =
      selector === undefined
        ? codec.attend(queries, encoded, scale).out
        : Float32Array.from(
            Array.from({ length: queries.length / group }, (_, row) => [
              ...attendSelected(codec, queries.subarray(row * group, (row + 1) * group), encoded, scale, selector).out,
            ]).flat(),
          );
    dense[index].forEach((want, row) => errors.push(distance(out.subarray(row * headDim, (row + 1) * headDim), want) / norm(want)));
  });
  errors.sort((a, b) => a - b);
  const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const { headDim } = heads[0];
  const row = {
    setting,
    meanError: mean(errors),
    p90Error: errors[Math.floor(0.9 * errors.length)],
    lostKeyEnergy: mean(lost.keys),
    lostValueEnergy: mean(lost.values),
    ratio: denseBytes / bytes,
    ratioAt8192: (4 * 8192 * headDim) / codec.maxBytes({ tokens: 8192, headDim }, settings),
  };
  rows.push(row);
  const { setting: _, ratio, ratioAt8192, ...shares } = row;
  console.log([setting, ...Object.values(shares).map((share) => share.toFixed(4)), ratio.toFixed(2), ratioAt8192.toFixed(2)].join(" | "));
  // After every row, so that a run cut short leaves what it has.
  if (flags.out !== undefined) {
    const report = { ...where, command: process.argv.slice(2), ...flags, tokens: heads[0].tokens, segments: heads.length, rows };
    writeFileSync(flags.out, `${JSON.stringify(report, null, 1)}\n`);
  }
}

function norm(vector) {
  return Math.sqrt(vector.reduce((sum, element) => sum + element * element, 0));
}

function distance(a, b) {
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += (a[i] - b[i]) ** 2;
  return Math.sqrt(sum);
}

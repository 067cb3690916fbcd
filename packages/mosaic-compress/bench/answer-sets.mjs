// What answers.mjs compares: options of mosaic-compress by name. Shares are of the head's channels.
const same = (packing, more = {}) => ({ packing: { keys: packing, values: packing, blockTokens: 64, ...more } });
const everything = (options) => ({ ...options, read: "all" });
const codes = (retained, more = {}) => ({ channels: 1, retained, groupSize: 2, elements: "int4", ...more });
const bf16 = (retained, more = {}) => ({ channels: 1, retained, ...more });
const quarter = { retained: 1 / 4, channels: 1 / 4 };
const own = { retained: 1 / 4, channels: 1 };
const readBy = (by, blockTokens, ratio = 1 / 8) => ({ keep: { ratio }, leastTokens: 256, by, blockTokens });
const steps = [3 / 16, 1 / 4, 5 / 16, 3 / 8].map((retained) => bf16(retained));

export const SETS = {
  presets: {
    mosaic: {},
    "mosaic-16bit": { preset: "16-bit" },
    "mosaic-paper": { preset: "paper" },
  },
  // The paper's ladder (figure 9) at r = D/4 in 16 bits, everything read, so that packing alone shows.
  ladder: {
    "global top-r": everything(same(quarter, { rotation: "none" })),
    "+ rotation": everything(same(quarter)),
    "+ per vector": everything(same(own)),
    "+ strategy by loss": everything(same(steps, { maxLoss: 0.1 })),
  },
  // What reading few tokens costs, by how they are chosen.
  selection: {
    everything: { read: "all" },
    "max-key, single tokens": { read: readBy("max-key", 1) },
    "max-key, blocks of 2": { read: readBy("max-key", 2) },
    "max-key, blocks of 8": { read: readBy("max-key", 8) },
    "mean-key, blocks of 8": { packing: { keys: codes(3 / 8), values: codes(3 / 8), blockTokens: 8 }, read: readBy("mean-key", 8) },
    "max-key, single tokens, 6.25 %": { read: readBy("max-key", 1, 1 / 16) },
  },
  // Other ways to spend bytes, everything read.
  packing: {
    "mosaic, everything read": { read: "all" },
    "int4 r = 3/8 D, g = 2": everything(same(codes(3 / 8))),
    "int4 r = D/2, g = 2": everything(same(codes(1 / 2))),
    "int4 of all channels (int4 KV)": everything(same({ channels: 1, retained: 1, elements: "int4" }, { rotation: "none" })),
    "int4 of all channels, rotated": everything(same({ channels: 1, retained: 1, elements: "int4" })),
    "int8 r = D/4": everything(same({ channels: 1, retained: 1 / 4, elements: "int8" })),
    "keys of 1/2 of the channels, the same for all (ThinK)": everything({
      packing: { keys: { channels: 1 / 2, retained: 1 / 2 }, values: { channels: 1, retained: 1 }, rotation: "none", blockTokens: 64 },
    }),
    "16 bit r = 5/16 D": everything(same(bf16(5 / 16))),
  },
};

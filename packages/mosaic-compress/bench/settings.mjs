// What attention-error.mjs compares: options of the codec, and a selector where only some blocks are read.
const both = (packing, options = {}) => ({ keys: packing, values: packing, ...options });
const topTenth = (by) => ({
  kind: "top-blocks",
  by,
  blockTokens: 8,
  keep: { ratio: 0.1 },
  always: { sinkTokens: 0, recentTokens: 0 },
  per: "kv-head",
});
const all = { retained: 1, channels: 1 };

export const SETTINGS = {
  "r = D/4, not rotated": both({ channels: 1 }, { rotation: "none" }),
  "r = D/4": both({ channels: 1 }),
  "r = D/4, int8": both({ channels: 1, elements: "int8" }),
  "r = D/4, int4 per 16": both({ channels: 1, elements: "int4", elementsPerScale: 16 }),
  "r = D/4, 1/4 truncated (the paper's)": both({}),
  "r = D/2": both({ channels: 1, retained: 1 / 2 }),
  "r = D/2, int4 per 16": both({ channels: 1, retained: 1 / 2, elements: "int4", elementsPerScale: 16 }),
  "r = D/4, g = 2": both({ channels: 1, groupSize: 2 }),
  "r = D, int4 per 32": both({ ...all, elements: "int4", elementsPerScale: 32 }),
  "keys r = D/4, values r = D/2": { keys: { channels: 1 }, values: { channels: 1, retained: 1 / 2 } },
  "keys r = D/2, values r = D/4": { keys: { channels: 1, retained: 1 / 2 }, values: { channels: 1 } },
  "r = D/4, a tenth read by mean-key": both({ channels: 1 }, { selector: topTenth("mean-key") }),
  "r = D/4, a tenth read by max-key": both({ channels: 1 }, { selector: topTenth("max-key") }),
  "r = D/4, int4 per 16, not rotated": both({ channels: 1, elements: "int4", elementsPerScale: 16 }, { rotation: "none" }),
  "r = D/4, int4 per 32": both({ channels: 1, elements: "int4", elementsPerScale: 32 }),
  "r = D/2, g = 2, int4 per 16": both({ channels: 1, retained: 1 / 2, groupSize: 2, elements: "int4", elementsPerScale: 16 }),
  "r = D/2, g = 2, int4": both({ channels: 1, retained: 1 / 2, groupSize: 2, elements: "int4" }),
  "r = 3/8 D, g = 2, int4": both({ channels: 1, retained: 3 / 8, groupSize: 2, elements: "int4" }),
  "r = D/2, g = 2": both({ channels: 1, retained: 1 / 2, groupSize: 2 }),
  "global: the same D/4 channels for all": both({ retained: 1 / 4, channels: 1 / 4 }),
  "global: the same D/4 channels for all, not rotated": both({ retained: 1 / 4, channels: 1 / 4 }, { rotation: "none" }),
  "r = D": both(all),
};

import { describe, expect, it } from "vitest";
import { channelInt8 } from "./channel-int8.ts";
import { testKvCodec } from "./test-kv-codec.ts";

testKvCodec({ describe, it, expect, create: channelInt8, settings: () => ({}), tolerance: { decode: 0.02, attend: 1e-5 } });

it("takes no settings", () => {
  expect(() => channelInt8().maxBytes({ tokens: 1, headDim: 2 }, { bits: 4 })).toThrow(/"bits" is not known/);
});

import { expect, it } from "vitest";
import { parseOwnerMap } from "./owner-map.ts";

it.each([
  { text: "0", owners: [0] },
  { text: "0_1_2_3", owners: [0, 1, 2, 3] },
  { text: "0_0_2_2", owners: [0, 0, 2, 2] },
  { text: "0_0_0_0", owners: [0, 0, 0, 0] },
])("parses $text", ({ text, owners }) => {
  expect(parseOwnerMap(text, owners.length, "layer_types")).toEqual({ owners, isSliding: undefined });
});

it("marks sliding-window layers", () => {
  expect(parseOwnerMap("0_0s_2s_2", 4, "layer_types")).toEqual({ owners: [0, 0, 2, 2], isSliding: [false, true, true, false] });
});

it.each([
  { text: "0_0", problem: /4 entries, one per layer, where this map has 2/ },
  { text: "0_x_2_2", problem: /joined by "_"/ },
  { text: "0_0_2n_2", problem: /joined by "_"/ },
  { text: "", problem: /joined by "_"/ },
  { text: "0_0_-2_2", problem: /joined by "_"/ },
  { text: "0_3_2_3", problem: /layer 1 reads layer 3/ },
  { text: "0_0_1_3", problem: /layer 2 reads layer 1, which reads layer 0/ },
])("refuses $text", ({ text, problem }) => {
  expect(() => parseOwnerMap(text, 4, "layer_types")).toThrow(problem);
});

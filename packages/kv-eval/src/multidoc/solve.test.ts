import { describe, expect, it } from "vitest";
import type { Fact, World } from "./facts.ts";
import { solve } from "./solve.ts";

const relate = (subject: string, relation: string, value: string): Fact => ({
  type: "relation",
  subject: { name: subject },
  relation,
  value: { name: value },
});
const deed = (back: number, value: string): Fact => ({ type: "relation", subject: { back }, relation: "buy", value: { name: value } });
const work = (subject: string, code: string): Fact => ({
  type: "relation",
  subject: { name: subject },
  relation: "works",
  value: { code },
});
const put = (item: string, at: string | { whereIs: string }): Fact => ({ type: "put", item, at });

describe("solve", () => {
  it("follows links over documents", () => {
    const world: World = [[relate("Bo", "lives", "Ghent")], [relate("Ada", "guardian", "Bo")]];
    expect(solve(world, { type: "value", subject: "Ada", links: ["guardian"], relation: "lives" })).toEqual({
      answers: ["Ghent"],
      support: [
        { document: 0, fact: 0 },
        { document: 1, fact: 0 },
      ],
    });
    expect(solve(world, { type: "value", subject: "Ada", links: [], relation: "lives" }).answers).toEqual([]);
  });

  it("finds all answers where there are several", () => {
    const world: World = [[relate("Ada", "lives", "Ghent")], [relate("Bo", "lives", "Ghent")]];
    expect(solve(world, { type: "subject", relation: "lives", value: "Ghent" }).answers).toEqual(["Ada", "Bo"]);
    expect(solve(world, { type: "count", relation: "lives", value: "Ghent" }).answers).toEqual(["2"]);
  });

  it("names what references stand for, one document after the other", () => {
    const world: World = [
      [{ type: "subject", subject: { name: "Ada" } }],
      [relate("Bo", "buy", "kettle")],
      [deed(2, "harp")],
      [deed(1, "lamp")],
    ];
    const { answers, support } = solve(world, { type: "subject", relation: "buy", value: "lamp" });
    expect(answers).toEqual(["Ada"]);
    expect(support.map(({ document }) => document)).toEqual([0, 2, 3]);
    expect(() => solve([[deed(1, "harp")]], { type: "subject", relation: "buy", value: "harp" })).toThrow("has no subject");
  });

  it("reads code words by the nearest legend before them", () => {
    const legend = (tor: string): Fact => ({ type: "legend", meanings: { tor } });
    const world: World = [[legend("Ghent")], [work("Ada", "tor")], [legend("Lisbon")], [work("Bo", "tor")]];
    expect(solve(world, { type: "value", subject: "Ada", links: [], relation: "works" }).answers).toEqual(["Ghent"]);
    expect(solve(world, { type: "value", subject: "Bo", links: [], relation: "works" }).answers).toEqual(["Lisbon"]);
    expect(() => solve(world.slice(1), { type: "value", subject: "Ada", links: [], relation: "works" })).toThrow("No legend");
  });

  it("plays moves in their order", () => {
    const world: World = [
      [put("harp", "mill"), put("kettle", "cellar")],
      [{ type: "swap", items: ["harp", "kettle"] }],
      [put("lamp", { whereIs: "harp" })],
      [put("harp", "attic")],
    ];
    const at = (item: string, when: "now" | "before"): readonly string[] => solve(world, { type: "state", item, when }).answers;
    expect([at("harp", "now"), at("harp", "before"), at("kettle", "now"), at("lamp", "now"), at("lamp", "before")]).toEqual([
      ["attic"],
      ["cellar"],
      ["mill"],
      ["cellar"],
      [],
    ]);
    expect(solve(world, { type: "state", item: "lamp", when: "now" }).support.map(({ document }) => document)).toEqual([0, 1, 2]);
  });

  it("compares numbers and finds contradictions", () => {
    const world: World = [
      [relate("Ada", "age", "41"), relate("Bo", "age", "9")],
      [relate("Cy", "age", "70"), relate("Bo", "age", "9")],
    ];
    expect(solve(world, { type: "extreme", relation: "age", highest: true }).answers).toEqual(["Cy"]);
    expect(solve(world, { type: "extreme", relation: "age", highest: true, among: { names: ["Ada", "Bo"] } }).answers).toEqual(["Ada"]);
    expect(solve(world, { type: "conflict", relation: "age" }).answers).toEqual([]);
    expect(solve([...world, [relate("Ada", "age", "40")]], { type: "conflict", relation: "age" }).answers).toEqual(["Ada"]);
  });
});

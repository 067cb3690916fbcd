import { type BoundPolicy, type PageId, PolicyContractError, type SequenceId } from "@kvasir/kv-core";
import { describe, expect, it } from "vitest";
import type { PolicyPreset } from "../scheduler/active-request.ts";
import { planReads, type RequestReads } from "./plan-reads.ts";

const PAGE_SIZE = 16;

const preset = (name: string, share?: BoundPolicy["share"]): PolicyPreset => ({
  name,
  policy: { ...(share === undefined ? {} : { share }), dispose: () => {} },
  fidelity: "exact",
  codecs: [],
});

/** A request that reads these pages. */
function request(id: number, of: PolicyPreset, ...pages: number[]): RequestReads {
  const position = { skip: 0, length: pages.length * PAGE_SIZE, firstPosition: 0, shift: 0 };
  const segments = [{ role: "private" as const, pages: pages as PageId[], ...position, readers: [id as SequenceId] }];
  return { sequence: id as SequenceId, rows: 1, plan: { layers: "all", kvHead: "all", segments }, preset: of };
}

describe("planReads", () => {
  it("shares what a policy wants shared, among the sequences of its preset alone", () => {
    const shared = preset("shared", (runs) => runs.map(() => true));
    const full = preset("full");
    const { reads, savedTokenReads } = planReads(
      [request(1, shared, 5, 6, 7), request(2, full, 5, 6), request(3, shared, 5, 6, 8), request(4, full, 5, 6)],
      PAGE_SIZE,
    );
    const described = reads.flatMap(({ segments }) => segments.map(({ pages, readers }) => `${pages.join()} by ${readers.join()}`));
    expect(described.toSorted()).toEqual(["5,6 by 1,3", "5,6 by 2", "5,6 by 4", "7 by 1", "8 by 3"]);
    expect(savedTokenReads).toBe(2 * PAGE_SIZE);
  });

  it("leaves plans as they are where the policy declines", () => {
    const { reads, savedTokenReads } = planReads(
      [1, 2].map((id) =>
        request(
          id,
          preset("shared", () => [false]),
          5,
        ),
      ),
      PAGE_SIZE,
    );
    expect(reads.flatMap(({ segments }) => segments.map(({ readers }) => readers.length))).toEqual([1, 1]);
    expect(savedTokenReads).toBe(0);
  });

  it("refuses answers that do not fit the questions", () => {
    const wrong = preset("wrong", () => []);
    expect(() => planReads([request(1, wrong, 5), request(2, wrong, 5)], PAGE_SIZE)).toThrow(PolicyContractError);
  });
});

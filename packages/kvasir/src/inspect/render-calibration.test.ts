import { expect, it } from "vitest";
import { renderCalibration } from "./render-calibration.ts";

it("prints measurements as tables and other values as fields", () => {
  const rows = [
    { readers: 2, tokens: 256, sharedSeconds: 0.000_061_25, separateSeconds: 0.000_058 },
    { readers: 32, tokens: 4096, sharedSeconds: 0.004, separateSeconds: 0.016 },
  ];
  const saved = { "shared: cpu, 2 threads": { "shared-attention": { version: 1, maxTokens: 4096, rows } } };
  expect(renderCalibration(saved)).toBe(
    [
      "shared: cpu, 2 threads",
      "shared-attention",
      "version    1",
      "maxTokens  4096",
      "rows",
      "readers  tokens  shared µs  separate µs",
      "───────  ──────  ─────────  ───────────",
      "      2     256       61.3         58.0",
      "     32    4096     4000.0      16000.0",
    ].join("\n"),
  );
});

it("prints whatever JSON a policy saves", () => {
  expect(renderCalibration({ a: 1, b: ["x", 2], c: {}, d: { e: null, f: [{ g: [1] }, { hSeconds: "soon" }] } })).toBe(
    ["a\n1", "b\nx, 2", "c", "d\ne  null\nf\n  g  h µs\n───  ────\n[1]\n     soon"].join("\n\n"),
  );
  expect(renderCalibration(null)).toBe("null");
});

import { expect, it } from "vitest";
import { formatDuration, renderBar, showProgressBar } from "./progress-bar.ts";

it("shows counts, share and the time left", () => {
  expect(renderBar(25, 50, "niah_single_1", 10)).toBe(`${"━".repeat(12)}${"─".repeat(12)}  25/50  50 %  niah_single_1  10 s left`);
  expect(renderBar(0, 50, "vt", 10)).toBe(`${"─".repeat(24)}  0/50  0 %  vt`);
});

it("writes durations as people do", () => {
  expect([0, 59.4, 60, 185, 3723].map(formatDuration)).toEqual(["0 s", "59 s", "1:00", "3:05", "1:02:03"]);
});

it("writes to terminals only", () => {
  const written: string[] = [];
  const stream = (isTTY: boolean): NodeJS.WriteStream =>
    ({ isTTY, write: (text: string) => written.push(text) }) as unknown as NodeJS.WriteStream;
  const quiet = showProgressBar(stream(false));
  quiet.update(1, 2, "x");
  quiet.stop();
  expect(written).toEqual([]);
  const bar = showProgressBar(stream(true));
  bar.update(2, 2, "x");
  bar.stop();
  expect(written[0]).toContain("2/2");
  expect(written.at(-1)).toBe("\r\u001B[K");
});

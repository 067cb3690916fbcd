import { describe, expect, it } from "vitest";
import { formatBytes, parseBytes } from "./bytes.ts";

describe("parseBytes", () => {
  it.each([
    ["1", 1],
    ["536870912", 536_870_912],
    ["512MiB", 512 * 2 ** 20],
    ["512 mib", 512 * 2 ** 20],
    ["1.5g", 1.5 * 2 ** 30],
    ["2GB", 2e9],
    ["64k", 65_536],
  ])("reads %s", (text, bytes) => {
    expect(parseBytes(text, "--memory")).toBe(bytes);
  });

  it.each(["", "lots", "0", "-5", "12 bananas", "1e3", "0.1", "99999999TiB", "5 5"])("refuses %j and says what is accepted", (text) => {
    expect(() => parseBytes(text, "--memory")).toThrow(/not an amount of memory.*512MiB/);
  });
});

describe("formatBytes", () => {
  it.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [23_040, "22.5 KiB"],
    [2 ** 20, "1.00 MiB"],
    [512 * 2 ** 20, "512 MiB"],
    [3.25 * 2 ** 30, "3.25 GiB"],
  ])("writes %d", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

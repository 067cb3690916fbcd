import { expect, it } from "vitest";
import { describeError } from "./report-error.ts";
import { UsageError } from "./usage-error.ts";

it("writes one line for an error thrown on purpose", () => {
  expect(describeError(new UsageError("No model given. Pass --model."), { verbose: false })).toBe("error: No model given. Pass --model.");
});

it("writes one line for an error of the operating system", () => {
  const error = Object.assign(new Error("listen EADDRINUSE: address already in use"), { syscall: "listen", code: "EADDRINUSE" });
  expect(describeError(error, { verbose: false })).toBe("error: listen EADDRINUSE: address already in use");
});

it("asks for a report of anything else", () => {
  expect(describeError(new TypeError("x is not a function"), { verbose: false })).toMatch(/x is not a function\n.*--verbose/);
});

it("shows stacks and causes when asked", () => {
  const text = describeError(new UsageError("outer", { cause: new Error("inner") }), { verbose: true });
  expect(text).toMatch(/UsageError: outer\n\s+at /);
  expect(text).toContain("caused by Error: inner");
});

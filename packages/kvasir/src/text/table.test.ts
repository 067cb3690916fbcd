import { expect, it } from "vitest";
import { renderFields, renderTable } from "./table.ts";

it("aligns columns and leaves no trailing spaces", () => {
  const table = renderTable(
    [{ title: "name" }, { title: "t/s", align: "right" }],
    [
      ["prefill", "1318"],
      ["decode at 512", "9"],
    ],
  );
  expect(table).toBe(["name            t/s", "─────────────  ────", "prefill        1318", "decode at 512     9"].join("\n"));
});

it("lays out fields", () => {
  expect(
    renderFields([
      ["model", "tiny"],
      ["KV", "4 KiB"],
    ]),
  ).toBe("model  tiny\nKV     4 KiB");
});

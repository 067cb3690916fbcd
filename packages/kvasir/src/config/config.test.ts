import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findConfig } from "./find-config.ts";
import { loadConfig } from "./load-config.ts";
import { resolveModel } from "./resolve-model.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kvasir-config-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

describe("findConfig", () => {
  it("finds the nearest file, in the directory or above it", () => {
    const outer = write("kvasir.config.ts", "");
    mkdirSync(join(folder, "a/b"), { recursive: true });
    expect(findConfig(join(folder, "a/b"))).toBe(outer);
    const inner = write("a/kvasir.config.mjs", "");
    expect(findConfig(join(folder, "a/b"))).toBe(inner);
  });

  it("follows kvasir.config of a package.json", () => {
    const config = write("apps/x/kvasir.config.ts", "");
    write("package.json", JSON.stringify({ kvasir: { config: "apps/x/kvasir.config.ts" } }));
    expect(findConfig(folder)).toBe(config);
  });

  it("names what names a missing file", () => {
    expect(() => findConfig(folder, "nope.ts")).toThrow(/nope\.ts, named by --config, does not exist/);
    write("package.json", JSON.stringify({ kvasir: { config: "gone.ts" } }));
    expect(() => findConfig(folder)).toThrow(/gone\.ts, named by "kvasir\.config" in .*package\.json, does not exist/);
  });

  it("survives a broken package.json", () => {
    write("package.json", "{ nonsense");
    expect(findConfig(folder)).toBeUndefined();
  });
});

describe("loadConfig", () => {
  it("loads TypeScript", async () => {
    const path = write(
      "kvasir.config.ts",
      "const port: number = 81;\nexport default { backends: { none: async () => null! }, server: { port } };",
    );
    expect((await loadConfig(path)).server).toEqual({ port: 81 });
  });

  it.each([
    ["export const x = 1;", /has no default export/],
    ["export default { backends: {} };", /registers no backend/],
    ["export default { backends: { cpu: 3 } };", /backends\.cpu is no function/],
    ["export default { backends: { cpu: async () => 1 }, presets: { a: 1 } };", /presets\.a is no list/],
    [
      "export default { backends: { cpu: async () => 1 }, presets: { a: [{ policy: 'x' }] } };",
      /presets\.a names the policy "x", which is not registered\. Registered: none/,
    ],
    ["export default (", /cannot be loaded/],
    ["throw new Error('boom'); export default {};", /cannot be loaded: boom/],
  ])("refuses %s", async (text, message) => {
    await expect(loadConfig(write("kvasir.config.ts", text))).rejects.toThrow(message);
  });
});

describe("resolveModel", () => {
  it("takes what exists as a path", () => {
    mkdirSync(join(folder, "owner/name"), { recursive: true });
    expect(resolveModel("owner/name", folder)).toEqual({ kind: "path", path: join(folder, "owner/name") });
  });

  it.each([
    ["owner/name", { id: "owner/name" }],
    ["HuggingFaceTB/SmolLM2-135M-Instruct", { id: "HuggingFaceTB/SmolLM2-135M-Instruct" }],
    ["o/n:folder/file.gguf", { id: "o/n", file: "folder/file.gguf" }],
    ["o/n@main", { id: "o/n", revision: "main" }],
    ["o/n@v1:Q8_0", { id: "o/n", revision: "v1", file: "Q8_0" }],
  ])("takes %s as a Hub id", (text, reference) => {
    expect(resolveModel(text, folder)).toEqual({ kind: "hub", ...reference });
  });

  it.each(["./gone", "a/b/c", "gone.gguf", "/gone", "../gone/x", "a/b..c", "a/b:c:d"])("says that %s does not exist", (model) => {
    expect(() => resolveModel(model, folder)).toThrow(/does not exist\. Give a GGUF file/);
  });
});

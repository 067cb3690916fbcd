import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root, workspacesOf } from "./workspace.ts";

describe.each(workspacesOf("packages"))("$path", ({ path, manifest }) => {
  it.each(["README.md", "LICENSE", "tsconfig.json", "tsup.config.ts", "src/index.ts"])("has %s", (file) => {
    expect(existsSync(join(root, path, file))).toBe(true);
  });

  it("is ESM without side effects, licensed, for Node 20.19 or later", () => {
    expect(manifest).toMatchObject({ type: "module", sideEffects: false, license: "Apache-2.0", engines: { node: ">=20.19" } });
  });

  it("runs nothing at install time", () => {
    expect(Object.keys(manifest.scripts ?? {}).filter((name) => /^(pre|post)?(install|prepare)$/.test(name))).toEqual([]);
  });

  it("exports source, types and code of files that exist, in that order", () => {
    for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
      if (typeof target === "string") {
        expect(subpath).toBe("./package.json");
        continue;
      }
      expect(Object.keys(target)).toEqual(["@kvasir/source", "types", "default"]);
      const source = target["@kvasir/source"] ?? "";
      expect(existsSync(join(root, path, source)), `${path}: ${source}`).toBe(true);
      const built = source.replace("./src/", "./dist/");
      expect(target["types"]).toBe(built.replace(/\.ts$/, ".d.ts"));
      expect(target["default"]).toBe(built.replace(/\.ts$/, ".js"));
    }
  });

  it("publishes source beside the build, without tests", () => {
    expect(manifest.files).toEqual(expect.arrayContaining(["dist", "src", "!**/*.test.ts", "!**/*.test-d.ts", "!dist/*.tsbuildinfo"]));
  });
});

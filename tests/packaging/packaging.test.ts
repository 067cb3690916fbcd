import { execFile } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isTest } from "../architecture/workspace.ts";
import { installPackages, type Consumer, type PackedPackage } from "./install-packages.ts";

/** Largest size of a published package, unpacked, in MiB. */
const SIZE_BUDGET_MIB: Readonly<Record<string, number>> = {
  "@kvasir/kv-core": 1.5,
  "@kvasir/cpu-backend": 6,
  "@kvasir/gpu-backend": 0.5,
  "@kvasir/model-runtime": 3,
  "@kvasir/kv-eval": 3,
  "@kvasir/mosaic-compress": 0.5,
  "@kvasir/multictx-sparse": 0.5,
  "@kvasir/shared-attention": 0.5,
  "@kvasir/server": 1.5,
  kvasir: 1.5,
};

let consumer: Consumer;
beforeAll(async () => {
  consumer = await installPackages();
}, 120_000);
afterAll(() => {
  rmSync(consumer.directory, { recursive: true, force: true });
});

function entryPoints({ manifest }: PackedPackage): string[] {
  return Object.entries(manifest.exports ?? {})
    .filter(([, target]) => typeof target !== "string")
    .map(([subpath]) => manifest.name + subpath.slice(1));
}

describe("published packages", () => {
  it("hold a declaration for every source file they ship, and no tests or build state", () => {
    for (const { workspace, files } of consumer.packages) {
      const sources = files.filter((path) => /^src\/.*\.ts$/.test(path));
      expect(sources.length, workspace.path).toBeGreaterThan(1);
      const expected = sources.map((path) => path.replace(/^src\/(.*)\.ts$/, "dist/$1.d.ts"));
      expect(files, workspace.path).toEqual(expect.arrayContaining(expected));
      expect(
        files.filter((path) => /\.test(-d)?\.(ts|js)|tsbuildinfo|tsconfig/.test(path)),
        workspace.path,
      ).toEqual([]);
      expect(files, workspace.path).toContain("README.md");
    }
  });

  it("stay within their size budgets", () => {
    for (const { manifest, unpackedSize } of consumer.packages) {
      expect(unpackedSize / 2 ** 20, manifest.name).toBeLessThan(SIZE_BUDGET_MIB[manifest.name] ?? 0);
    }
  });

  it("can be imported", async () => {
    const lines = consumer.packages.flatMap(entryPoints).map((entry) => `await import(${JSON.stringify(entry)});`);
    writeFileSync(join(consumer.directory, "import.mjs"), `${lines.join("\n")}\nconsole.log("ok");`);
    expect(await consumer.node("import.mjs")).toBe("ok\n");
  });

  it("can be required from CommonJS", async () => {
    const lines = consumer.packages.flatMap(entryPoints).map((entry) => `require(${JSON.stringify(entry)});`);
    writeFileSync(join(consumer.directory, "require.cjs"), `${lines.join("\n")}\nconsole.log("ok");`);
    expect(await consumer.node("require.cjs")).toBe("ok\n");
  });

  it("type-check in a strict consumer", async () => {
    const lines = consumer.packages
      .flatMap(entryPoints)
      .map((entry, index) => `import * as m${index} from ${JSON.stringify(entry)};\nvoid m${index};`);
    writeFileSync(join(consumer.directory, "consumer.ts"), `${lines.join("\n")}\n`);
    const compilerOptions = {
      module: "NodeNext",
      target: "ES2023",
      lib: ["ES2023", "ESNext.Disposable", "DOM"],
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: true,
      noEmit: true,
      types: ["node"],
    };
    writeFileSync(join(consumer.directory, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["consumer.ts"] }));
    const compiler = join(consumer.directory, "node_modules/typescript/bin/tsc");
    const { stdout } = await promisify(execFile)(process.execPath, [compiler, "-p", "."], { cwd: consumer.directory }).catch(
      (error: unknown) => error as { readonly stdout: string },
    );
    expect(stdout).toBe("");
  }, 120_000);

  it("bring a command that runs", async () => {
    const { manifest } = consumer.packages.find((item) => item.manifest.name === "kvasir") as PackedPackage;
    expect((await consumer.node("node_modules/kvasir/bin/kvasir.js", "--version")).trim()).toBe(manifest.version);
  });
});

describe("tests of published code", () => {
  it("know what a test is", () => {
    expect([isTest("packages/a/src/x.test.ts"), isTest("packages/a/src/x.test-d.ts"), isTest("packages/a/src/x.ts")]).toEqual([
      true,
      true,
      false,
    ]);
  });
});

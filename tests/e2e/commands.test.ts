import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { kvasir } from "./kvasir-process.ts";

describe("kvasir --help", () => {
  it("lists verbs, each with examples", async () => {
    const { stdout, code } = await kvasir(["--help"]);
    expect(code).toBe(0);
    for (const verb of ["serve", "run", "inspect", "bench", "eval"]) {
      expect(stdout).toMatch(new RegExp(`^  ${verb} `, "m"));
      expect((await kvasir([verb, "--help"])).stdout).toContain("Examples:");
    }
  });
});

describe("errors", () => {
  it.each([
    [["serve", "--model", "gone.gguf"], /error: Model .*gone\.gguf does not exist\. Give a GGUF file/],
    [["serve", "--port", "99999999"], /Give a port from 0 to 65535/],
    [["serve", "--memory", "lots"], /"lots", which is not an amount of memory/],
    [
      ["serve", "--policy", "nonsense"],
      /There is no policy preset "nonsense"\. Registered: full, mosaic, mosaic-16bit, mosaic-paper, shared, shared-routed, reuse, epic, query-only, samkv, streaming/,
    ],
    [["serve", "--backend", "abacus"], /There is no backend "abacus"\. Registered: cpu/],
    [["run", "--config", "gone.ts"], /gone\.ts, named by --config, does not exist/],
    [["run", "--kv-dtype", "f8"], /Allowed choices are f32, f16, bf16, int8/],
    [["bench", "--prefill", "9000"], /longest case takes 9001 tokens but the model's limit is 8192/],
    [["inspect", "README.md"], /neither a \.gguf nor a \.safetensors/],
    [["juggle"], /unknown command 'juggle'/],
  ])("%j is one readable line", async (args, message) => {
    const { stderr, stdout, code } = await kvasir(args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stdout).not.toContain("Listening");
    expect(code).not.toBe(0);
  });

  it("says that a port is taken", async () => {
    const taken = createServer();
    const port = await new Promise<number>((resolve) =>
      taken.listen(0, "127.0.0.1", () => resolve((taken.address() as { port: number }).port)),
    );
    const { stderr, code } = await kvasir(["serve", "--port", String(port)]);
    taken.close();
    expect(stderr).toMatch(/^error: .*EADDRINUSE.*\n$/);
    expect(code).toBe(1);
  });
});

describe("kvasir run", () => {
  it("answers one question per line of a pipe", async () => {
    const folder = mkdtempSync(join(tmpdir(), "kvasir-e2e-"));
    const path = join(folder, "notes.txt");
    writeFileSync(
      path,
      "One of the special magic numbers for quiet harbor is: 7315842. One of the special magic numbers for old mill is: 9920174.",
    );
    const questions = ["quiet harbor", "old mill"].map(
      (key) => `What is the special magic number for ${key} mentioned in the provided text?`,
    );
    const { stdout, code } = await kvasir(["run", "--temperature", "0", "--document", path], questions.join("\n/reset\n"));
    rmSync(folder, { recursive: true });
    expect(code).toBe(0);
    const lines = stdout.trim().split("\n");
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain("7315842");
    expect(lines[1]).toContain("9920174");
  });
});

describe("kvasir inspect", () => {
  it("prints JSON", async () => {
    const { stdout } = await kvasir(["inspect", "models/kvasir-tiny", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ format: "gguf", shape: { family: "llama", layers: 8 } });
  });

  it("says what GPU there is, or why none", async () => {
    const { stdout, code } = await kvasir(["inspect", "gpu"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/driver library.*(found|missing)/);
  });

  it("shows what policies measured", async () => {
    const cache = mkdtempSync(join(tmpdir(), "kvasir-e2e-"));
    const environment = { XDG_CACHE_HOME: cache };
    expect((await kvasir(["inspect", "calibration"], "", environment)).stdout).toMatch(/Nothing is saved in .*calibration\.json/);
    mkdirSync(join(cache, "kvasir"));
    const file = join(cache, "kvasir", "calibration.json");
    const saved = { "shared: cpu": { "shared-attention": { rows: [{ readers: 2, tokens: 256, sharedSeconds: 0.001 }] } } };
    writeFileSync(file, JSON.stringify(saved));
    expect((await kvasir(["inspect", "calibration"], "", environment)).stdout).toMatch(/readers {2}tokens {2}shared µs/);
    expect(JSON.parse((await kvasir(["inspect", "calibration", "--json"], "", environment)).stdout)).toEqual(saved);
    writeFileSync(file, "{");
    const { stderr, code } = await kvasir(["inspect", "calibration"], "", environment);
    expect(stderr).toMatch(/calibration\.json is not readable JSON/);
    expect(code).not.toBe(0);
  });
});

describe("kvasir bench", () => {
  it("prints a table and writes JSON", async () => {
    const folder = mkdtempSync(join(tmpdir(), "kvasir-e2e-"));
    const path = join(folder, "bench.json");
    const { stdout, code } = await kvasir([
      "bench",
      "--prefill",
      "64",
      "--decode-at",
      "64",
      "--repeat",
      "1",
      "--decode-tokens",
      "4",
      "--json",
      path,
    ]);
    expect(stdout).toMatch(/prefill\s+64\s+[\d.]+/);
    expect(code).toBe(0);
    const report = JSON.parse(readFileSync(path, "utf8")) as { readonly results: readonly object[] };
    rmSync(folder, { recursive: true });
    expect(report.results).toHaveLength(2);
    expect(report).toMatchObject({ versions: { node: process.version }, machine: { cores: expect.any(Number) as unknown } });
  });
});

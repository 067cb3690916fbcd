import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";

import { COMMIT, startHubServer, type HubServer, type HubServerFile } from "../../../test/hub-server.ts";
import { writeSafetensors } from "../../../test/safetensors-writer.ts";
import { ModelDownloadError } from "../../errors/model-download-error.ts";
import { openWeightFile } from "../open-weight-file.ts";
import { pullModel, type PullOptions, type PullProgress } from "./pull-model.ts";

const MODEL = "owner/tiny-model";
const root = mkdtempSync(join(tmpdir(), "kvasir-hub-"));
afterAll(() => rmSync(root, { recursive: true }));

const weights = writeSafetensors([{ name: "w", dtype: "F32", shape: [100_000], data: new Uint8Array(400_000).map((_, i) => i) }]);
const text = (content: string): HubServerFile => ({ content: Buffer.from(content) });
const FILES: Readonly<Record<string, HubServerFile>> = {
  "README.md": text("# Model"),
  "config.json": text('{"model_type":"llama"}'),
  "tokenizer.json": text("{}"),
  "model.safetensors": { content: weights, isLarge: true },
  "pytorch_model.bin": { content: new Uint8Array(10), isLarge: true },
};

let hub: HubServer;
let cacheDir: string;
const pull = (options: PullOptions = {}): Promise<string> =>
  pullModel(MODEL, { hubUrl: hub.url, cacheDir, offline: false, retryPausesMs: [], ...options });
const failure = async (options: PullOptions = {}): Promise<ModelDownloadError> => {
  const error = await pull(options).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ModelDownloadError);
  return error as ModelDownloadError;
};

beforeEach(async () => {
  cacheDir = mkdtempSync(join(root, "cache-"));
  hub = await startHubServer(MODEL, FILES);
});
afterEach(() => hub.close());

describe("pulling a model", () => {
  it("fetches what is needed into the Hugging Face cache layout, with progress", async () => {
    const progress: PullProgress[] = [];
    const path = await pull({ onProgress: (update) => progress.push(update) });
    expect(path).toBe(join(cacheDir, "models--owner--tiny-model", "snapshots", COMMIT));
    expect(readdirSync(path).sort()).toEqual(["config.json", "model.safetensors", "tokenizer.json"]);
    expect(readFileSync(join(path, "model.safetensors")).equals(weights)).toBe(true);
    expect(readFileSync(join(cacheDir, "models--owner--tiny-model", "refs", "main"), "utf8")).toBe(COMMIT);
    const total = weights.length + 22 + 2;
    expect(progress.at(-1)).toEqual({
      file: "model.safetensors",
      fileBytes: weights.length,
      fileTotalBytes: weights.length,
      receivedBytes: total,
      totalBytes: total,
    });
    expect(progress.map((update) => update.receivedBytes)).toEqual(progress.map((update) => update.receivedBytes).sort((a, b) => a - b));
    const file = await openWeightFile(path);
    expect(file.metadata["model_type"]).toBe("llama");
    file.close();
  });

  it("fetches nothing twice, and works without the network afterwards", async () => {
    const path = await pull();
    hub.requests.length = 0;
    expect(await pull()).toBe(path);
    expect(hub.requests.filter((request) => request.includes("/resolve/"))).toEqual([]);
    hub.status = 500;
    expect(await pull({ offline: true })).toBe(path);
  });

  it("goes on where an interrupted download ended", async () => {
    hub.cutAfter = [1e9, 1e9, 150_000];
    const error = await failure();
    expect(error).toMatchObject({ reason: "network", retryable: true });
    const before = hub.requests.length;
    const path = await pull();
    expect(readFileSync(join(path, "model.safetensors")).equals(weights)).toBe(true);
    const ranges = hub.requests
      .slice(before)
      .filter((request) => request.includes("model.safetensors bytes=") && !request.endsWith("bytes=0-0"));
    expect(ranges).toHaveLength(1);
    expect(ranges[0]).not.toMatch(/bytes=0-/);
    expect(readdirSync(join(cacheDir, "models--owner--tiny-model", "blobs")).filter((name) => name.endsWith(".incomplete"))).toEqual([]);
  });

  it("tries again by itself after interruptions", async () => {
    hub.cutAfter = [1e9, 1e9, 100_000, 100_000];
    const path = await pull({ retryPausesMs: [1, 1] });
    expect(readFileSync(join(path, "model.safetensors")).equals(weights)).toBe(true);
  });

  it("refuses bytes whose checksum is wrong and keeps nothing of them", async () => {
    hub.falsified.set(
      "model.safetensors",
      Uint8Array.from(weights, (byte, i) => (i === 1000 ? byte ^ 1 : byte)),
    );
    expect(await failure()).toMatchObject({ reason: "checksum", file: "model.safetensors", message: expect.stringContaining("checksum") });
    hub.falsified.clear();
    expect(readFileSync(join(await pull(), "model.safetensors")).equals(weights)).toBe(true);
  });

  it("checks small files too, by git's hash", async () => {
    hub.falsified.set("config.json", Buffer.from('{"model_type":"llamb"}'));
    expect(await failure()).toMatchObject({ reason: "checksum", file: "config.json" });
  });

  it("refuses a continued download whose beginning was other bytes", async () => {
    const blobs = join(cacheDir, "models--owner--tiny-model", "blobs");
    hub.cutAfter = [1e9, 1e9, 100_000];
    await failure();
    const [name] = readdirSync(blobs).filter((entry) => entry.endsWith(".incomplete"));
    const path = join(blobs, name as string);
    writeFileSync(path, readFileSync(path).fill(1, 0, 10));
    expect((await failure()).reason).toBe("checksum");
    expect(existsSync(path)).toBe(false);
  });

  it("does not take the beginning of a file for its rest where a server ignores ranges", async () => {
    hub.cutAfter = [1e9, 1e9, 100_000];
    await failure();
    hub.ignoresRanges = true;
    expect((await failure()).reason).toBe("network");
    hub.ignoresRanges = false;
    expect(readFileSync(join(await pull(), "model.safetensors")).equals(weights)).toBe(true);
  });

  it("can be cancelled and continued", async () => {
    const controller = new AbortController();
    hub.cutAfter = [1e9, 1e9, 200_000];
    const onProgress = (update: PullProgress): void =>
      void (update.file === "model.safetensors" && update.fileBytes > 0 && controller.abort());
    expect((await failure({ signal: controller.signal, onProgress, retryPausesMs: [10_000] })).reason).toBe("cancelled");
    expect(existsSync(await pull())).toBe(true);
  });

  it("gives a token to the Hub, and names what to do where access is denied", async () => {
    await pull({ token: "hf_secret" });
    expect([...hub.authorizations]).toEqual(["Bearer hf_secret"]);
    hub.status = 401;
    const error = await failure({ token: "hf_secret" });
    expect(error).toMatchObject({ reason: "access-denied", retryable: false, message: expect.stringContaining("HF_TOKEN") });
    expect(error.message).not.toContain("hf_secret");
    hub.status = 404;
    expect(await failure()).toMatchObject({ reason: "not-found" });
    hub.status = 503;
    expect(await failure()).toMatchObject({ reason: "network", retryable: true });
  });

  it("says that the Hub cannot be reached", async () => {
    expect(await failure({ hubUrl: "http://127.0.0.1:9" })).toMatchObject({
      reason: "network",
      message: expect.stringMatching(/127\.0\.0\.1:9 failed.*local path/),
    });
    expect(await failure({ offline: true })).toMatchObject({ reason: "offline" });
  });

  it("leaves paths alone, and refuses names that are neither path nor id", async () => {
    mkdirSync(join(root, "local"), { recursive: true });
    expect(await pullModel(join(root, "local"))).toBe(join(root, "local"));
    for (const name of ["nowhere", "../../no/such", "a/b/c", "/no/such", "a/..b", ""]) {
      await expect(pullModel(name, { hubUrl: hub.url, cacheDir }), name).rejects.toMatchObject({ code: "KV_MODEL_FILE" });
    }
    await expect(pull({ revision: "../../x" })).rejects.toMatchObject({ reason: "not-found" });
    expect(hub.requests).toEqual([]);
  });
});

describe("other repositories", () => {
  const serve = async (files: Readonly<Record<string, HubServerFile>>): Promise<void> => {
    await hub.close();
    hub = await startHubServer(MODEL, files);
  };
  const gguf = (byte: number): HubServerFile => ({ content: new Uint8Array(1000).fill(byte), isLarge: true });

  it("fetches shards that the index names", async () => {
    const index = JSON.stringify({ weight_map: { a: "model-00001-of-00002.safetensors", b: "model-00002-of-00002.safetensors" } });
    await serve({
      "config.json": text("{}"),
      "model.safetensors.index.json": text(index),
      "model-00001-of-00002.safetensors": {
        content: writeSafetensors([{ name: "a", dtype: "F32", shape: [1], data: new Uint8Array(4) }]),
        isLarge: true,
      },
      "model-00002-of-00002.safetensors": {
        content: writeSafetensors([{ name: "b", dtype: "F32", shape: [1], data: new Uint8Array(4) }]),
        isLarge: true,
      },
      "model-00003-of-00002.safetensors": gguf(1),
    });
    const path = await pull();
    const file = await openWeightFile(path);
    expect([...file.tensors.keys()]).toEqual(["a", "b"]);
    file.close();
    expect(readdirSync(path)).not.toContain("model-00003-of-00002.safetensors");
    expect(await pull({ offline: true })).toBe(path);
  });

  it("takes the preferred GGUF file, or the one asked for by path or quantisation", async () => {
    await serve({
      "m-F16.gguf": gguf(1),
      "m-Q8_0.gguf": gguf(2),
      "m-Q4_K_M.gguf": gguf(3),
      "mmproj-Q4_K_M.gguf": gguf(4),
      "m-IQ4_XS.gguf": gguf(5),
      "big/m-Q6_K-00001-of-00002.gguf": gguf(6),
    });
    expect(await pull()).toMatch(/m-Q4_K_M\.gguf$/);
    expect(await pull({ file: "q8_0" })).toMatch(/m-Q8_0\.gguf$/);
    expect(await pull({ file: "m-F16.gguf" })).toMatch(/m-F16\.gguf$/);
    expect(await pull({ file: "Q8_0", offline: true })).toMatch(/m-Q8_0\.gguf$/);
    expect(await failure({ file: "Q5_0" })).toMatchObject({ reason: "not-found", message: expect.stringContaining("m-Q8_0.gguf") });
  });

  it("names the files where a quantisation fits several or nothing fits", async () => {
    await serve({ "a-Q8_0.gguf": gguf(1), "b-Q8_0.gguf": gguf(2) });
    expect(await failure({ file: "Q8_0" })).toMatchObject({
      reason: "ambiguous-file",
      message: expect.stringContaining("a-Q8_0.gguf, b-Q8_0.gguf"),
    });
    await serve({ "pytorch_model.bin": gguf(1) });
    expect(await failure()).toMatchObject({ reason: "no-weights", message: expect.stringContaining("pytorch_model.bin") });
  });

  it("ignores paths that lead out of the cache", async () => {
    await serve({ "../../evil.gguf": gguf(1), "/abs.gguf": gguf(2), "ok-Q8_0.gguf": gguf(3) });
    expect(await pull()).toMatch(/ok-Q8_0\.gguf$/);
    expect(await failure({ file: "../../evil.gguf" })).toMatchObject({ reason: "not-found" });
  });
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { writeGguf } from "../../test/gguf-writer.ts";
import { writeSafetensors } from "../../test/safetensors-writer.ts";
import { openWeightFile } from "./open-weight-file.ts";

describe("a directory with a .gguf file", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "kvasir-directory-"));
    writeFileSync(
      join(directory, "model-q8_0.gguf"),
      writeGguf({ tensors: [{ name: "w", dimensions: [4], type: 0, data: new Uint8Array(16) }] }),
    );
    writeFileSync(join(directory, "config.json"), "{}");
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("is read from that file", async () => {
    const file = await openWeightFile(directory);
    expect(file.format).toBe("gguf");
    expect([...file.tensors.keys()]).toEqual(["w"]);
    file.close();
  });

  it("is refused where it has several, with their names", async () => {
    writeFileSync(join(directory, "model-q4_0.gguf"), "");
    await expect(openWeightFile(directory)).rejects.toThrow(/2 \.gguf files: (model-q4_0\.gguf|, |model-q8_0\.gguf)+\. Name one of them/);
  });

  it("is read from its safetensors where it has both", async () => {
    const tensor = { name: "w", dtype: "F32", shape: [2], data: new Uint8Array(8) };
    writeFileSync(join(directory, "model.safetensors"), writeSafetensors([tensor]));
    const file = await openWeightFile(directory);
    expect(file.format).toBe("safetensors");
    file.close();
  });
});

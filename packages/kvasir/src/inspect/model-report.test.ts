import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { reportModel } from "./model-report.ts";
import { renderModelReport } from "./render-model-report.ts";

const tiny = fileURLToPath(new URL("../../../../models/kvasir-tiny", import.meta.url));

it("describes the embedded model", async () => {
  const report = await reportModel(tiny);
  expect(report).toMatchObject({ format: "gguf", dtypes: expect.arrayContaining([expect.objectContaining({ dtype: "q8_0" })]) });
  expect(report.shape).toMatchObject({
    supported: true,
    family: "llama",
    layers: 8,
    queryHeads: 4,
    kvHeads: 2,
    headDim: 128,
    maxPositions: 8192,
  });
  expect(report.shape).toMatchObject({ kvBytesPerToken: { f32: 16384, f16: 8192, bf16: 8192, int8: 4224 } });
  expect(report.text).toMatchObject({ supported: true, vocabularySize: 8192, eos: ["<|end|>"] });
  const text = renderModelReport(report, { tensors: true });
  expect(text).toContain("8 layers, hidden 512, MLP 1344");
  expect(text).toMatch(/token_embd\.weight\s+q8_0\s+8192 x 512\s+4\.25 MiB/);
  expect(text).toContain("KV per token   f32 16.0 KiB, f16 8.00 KiB, bf16 8.00 KiB, int8 4.13 KiB");
});

import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { reportModel } from "./model-report.ts";
import { renderModelReport } from "./render-model-report.ts";

const tiny = fileURLToPath(new URL("../../../../models/kvasir-tiny", import.meta.url));

it("describes the embedded model", async () => {
  const report = await reportModel(tiny);
  expect(report).toMatchObject({ format: "safetensors", dtypes: [{ dtype: "bf16" }] });
  expect(report.shape).toMatchObject({
    supported: true,
    family: "llama",
    layers: 8,
    queryHeads: 6,
    kvHeads: 2,
    headDim: 64,
    maxPositions: 8192,
  });
  expect(report.shape).toMatchObject({ kvBytesPerToken: { f32: 8192, f16: 4096, bf16: 4096, int8: 2176 } });
  expect(report.text).toMatchObject({ supported: true, vocabularySize: 4096, eos: ["<|end|>"] });
  const text = renderModelReport(report, { tensors: true });
  expect(text).toContain("8 layers, hidden 384, MLP 1024");
  expect(text).toMatch(/model\.embed_tokens\.weight\s+bf16\s+4096 x 384\s+3\.00 MiB/);
  expect(text).toContain("KV per token   f32 8.00 KiB, f16 4.00 KiB, bf16 4.00 KiB, int8 2.13 KiB");
});

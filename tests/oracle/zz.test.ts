import { it } from "vitest";
import { homedir } from "node:os";
import { describeModel } from "../../packages/model-runtime/src/model/index.ts";
import { openWeightFile } from "../../packages/model-runtime/src/weights/index.ts";
it("x", async () => {
  for (const n of ["gemma-3-270m-q4_k_m","smollm2-135m-instruct-q4_1"]) {
    const f = await openWeightFile(`${homedir()}/.cache/kvasir-models/${n}.gguf`);
    const d = describeModel(f);
    console.log(JSON.stringify(d.shape.layers.map(l=>l.kind[0]).join("")), JSON.stringify({...d, shape: {...d.shape, layers: d.shape.layers.slice(0,2)}, ropes: [...new Set(d.ropes)]}));
    console.log(Object.entries(f.metadata).filter(([k])=>!k.startsWith("tokenizer.ggml.tokens")&&!k.startsWith("tokenizer.ggml.merges")&&!k.startsWith("tokenizer.ggml.sc")&&!k.startsWith("tokenizer.ggml.token_type")&&!k.includes("chat_template")).map(([k,v])=>`${k}=${String(v).slice(0,80)}`).join("\n"));
    console.log([...f.tensors.values()].slice(0,14).map(t=>`${t.name} ${t.dtype} ${t.shape}`).join("\n"));
  }
});

import { cpSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const GOLDEN = fileURLToPath(new URL("../../goldens/llama-tied", import.meta.url));

/** Makes the directory of a random model with 256 tokens, one per byte, for tests. The caller removes it. */
export function byteModel(): string {
  const directory = mkdtempSync(join(tmpdir(), "kvasir-engine-"));
  for (const file of ["config.json", "model.safetensors"]) cpSync(join(GOLDEN, file), join(directory, file));
  const printable = (byte: number): boolean => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
  let unprintable = 0;
  const symbols = Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : 256 + unprintable++));
  const tokenizer = {
    version: "1.0",
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: "ByteLevel" },
    model: { type: "BPE", vocab: Object.fromEntries(symbols.map((symbol, byte) => [symbol, byte])), merges: [] },
  };
  writeFileSync(join(directory, "tokenizer.json"), JSON.stringify(tokenizer));
  writeFileSync(
    join(directory, "tokenizer_config.json"),
    JSON.stringify({ chat_template: "{% for m in messages %}{{ m.content }}\n{% endfor %}" }),
  );
  return directory;
}

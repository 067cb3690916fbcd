import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openWeightFile, type WeightFile } from "../../../packages/model-runtime/src/weights/index.ts";

const GOLDENS = join(import.meta.dirname, "../../../packages/model-runtime/goldens");

/** What `transformers` computes for a prompt. */
export interface ExpectedPrompt {
  readonly length: number;
  readonly ids: readonly number[];
  readonly logits: readonly { readonly position: number; readonly values: readonly number[] }[];
  readonly greedy?: { readonly ids: readonly number[] };
}

/** A tiny checkpoint with the values it must give; `goldens/make_families.py` makes them. */
export interface Golden {
  readonly name: string;
  readonly prompts: readonly ExpectedPrompt[];
  open(): Promise<WeightFile>;
  /** The same weights with the configuration as `transformers` writes it today. */
  openAsSaved(): Promise<WeightFile>;
}

export const FAMILY_GOLDENS: readonly Golden[] = readdirSync(GOLDENS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => {
    const directory = join(GOLDENS, name);
    const readJson = (file: string): unknown => JSON.parse(readFileSync(join(directory, file), "utf8"));
    const { prompts } = readJson("expected.json") as { prompts: readonly ExpectedPrompt[] };
    return {
      name,
      prompts,
      open: () => openWeightFile(directory),
      openAsSaved: async () => withMetadata(await openWeightFile(directory), readJson("config.saved.json") as Record<string, unknown>),
    };
  });

/** The file with another configuration. */
export function withMetadata(file: WeightFile, metadata: Readonly<Record<string, unknown>>): WeightFile {
  const { format, tensors } = file;
  return {
    format,
    metadata,
    tensors,
    readRows: (name, firstRow, rowCount) => file.readRows(name, firstRow, rowCount),
    close: () => file.close(),
  };
}

import { ModelDownloadError } from "../../errors/model-download-error.ts";

/** A file of a repository on the Hub. */
export interface HubFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256 of files in large-file storage. */
  readonly sha256?: string | undefined;
  /** Git's object id (SHA-1 of a header and the content) of all others. */
  readonly gitOid?: string | undefined;
}

/** What to fetch, and what of it to open. */
export interface FileChoice {
  readonly files: readonly HubFile[];
  /** The one file to open; `undefined` for the directory they are in. */
  readonly main: string | undefined;
}

/** Files beside the weights of a model in Hugging Face format. */
const SIDE_FILES = [
  "config.json",
  "generation_config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "chat_template.jinja",
  "special_tokens_map.json",
];
/** Quantisations by preference: small and close to the original first. */
const PREFERRED = ["Q4_K_M", "Q5_K_M", "Q8_0", "Q6_K", "Q5_K_S", "Q4_K_S", "Q4_1", "Q4_0", "Q5_1", "Q5_0", "BF16", "F16", "F32"];
/** Parts of split models, and vision towers. */
const NOT_A_MODEL = /-\d{5}-of-\d{5}\.gguf$|mmproj/i;

/**
 * Chooses what of a repository is needed: the file asked for, else safetensors with what belongs to them, else the preferred GGUF file.
 * @param wanted Path in the repository, or the name of a quantisation such as `Q8_0`.
 * @throws ModelDownloadError `no-weights`, `not-found` or `ambiguous-file`
 */
export function chooseFiles(model: string, files: readonly HubFile[], wanted: string | undefined): FileChoice {
  if (wanted !== undefined) return chooseNamed(model, files, wanted);
  const byPath = new Map(files.map((file) => [file.path, file]));
  const weights = byPath.get("model.safetensors") ?? byPath.get("model.safetensors.index.json");
  if (weights !== undefined && byPath.has("config.json")) {
    return { files: [...SIDE_FILES.map((path) => byPath.get(path)).filter((file) => file !== undefined), weights], main: undefined };
  }
  const gguf = ggufFiles(files);
  const preferred =
    PREFERRED.map((name) => gguf.find((file) => isQuantisation(file.path, name))).find((file) => file !== undefined) ?? gguf[0];
  if (preferred === undefined) {
    const names = files.map((file) => file.path);
    throw new ModelDownloadError(
      "no-weights",
      model,
      `${model} has neither model.safetensors with config.json nor a .gguf file in one part. It has: ${list(names)}. Choose another repository.`,
    );
  }
  return { files: [preferred], main: preferred.path };
}

/** Shards that an index names. @throws ModelDownloadError `no-weights` where the repository lacks one. */
export function chooseShards(model: string, files: readonly HubFile[], index: Readonly<Record<string, unknown>>): HubFile[] {
  const weightMap = index["weight_map"];
  const names = typeof weightMap === "object" && weightMap !== null ? [...new Set(Object.values(weightMap))] : [];
  if (names.length === 0)
    throw new ModelDownloadError(
      "no-weights",
      model,
      `model.safetensors.index.json of ${model} names no shards. Choose another repository.`,
    );
  return names.map((name) => {
    const file = files.find(({ path }) => path === name);
    if (file === undefined)
      throw new ModelDownloadError(
        "no-weights",
        model,
        `${model} lacks the shard ${String(name).slice(0, 120)} that its index names. Choose another repository.`,
      );
    return file;
  });
}

function chooseNamed(model: string, files: readonly HubFile[], wanted: string): FileChoice {
  const exact = files.find((file) => file.path === wanted);
  if (exact !== undefined) return { files: [exact], main: exact.path };
  const candidates = ggufFiles(files).filter((file) => isQuantisation(file.path, wanted));
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return { files: [only], main: only.path };
  const offered = ggufFiles(files).map((file) => file.path);
  if (only === undefined)
    throw new ModelDownloadError("not-found", model, `${model} has no file "${wanted}". It has: ${list(offered)}.`, { file: wanted });
  throw new ModelDownloadError(
    "ambiguous-file",
    model,
    `"${wanted}" fits several files of ${model}: ${list(candidates.map((file) => file.path))}. Give one of these paths.`,
    { file: wanted },
  );
}

function ggufFiles(files: readonly HubFile[]): HubFile[] {
  return files.filter((file) => /\.gguf$/i.test(file.path) && !NOT_A_MODEL.test(file.path));
}

/** Whether a file's name says that quantisation: `model-Q4_K_M.gguf`, `model.q4_k_m.gguf`, `Q4_K_M/model-Q4_K_M.gguf`. */
function isQuantisation(path: string, name: string): boolean {
  const end = path.toUpperCase().replace(/\.GGUF$/, "");
  const wanted = name.toUpperCase();
  return end === wanted || (end.endsWith(wanted) && /[-._/]/.test(end.charAt(end.length - wanted.length - 1)));
}

function list(names: readonly string[]): string {
  if (names.length === 0) return "none";
  return names.slice(0, 20).join(", ") + (names.length > 20 ? `, and ${names.length - 20} more` : "");
}

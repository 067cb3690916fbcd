import { UnsupportedModelError } from "../../errors/unsupported-model-error.ts";

/** More than any model has; a damaged number must not make the runtime build lists of a billion layers. */
export const MAX_LAYERS = 4096;

/**
 * Typed reading of a checkpoint's configuration: `config.json` keys for safetensors, `<architecture>.*` metadata for GGUF. `null` counts
 * as absent. Every method throws `UnsupportedModelError` that names the full key where a value is missing or of the wrong kind.
 */
export class Settings {
  readonly format: "huggingface" | "gguf";
  private readonly metadata: Readonly<Record<string, unknown>>;
  private readonly prefix: string;
  private readonly path: string;

  /** `prefix` is part of the keys of `metadata`; `path` only names, in messages, where nested settings came from. */
  constructor(format: "huggingface" | "gguf", metadata: Readonly<Record<string, unknown>>, prefix = "", path = "") {
    this.format = format;
    this.metadata = metadata;
    this.prefix = prefix;
    this.path = path;
  }

  /** The key as the file spells it. */
  fullKey(key: string): string {
    return this.path + this.prefix + key;
  }

  /** The value as it is; `undefined` where absent or null. A GGUF array with one value for all layers counts as that value. */
  raw(key: string): unknown {
    const value = this.metadata[this.prefix + key] ?? undefined;
    return typeof value === "bigint" ? Number(value) : value;
  }

  /** The key is there and says that there is no such thing, as opposed to leaving the family's default. */
  isNull(key: string): boolean {
    return this.metadata[this.prefix + key] === null;
  }

  has(key: string): boolean {
    return this.raw(key) !== undefined;
  }

  /** A number above 0. */
  positive(key: string, fallback?: number): number {
    const value = this.single(key) ?? fallback;
    if (typeof value !== "number" || !Number.isFinite(value) || value <= 0) throw this.unsupported(key, "a number above 0");
    return value;
  }

  /** A whole number from 1 to `most`. */
  count(key: string, fallback?: number, most: number = Number.MAX_SAFE_INTEGER): number {
    const value = this.single(key) ?? fallback;
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value <= 0 || value > most) {
      throw this.unsupported(key, most === Number.MAX_SAFE_INTEGER ? "a whole number above 0" : `a whole number from 1 to ${most}`);
    }
    return value;
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.raw(key) ?? fallback;
    if (typeof value !== "boolean") throw this.unsupported(key, "true or false");
    return value;
  }

  text(key: string): string | undefined {
    const value = this.raw(key);
    if (value !== undefined && typeof value !== "string") throw this.unsupported(key, "a string");
    return value;
  }

  /** A nested object as settings of its own; `undefined` where absent. */
  nested(key: string): Settings | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw this.unsupported(key, "an object");
    return new Settings(this.format, value as Record<string, unknown>, "", `${this.fullKey(key)}.`);
  }

  unsupported(key: string, supported: string): UnsupportedModelError {
    return new UnsupportedModelError({ key: this.fullKey(key), value: this.raw(key), supported });
  }

  /** Values of a list, one per layer; `undefined` where the key is absent or not a list. */
  list(key: string): readonly unknown[] | undefined {
    const value = this.raw(key);
    if (Array.isArray(value)) return value;
    return ArrayBuffer.isView(value) && !(value instanceof DataView) ? [...(value as Int32Array)] : undefined;
  }

  /** Some GGUF files give one value per layer; one that is the same for all layers is that value. */
  private single(key: string): unknown {
    const list = this.list(key);
    if (list === undefined) return this.raw(key);
    if (list.length === 0 || list.some((element) => element !== list[0])) throw this.unsupported(key, "one value for all layers");
    return typeof list[0] === "bigint" ? Number(list[0]) : list[0];
  }
}

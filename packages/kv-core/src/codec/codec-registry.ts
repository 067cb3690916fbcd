import { ConfigError } from "../errors/config-error.ts";
import { createRegistry, type Loader } from "../registry/create-registry.ts";
import { specVersionMismatch } from "../registry/spec-version.ts";
import type { KvCodec } from "./kv-codec.ts";

export type CodecLoaders = Readonly<Record<string, Loader<KvCodec>>>;

export interface CodecRegistry<Loaders extends CodecLoaders> {
  readonly ids: readonly (keyof Loaders & string)[];
  has(id: string): id is keyof Loaders & string;
  /**
   * @throws ConfigError where the id is not registered, or names a codec of another name (`PageFormat.codec` must find it) or another
   * version of the contract.
   */
  load(id: keyof Loaders & string): Promise<KvCodec>;
}

/**
 * Codecs by the name that `PageFormat.codec` uses, loaded when first asked for.
 *
 * @example
 * createCodecRegistry({ "mosaic-packed": async () => mosaicPacked() });
 */
export function createCodecRegistry<const Loaders extends CodecLoaders>(loaders: Loaders): CodecRegistry<Loaders> {
  const registry = createRegistry({
    kind: "codecs",
    loaders,
    onMissing: (codec, available) =>
      new ConfigError({ option: `codecs.${codec}`, reason: `is not registered. Registered: ${available.join(", ") || "none"}.` }),
  });
  return {
    ids: registry.ids,
    has: registry.has,
    async load(id) {
      const codec: KvCodec = await registry.load(id);
      const reason = specVersionMismatch("codec", codec);
      if (reason !== undefined) throw new ConfigError({ option: `codecs.${id}`, reason: `cannot be used: ${reason}` });
      if (codec.name !== id) {
        throw new ConfigError({ option: `codecs.${id}`, reason: `loads codec "${codec.name}"; register it under its own name.` });
      }
      return codec;
    },
  };
}

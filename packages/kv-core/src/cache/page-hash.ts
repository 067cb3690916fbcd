import { createHash } from "node:crypto";

/** Changes whenever hashes of equal content would no longer mean equal pages. */
const HASH_VERSION = "kvasir-page-v1";

/** Who may find pages under a root. The salt never leaves the server. */
export type PrefixScope = { readonly kind: "public" } | { readonly kind: "tenant"; readonly salt: string };

/** What makes two caches of the same tokens different caches. */
export interface PrefixRootKey {
  readonly scope: PrefixScope;
  /** Fingerprint of the model's weights and shape. */
  readonly model: string;
  /** How pages are written, and by which policy where that changes what is cached. */
  readonly format: string;
}

/**
 * SHA-256 over fields, each preceded by its length as u32 little-endian, so that no two lists of fields hash alike by running together.
 * @returns latin1 string of 32 bytes, as a map key
 */
export function hashFields(fields: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  const length = new DataView(new ArrayBuffer(4));
  for (const field of fields) {
    const bytes = typeof field === "string" ? new TextEncoder().encode(field) : field;
    length.setUint32(0, bytes.length, true);
    hash.update(new Uint8Array(length.buffer)).update(bytes);
  }
  return hash.digest("binary");
}

/** Hash that the first page of every prefix under a root is chained to. */
export function hashRoot({ scope, model, format }: PrefixRootKey): string {
  return hashFields([HASH_VERSION, "root", scope.kind, scope.kind === "tenant" ? scope.salt : "", model, format]);
}

/** Hash of a page: its tokens, chained to everything before it. */
export function hashPage(parent: string, tokens: Uint32Array): string {
  const ids = new DataView(new ArrayBuffer(4 * tokens.length));
  tokens.forEach((token, index) => ids.setUint32(4 * index, token, true));
  return hashFields([HASH_VERSION, "page", Buffer.from(parent, "latin1"), new Uint8Array(ids.buffer)]);
}

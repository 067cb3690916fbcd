import { hash } from "node:crypto";

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
export function hashFields(fields: readonly Uint8Array[]): string {
  const bytes = Buffer.allocUnsafe(fields.reduce((sum, field) => sum + 4 + field.length, 0));
  let offset = 0;
  for (const field of fields) {
    offset = bytes.writeUInt32LE(field.length, offset);
    bytes.set(field, offset);
    offset += field.length;
  }
  return hash("sha256", bytes, "binary");
}

/** Hash that the first page of every prefix under a root is chained to. */
export function hashRoot({ scope, model, format }: PrefixRootKey): string {
  const salt = scope.kind === "tenant" ? scope.salt : "";
  return hashFields([HASH_VERSION, "root", scope.kind, salt, model, format].map((field) => Buffer.from(field)));
}

const PAGE_VERSION = Buffer.from(HASH_VERSION);
const PAGE_KIND = Buffer.from("page");

/** Hash of a page: its tokens, chained to everything before it. */
export function hashPage(parent: string, tokens: Uint32Array): string {
  const ids = Buffer.allocUnsafe(4 * tokens.length);
  for (let index = 0; index < tokens.length; index++) ids.writeUInt32LE(tokens[index] as number, 4 * index);
  return hashFields([PAGE_VERSION, PAGE_KIND, Buffer.from(parent, "latin1"), ids]);
}

/** Version of the contract that policies, codecs and backends are written for. */
export const SPEC_VERSION = "v1";

/**
 * Why something was not written for this version of the contract; undefined where it was. Takes anything, since what a plugin package
 * exports is not checked by our compiler.
 */
export function specVersionMismatch(kind: "policy" | "codec" | "backend", item: unknown): string | undefined {
  const version = typeof item === "object" && item !== null && "specVersion" in item ? item.specVersion : undefined;
  if (version === SPEC_VERSION) return undefined;
  const found =
    version === undefined ? "does not say which version of the contract it is written for" : `is written for contract "${String(version)}"`;
  return `this ${kind} ${found}, and this build speaks "${SPEC_VERSION}". Install versions of the packages that go together.`;
}

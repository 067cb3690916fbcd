import { createRequire } from "node:module";

// The package's own name resolves from its source and from its build alike.
const manifest = createRequire(import.meta.url)("kvasir/package.json") as { readonly version: string };

/** Version of the `kvasir` package. */
export const version: string = manifest.version;

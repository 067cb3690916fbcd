import { createRequire } from "node:module";
import { dirname } from "node:path";

/** Directory of the `kvasir` package: the package's own name resolves from its source and from its build alike. */
export const packageRoot: string = dirname(createRequire(import.meta.url).resolve("kvasir/package.json"));

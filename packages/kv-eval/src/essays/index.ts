import { KEEPING_A_NOTEBOOK } from "./keeping-a-notebook.ts";
import { THE_BRIDGE_BUILDERS } from "./the-bridge-builders.ts";

export { splitSentences } from "./sentences.ts";

/** Essays written for this package, to hide needles in. */
export const ESSAYS: readonly string[] = [KEEPING_A_NOTEBOOK, THE_BRIDGE_BUILDERS];

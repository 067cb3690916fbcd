import { it } from "vitest";
import { loadEngine, TESTED_ENGINES } from "./testing/load-engine.ts";
import { runConformance } from "./testing/run-conformance.ts";

if (TESTED_ENGINES.includes("tensorflow")) runConformance(await loadEngine("tensorflow"));
else it("tfjs on tensorflow (skipped: KVASIR_TFJS_NODE is not set; tools/tfjs-node.mjs builds the engine and sets it)", () => {});

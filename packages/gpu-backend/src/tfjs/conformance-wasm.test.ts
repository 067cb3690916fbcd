import { loadEngine } from "./testing/load-engine.ts";
import { runConformance } from "./testing/run-conformance.ts";

runConformance(await loadEngine("wasm"));

import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { runConformance } from "./testing/run-conformance.ts";

await tf.setBackend("wasm");
runConformance(tf);

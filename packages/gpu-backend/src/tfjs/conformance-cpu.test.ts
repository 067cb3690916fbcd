import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { runConformance } from "./testing/run-conformance.ts";

await tf.setBackend("cpu");
runConformance(tf);

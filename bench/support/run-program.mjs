import { spawn } from "node:child_process";
import { peakMemory } from "./process-memory.mjs";

/** Runs a program to its end: what it printed, and the most memory it held (looked up every 200 ms). */
export function runProgram(file, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    const printed = { stdout: "", stderr: "" };
    let peakBytes;
    const look = setInterval(() => {
      peakBytes = peakMemory(child.pid) ?? peakBytes;
    }, 200);
    for (const stream of ["stdout", "stderr"]) {
      child[stream].setEncoding("utf8").on("data", (text) => {
        printed[stream] += text;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => {
      clearInterval(look);
      if (code === 0) resolve({ stdout: printed.stdout, peakBytes });
      else reject(new Error(`${file} ${args.join(" ")} ended with ${code}:\n${printed.stderr.slice(-2000)}`));
    });
  });
}

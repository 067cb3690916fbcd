import { exportGguf } from "./gguf/export-gguf.ts";

const [directory, target] = process.argv.slice(2);
if (directory === undefined || target === undefined) {
  process.stderr.write("Usage: node dist/export-gguf.js DIRECTORY FILE-q8_0.gguf\n");
  process.exitCode = 2;
} else {
  exportGguf(directory, target).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 1;
  });
}

import { defineConfig } from "tsup";

/** Single files that need no packages beside them, since the machine that trains has no registry. */
export default defineConfig({
  entry: { "serve-exercises": "src/serve-exercises.ts", "export-gguf": "src/export-gguf.ts" },
  format: ["esm"],
  target: "node20",
  dts: false,
  clean: true,
  splitting: false,
  noExternal: [/./],
  esbuildOptions: (options) => {
    options.conditions = ["@kvasir/source"];
  },
});

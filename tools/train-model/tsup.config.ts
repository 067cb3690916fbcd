import { defineConfig } from "tsup";

/** One file that needs no packages beside it, since the machine that trains has no registry. */
export default defineConfig({
  entry: { "serve-exercises": "src/serve-exercises.ts" },
  format: ["esm"],
  target: "node20",
  dts: false,
  clean: true,
  noExternal: [/./],
});

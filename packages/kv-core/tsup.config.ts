import { defineConfig } from "tsup";

export default defineConfig({
  entry: ["src/index.ts", "src/reference/index.ts", "src/testing/index.ts"],
  format: ["esm"],
  target: "node20",
  dts: false,
  clean: true,
  sourcemap: true,
});

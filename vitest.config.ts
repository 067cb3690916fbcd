import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const conditions = ["@kvasir/source", "node", "import", "module", "default"];

/**
 * Tests run on live source: the `@kvasir/source` export condition resolves every package to its `src`. Those that start processes of the
 * built command and measure time follow one by one when the others are done.
 */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ["@kvasir/source", "node", "import", "default"] } },
  test: {
    testTimeout: 60_000,
    setupFiles: [fileURLToPath(new URL("tests/setup/property-seeds.ts", import.meta.url))],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["packages/*/src/**/*.test.ts", "examples/*/src/**/*.test.ts", "tools/*/src/**/*.test.ts", "tests/**/*.test.ts"],
          exclude: ["**/node_modules/**", "tests/{packaging,e2e}/**"],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "built",
          include: ["tests/{packaging,e2e}/**/*.test.ts"],
          hookTimeout: 60_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});

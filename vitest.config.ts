import { defineConfig } from "vitest/config";

const conditions = ["@kvasir/source", "node", "import", "module", "default"];

/** Tests run on live source: the `@kvasir/source` export condition resolves every package to its `src`. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ["@kvasir/source", "node", "import", "default"] } },
  test: {
    include: ["packages/*/src/**/*.test.ts", "tests/**/*.test.ts", "examples/*/src/**/*.test.ts", "apps/*/src/**/*.test.ts"],
    testTimeout: 60_000,
  },
});

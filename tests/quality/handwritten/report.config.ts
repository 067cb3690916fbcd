import { defineConfig } from "vitest/config";
import base from "../../../vitest.config.ts";

/**
 * Measurements that are read, not asserted: `npx vitest run --config tests/quality/handwritten/report.config.ts`.
 * They compare models and ways of giving texts, and take minutes.
 */
export default defineConfig({
  resolve: base.resolve!,
  ssr: base.ssr!,
  test: { include: ["tests/quality/handwritten/*.report.ts"] },
});

#!/usr/bin/env node
import { existsSync } from "node:fs";

const entry = new URL("../dist/cli.js", import.meta.url);
if (existsSync(entry)) {
  await import(entry.href);
} else {
  console.error("kvasir is not built yet. In a clone of the repository run: npm run build");
  process.exitCode = 1;
}

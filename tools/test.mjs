// What `npm test` runs: every check of the repository, in order, until one fails. Arguments pick steps: `npm test -- lint unit`.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const report = join(root, "node_modules/.cache/kvasir-test-report.json");
const packages = readdirSync(join(root, "packages"))
  .filter((name) => existsSync(join(root, "packages", name, "package.json")))
  .map((name) => `packages/${name}`);

/** Every step is a list of commands; tools come from node_modules/.bin. */
const steps = [
  { name: "format", commands: [["oxfmt", "--check"]] },
  { name: "build", commands: [["turbo", "run", "build", "--output-logs=errors-only"]] },
  // After the build: typed rules see other packages through their declarations.
  { name: "lint", commands: [["oxlint", "--type-aware", "--deny-warnings"]] },
  {
    name: "types",
    commands: [
      ["tsc", "-b"],
      ["tsc", "-p", "tsconfig.test.json"],
    ],
  },
  { name: "tests", commands: [["vitest", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`]] },
  {
    name: "packages",
    commands: packages.flatMap((path) => [
      ["publint", "--strict", path],
      ["attw", "--pack", path, "--profile", "esm-only", "--format", "ascii", "--quiet"],
    ]),
  },
  { name: "knip", commands: [["knip", "--no-config-hints"]] },
  { name: "docs", commands: [["typedoc", "--emit", "none"]] },
];

function run([tool, ...args]) {
  return new Promise((resolve) => {
    const bin = join(root, "node_modules/.bin", process.platform === "win32" ? `${tool}.cmd` : tool);
    const child = spawn(bin, args, {
      cwd: root,
      stdio: "inherit",
      shell: process.platform === "win32",
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" },
    });
    child.on("error", (error) => {
      console.error(`${tool}: ${error.message}. Run npm ci first.`);
      resolve(1);
    });
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`There is no step ${unknown.join(", ")}. Steps: ${steps.map(({ name }) => name).join(", ")}.`);
  process.exit(2);
}

mkdirSync(join(root, "node_modules/.cache"), { recursive: true });
rmSync(report, { force: true });
const summary = [];
let hasFailed = false;
for (const { name, commands } of steps) {
  if (hasFailed || (chosen.length > 0 && !chosen.includes(name))) {
    summary.push([name, "not run", 0]);
    continue;
  }
  console.log(`\n── ${name} ${"─".repeat(Math.max(0, 70 - name.length))}`);
  const start = performance.now();
  for (const command of commands) {
    if ((await run(command)) === 0) continue;
    console.error(`failed: ${command.join(" ")}`);
    hasFailed = true;
    break;
  }
  summary.push([name, hasFailed ? "FAILED" : "ok", (performance.now() - start) / 1000]);
}

console.log("\n── summary ".padEnd(74, "─"));
for (const [name, state, seconds] of summary)
  console.log(`${name.padEnd(10)} ${state.padEnd(8)} ${seconds > 0 ? `${seconds.toFixed(1)} s` : ""}`.trimEnd());
if (existsSync(report)) {
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, "utf8"));
  const skipped = numPendingTests > 0 ? ` (${numPendingTests} skipped)` : "";
  console.log(`${numPassedTests} passed, ${numFailedTests} failed${skipped}`);
}
process.exitCode = hasFailed ? 1 : 0;

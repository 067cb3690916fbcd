// Builds @tensorflow/tfjs-node from its own sources against the libraries of a tensorflow-cpu wheel, and runs the backend's tests on it: the
// same C API and the same JavaScript as @tensorflow/tfjs-node-gpu, without its download. Linux, g++, and a Python with pip that the wheel exists for (3.11 does); 1.5 GB.
//
//   node tools/tfjs-node.mjs [DIRECTORY]      default: ~/.cache/kvasir-tfjs-node; what is there already is not fetched again
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const TFJS_NODE = "4.22.0";
const TENSORFLOW = "2.21.0";
const LIBRARIES = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];
const TESTS = ["packages/gpu-backend/src/tfjs/conformance-native.test.ts", "tests/oracle/tensorflow.test.ts"];

const root = fileURLToPath(new URL("../", import.meta.url));
const directory = resolve(process.argv[2] ?? join(homedir(), ".cache/kvasir-tfjs-node"));
if (process.platform !== "linux") fail("this needs Linux: other wheels keep TensorFlow's libraries elsewhere.");

mkdirSync(directory, { recursive: true });
const manifest = join(directory, "package.json");
if (!existsSync(manifest)) writeFileSync(manifest, JSON.stringify({ private: true }));
const package_ = join(directory, "node_modules/@tensorflow/tfjs-node");
if (!existsSync(package_))
  run("npm", ["install", "-E", "--ignore-scripts", `@tensorflow/tfjs-node@${TFJS_NODE}`, "node-api-headers@1.6.0"]);

const wheel = join(directory, "wheel");
if (!existsSync(join(wheel, "tensorflow", LIBRARIES[0]))) {
  run("python3", ["-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "-d", ".", `tensorflow-cpu==${TENSORFLOW}`]);
  const file = readdirSync(directory).find((name) => name.startsWith(`tensorflow_cpu-${TENSORFLOW}`) && name.endsWith(".whl"));
  run("python3", ["-m", "zipfile", "-e", file, wheel]);
  rmSync(join(directory, file));
}

mkdirSync(join(package_, "deps/lib"), { recursive: true });
mkdirSync(join(package_, "lib/napi-v8"), { recursive: true });
link(join(wheel, "tensorflow/include"), join(package_, "deps/include"));
for (const name of LIBRARIES) link(join(wheel, "tensorflow", name), join(package_, "deps/lib", name));
const sources = readdirSync(join(package_, "binding")).filter((name) => name.endsWith(".cc"));
run(
  "g++",
  [
    ...["-O2", "-std=c++17", "-shared", "-fPIC", "-DNAPI_VERSION=8", `-I${join(directory, "node_modules/node-api-headers/include")}`],
    ...["-Ideps/include", ...sources.map((name) => `binding/${name}`), "-o", "lib/napi-v8/tfjs_binding.node", "-Ldeps/lib"],
    ...LIBRARIES.map((name) => `-l:${name}`),
    "-Wl,-rpath,$ORIGIN/../../deps/lib",
  ],
  package_,
);

console.log(`Built in ${package_}. Running tests on it:`);
const env = { ...process.env, KVASIR_TFJS_NODE: directory, TF_CPP_MIN_LOG_LEVEL: "2" };
run(process.execPath, [join(root, "node_modules/vitest/vitest.mjs"), "run", ...TESTS], root, env);

function link(target, path) {
  if (!existsSync(path)) symlinkSync(target, path);
}

function run(command, args, cwd = directory, env = process.env) {
  const { status, error } = spawnSync(command, args, { cwd, env, stdio: "inherit" });
  if (status !== 0) fail(`${command} ${args[0]} failed: ${error?.message ?? `exit status ${status}`}`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

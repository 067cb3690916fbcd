// Compiles native/ to lib/: WebAssembly always (the compiler comes with npm), shared libraries where the machine has a C compiler.
// Objects and libraries whose inputs have not changed are kept. `CC=false` leaves the native tier out; arguments, if any, name the
// targets to build: `wasm` or native levels such as `v4-dot`.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const native = new URL("../native/", import.meta.url);
const lib = new URL("../lib/", import.meta.url);
const cache = new URL("../.cache/kernels/", import.meta.url);

const COMMON_FLAGS = [
  "-std=gnu11",
  "-O3",
  "-ffp-contract=fast",
  "-fno-math-errno",
  "-fno-trapping-math",
  "-fvisibility=hidden",
  "-Wall",
  "-Wextra",
];
// Loop strength reduction would turn constant offsets of loads, which are free, into additions.
const WASM_FLAGS = [
  "--target=wasm32",
  "-mllvm",
  "-disable-lsr",
  "-msimd128",
  "-matomics",
  "-mbulk-memory",
  "-mnontrapping-fptoint",
  "-msign-ext",
  "-mmutable-globals",
];
// Addresses below 64 KiB stay unused, so that a null pointer never hits data.
const WASM_LINK_FLAGS = [
  "-nostdlib",
  ...["--no-entry", "--import-memory", "--shared-memory", "--max-memory=4294967296", "--global-base=65536"].map((flag) => `-Wl,${flag}`),
  ...["__stack_pointer", "__heap_base"].map((symbol) => `-Wl,--export=${symbol}`),
];
const NATIVE_LEVELS = {
  x64: {
    v2: ["-march=x86-64-v2"],
    v3: ["-march=x86-64-v3"],
    v4: ["-march=x86-64-v4", "-mprefer-vector-width=512"],
    "v4-dot": ["-march=x86-64-v4", "-mavx512vnni", "-mavx512bf16", "-mprefer-vector-width=512"],
  },
  arm64: { baseline: ["-march=armv8-a"] },
};

const fingerprint = (value) => createHash("sha256").update(JSON.stringify(value)).digest("hex");
const exists = (url) =>
  access(url).then(
    () => true,
    () => false,
  );

/** Text of every source by name. */
async function readSources() {
  const names = (await readdir(native)).filter((name) => /\.[ch]$/.test(name)).sort();
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(new URL(name, native), "utf8")])));
}

/** The unit itself and the headers it includes, directly or not. */
function inputsOf(unit, sources, found = {}) {
  if (found[unit] !== undefined || sources[unit] === undefined) return found;
  found[unit] = sources[unit];
  for (const [, header] of sources[unit].matchAll(/#include "([^"]+)"/g)) inputsOf(header, sources, found);
  return found;
}

/** Writes under another name first: a process that has the old file loaded keeps it, and nobody sees half a file. */
async function replaceFile(target, write) {
  const temporary = new URL(`${target.href}.${process.pid}.tmp`);
  try {
    await write(temporary);
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * Brings one library up to date. `toolchain` compiles a unit and links objects; `identity` is whatever else decides the result.
 * The stamp beside the library tells from which sources it was made.
 */
async function buildLibrary(name, sources, identity, toolchain) {
  const target = new URL(name, lib);
  const stamp = new URL(`${name}.stamp`, lib);
  const wanted = JSON.stringify({ sources: fingerprint(sources), identity: fingerprint(identity) });
  if ((await exists(target)) && (await readFile(stamp, "utf8").catch(() => "")) === wanted) return "unchanged";
  try {
    const objects = [];
    for (const unit of Object.keys(sources).filter((file) => file.endsWith(".c"))) {
      const object = new URL(`${unit}-${fingerprint([inputsOf(unit, sources), identity]).slice(0, 24)}.o`, cache);
      if (!(await exists(object))) await replaceFile(object, (to) => toolchain.compile(unit, to));
      objects.push(object);
    }
    await replaceFile(target, (to) => toolchain.link(objects, to));
    await writeFile(stamp, wanted);
  } catch (error) {
    // A library of other sources would not understand the programs of this version.
    await Promise.all([rm(target, { force: true }), rm(stamp, { force: true })]);
    throw error;
  }
  return "built";
}

async function buildWasm(sources, log) {
  const clangPackage = new URL("../package.json", import.meta.resolve("@yowasp/clang"));
  const { version } = JSON.parse(await readFile(clangPackage, "utf8"));
  const clang = async (args, files, output) => {
    const { runClang, runLLVM } = await import("@yowasp/clang");
    // Loads the compiler, which otherwise prints how far it is.
    await runLLVM(null, {}, { fetchProgress: () => {} });
    let messages = "";
    const collect = (bytes) => {
      if (bytes) messages += new TextDecoder().decode(bytes);
    };
    let result;
    try {
      result = await runClang(["clang", ...args, "-o", output], files, { stdout: collect, stderr: collect });
    } catch {
      // The compiler's own error object carries every source file; its messages say all there is to say.
      throw new Error(`Compiling the kernels to WebAssembly failed:\n${messages}`);
    }
    if (messages.includes("warning:")) log(messages);
    return result[output];
  };
  const state = await buildLibrary("kvasir-kernels.wasm", sources, [COMMON_FLAGS, WASM_FLAGS, WASM_LINK_FLAGS, version], {
    async compile(unit, to) {
      await writeFile(to, await clang([...COMMON_FLAGS, ...WASM_FLAGS, "-c", unit], inputsOf(unit, sources), "unit.o"));
    },
    async link(objects, to) {
      const files = Object.fromEntries(
        await Promise.all(objects.map(async (object, i) => [`${i}.o`, new Uint8Array(await readFile(object))])),
      );
      await writeFile(to, await clang(["--target=wasm32", ...WASM_LINK_FLAGS, ...Object.keys(files)], files, "kernels.wasm"));
    },
  });
  log(`kvasir-kernels.wasm: ${state}`);
}

/** The machine's C compiler and its version line, or the reason why there is none to use. */
async function findCompiler() {
  const candidates = process.env.CC ? [process.env.CC] : ["cc", "gcc", "clang"];
  for (const compiler of candidates) {
    try {
      const { stdout } = await run(compiler, ["--version"]);
      if (/gcc|clang|cc|GNU/i.test(stdout)) return { compiler, version: stdout.split("\n")[0] };
    } catch {
      // Not there or not a compiler: the next candidate.
    }
  }
  return { reason: process.env.CC ? `CC=${process.env.CC} is not a C compiler` : "found none of cc, gcc, clang" };
}

async function removeStaleLibraries(sources) {
  for (const name of (await readdir(lib)).filter((file) => file.endsWith(".so"))) {
    const stamp = await readFile(new URL(`${name}.stamp`, lib), "utf8").catch(() => "{}");
    if (JSON.parse(stamp).sources !== fingerprint(sources)) await rm(new URL(name, lib));
  }
}

async function buildNative(sources, targets, log) {
  const levels = Object.entries(NATIVE_LEVELS[process.arch] ?? {}).filter(([level]) => targets.length === 0 || targets.includes(level));
  if (process.platform === "win32" || NATIVE_LEVELS[process.arch] === undefined) {
    return log(`native kernels: skipped, no native tier for ${process.platform}-${process.arch}`);
  }
  const { compiler, version, reason } = await findCompiler();
  if (compiler === undefined) {
    await removeStaleLibraries(sources);
    return log(`native kernels: skipped, ${reason}; the WebAssembly tier will run`);
  }
  const cwd = fileURLToPath(native);
  const userFlags = (process.env.CFLAGS ?? "").split(/\s+/).filter(Boolean);
  await Promise.all(
    levels.map(async ([level, march]) => {
      const name = `${process.platform}-${process.arch}-${level}.so`;
      const flags = [...COMMON_FLAGS, "-Wno-psabi", "-fPIC", "-pthread", ...march, ...userFlags];
      const cc = async (args) => {
        const { stderr } = await run(compiler, args, { cwd });
        if (stderr) log(stderr.trimEnd());
      };
      try {
        const state = await buildLibrary(name, sources, [flags, compiler, version], {
          compile: (unit, to) => cc([...flags, "-c", unit, "-o", fileURLToPath(to)]),
          link: (objects, to) =>
            cc([
              "-shared",
              "-pthread",
              ...(process.platform === "linux" ? ["-Wl,-z,defs"] : []),
              ...objects.map((object) => fileURLToPath(object)),
              "-o",
              fileURLToPath(to),
            ]),
        });
        log(`${name}: ${state}`);
      } catch (error) {
        log(`${name}: skipped, ${compiler} failed: ${String(error.stderr ?? error.message).trim()}`);
      }
    }),
  );
}

/** Brings lib/ up to date; `log` gets one line per target. */
export async function buildKernels(log, targets = []) {
  await Promise.all([mkdir(lib, { recursive: true }), mkdir(cache, { recursive: true })]);
  const sources = await readSources();
  const wasm = targets.length === 0 || targets.includes("wasm") ? buildWasm(sources, log) : undefined;
  await Promise.all([wasm, buildNative(sources, targets, log)]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildKernels((line) => process.stdout.write(`${line}\n`), process.argv.slice(2));
}

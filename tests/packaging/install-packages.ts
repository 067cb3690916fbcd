import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { root, workspacesOf, type Manifest, type Workspace } from "../architecture/workspace.ts";

const execute = promisify(execFile);

export interface PackedPackage {
  readonly workspace: Workspace;
  /** Paths inside the tarball. */
  readonly files: readonly string[];
  /** Bytes once unpacked. */
  readonly unpackedSize: number;
  readonly manifest: Manifest;
}

export interface Consumer {
  readonly directory: string;
  readonly packages: readonly PackedPackage[];
  /** Runs Node in the consumer's directory. */
  node(...args: readonly string[]): Promise<string>;
}

/**
 * Packs every package as npm would publish it and unpacks the tarballs into a fresh project. What a package declares as a dependency is
 * linked from the repository; what it does not declare is not there, so that a forgotten dependency fails as it would for users.
 */
export async function installPackages(): Promise<Consumer> {
  const directory = mkdtempSync(join(tmpdir(), "kvasir-consumer-"));
  writeFileSync(join(directory, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  const packages = await Promise.all(workspacesOf("packages").map((workspace) => installPackage(workspace, directory)));
  const ours = new Set(packages.map(({ manifest }) => manifest.name));
  const external = new Set(packages.flatMap(({ manifest }) => Object.keys(manifest.dependencies ?? {})).filter((name) => !ours.has(name)));
  for (const name of [...external, "typescript", "@types/node", "undici-types"]) {
    const link = join(directory, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, "node_modules", name), link, "junction");
  }
  return {
    directory,
    packages,
    async node(...args) {
      const { stdout } = await execute(process.execPath, ["--no-warnings", ...args], { cwd: directory });
      return stdout;
    },
  };
}

async function installPackage(workspace: Workspace, directory: string): Promise<PackedPackage> {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const args = ["pack", "--json", "--pack-destination", directory];
  const { stdout } = await execute(npm, args, { cwd: join(root, workspace.path), shell: process.platform === "win32" });
  const [packed] = JSON.parse(stdout) as readonly {
    readonly filename: string;
    readonly unpackedSize: number;
    readonly files: readonly { readonly path: string }[];
  }[];
  if (packed === undefined) throw new Error(`npm pack of ${workspace.path} said nothing`);
  const target = join(directory, "node_modules", workspace.manifest.name);
  mkdirSync(target, { recursive: true });
  const tarball = packed.filename.replace("@", "").replace("/", "-");
  await execute("tar", ["-xzf", join(directory, tarball), "-C", target, "--strip-components=1"]);
  const manifest = JSON.parse(readFileSync(join(target, "package.json"), "utf8")) as Manifest;
  return { workspace, files: packed.files.map(({ path }) => path), unpackedSize: packed.unpackedSize, manifest };
}

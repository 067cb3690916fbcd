import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Root of the repository. */
export const root: string = fileURLToPath(new URL("../../", import.meta.url));

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly type?: string;
  readonly license?: string;
  readonly sideEffects?: boolean;
  readonly engines?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly files?: readonly string[];
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export interface Workspace {
  /** Relative to the root, such as `packages/kv-core`. */
  readonly path: string;
  readonly manifest: Manifest;
}

/** Workspaces below a folder such as `packages`. */
export function workspacesOf(folder: string): readonly Workspace[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, folder, entry.name, "package.json")))
    .map((entry) => {
      const path = `${folder}/${entry.name}`;
      return { path, manifest: JSON.parse(readFileSync(join(root, path, "package.json"), "utf8")) as Manifest };
    });
}

/** Source files of a workspace, relative to the root, tests included. */
export function sourceFiles(workspace: Workspace): readonly string[] {
  const source = join(root, workspace.path, "src");
  if (!existsSync(source)) return [];
  return readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `${workspace.path}/src/${name}`);
}

/** Whether a source file is a test, or belongs to one. */
export function isTest(path: string): boolean {
  return /\.test(-d)?\.ts$|\/(testing|__fixtures__)\//.test(path);
}

/** Packages a file imports, statically, dynamically or for types: `@kvasir/kv-core/testing` counts as `@kvasir/kv-core`. */
export function importedPackages(path: string): readonly string[] {
  const text = withoutComments(readFileSync(join(root, path), "utf8"));
  const specifiers = [...text.matchAll(/(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)["']([^"'.][^"']*)["']/g)].map((match) => match[1] ?? "");
  return [...new Set(specifiers.filter((name) => !name.startsWith("node:")).map(packageOf))];
}

/** Lines that hold code. */
export function codeLines(path: string): number {
  return withoutComments(readFileSync(join(root, path), "utf8"))
    .split("\n")
    .filter((line) => line.trim() !== "").length;
}

function packageOf(specifier: string): string {
  const parts = specifier.split("/");
  return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? "");
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
}

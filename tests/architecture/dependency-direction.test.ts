import { describe, expect, it } from "vitest";
import { importedPackages, isTest, sourceFiles, workspacesOf, type Workspace } from "./workspace.ts";

/** Which packages of ours a package may depend on; the direction drawn in docs/architecture.md. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  "@kvasir/kv-core": [],
  "@kvasir/cpu-backend": ["@kvasir/kv-core"],
  "@kvasir/gpu-backend": ["@kvasir/kv-core"],
  "@kvasir/mosaic-compress": ["@kvasir/kv-core"],
  "@kvasir/multictx-sparse": ["@kvasir/kv-core"],
  "@kvasir/shared-attention": ["@kvasir/kv-core"],
  "@kvasir/model-runtime": ["@kvasir/kv-core"],
  "@kvasir/kv-eval": ["@kvasir/kv-core", "@kvasir/model-runtime"],
  "@kvasir/server": ["@kvasir/kv-core", "@kvasir/model-runtime"],
  kvasir: ["@kvasir/kv-core", "@kvasir/cpu-backend", "@kvasir/gpu-backend", "@kvasir/model-runtime", "@kvasir/kv-eval", "@kvasir/server"],
};
const isOurs = (name: string): boolean => name.startsWith("@kvasir/") || name === "kvasir";
/** Packages that are policies, as those in `examples` are. */
const POLICIES: ReadonlySet<string> = new Set(["@kvasir/mosaic-compress", "@kvasir/multictx-sparse", "@kvasir/shared-attention"]);
const packages = workspacesOf("packages");
const policies = [
  ...workspacesOf("examples").filter(({ manifest }) => isOurs(manifest.name) || manifest.name.startsWith("kvasir-")),
  ...packages.filter(({ manifest }) => POLICIES.has(manifest.name)),
];

function runtimeDependencies({ manifest }: Workspace): readonly string[] {
  return Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies });
}

describe.each(packages)("$path", (workspace) => {
  const { name } = workspace.manifest;
  const allowed = ALLOWED[name];

  it("has a place in the dependency graph", () => {
    expect(allowed, `add ${name} to ALLOWED and to docs/architecture.md`).toBeDefined();
  });

  it("declares only dependencies that point downwards", () => {
    expect(runtimeDependencies(workspace).filter((dependency) => isOurs(dependency) && !allowed?.includes(dependency))).toEqual([]);
  });

  it("imports only what it declares, and nothing upwards", () => {
    const declared = new Set([name, ...runtimeDependencies(workspace)]);
    const wrong = sourceFiles(workspace)
      .filter((path) => !isTest(path))
      .flatMap((path) => importedPackages(path).map((imported) => ({ path, imported })))
      .filter(({ imported }) => !declared.has(imported));
    expect(wrong).toEqual([]);
  });
});

it("keeps kv-core free of runtime dependencies", () => {
  const core = packages.find(({ manifest }) => manifest.name === "@kvasir/kv-core");
  expect(core === undefined ? undefined : runtimeDependencies(core)).toEqual([]);
});

it("lets a policy depend on kv-core alone", () => {
  for (const policy of policies) {
    expect(runtimeDependencies(policy).filter(isOurs)).toEqual(["@kvasir/kv-core"]);
  }
});

it("lets only apps name both policies and backends", () => {
  const names = new Set(policies.map(({ manifest }) => manifest.name));
  const wrong = packages.filter((workspace) => runtimeDependencies(workspace).some((dependency) => names.has(dependency)));
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

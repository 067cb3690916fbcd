/** URL of a compiled kernel library; `lib/` lies beside `src/` and `dist/`. */
export function kernelFile(name: string): URL {
  return new URL(`../lib/${name}`, import.meta.url);
}

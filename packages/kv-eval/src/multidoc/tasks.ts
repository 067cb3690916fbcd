import type { Task } from "../exercise.ts";
import { generateMultidoc } from "./generate.ts";
import type { MultidocOptions } from "./options.ts";
import { stratumNames } from "./strata/index.ts";

/** The multi-document benchmark: one task for each stratum, `multidoc_t0` to `multidoc_t6`. */
export function createMultidocTasks(options: MultidocOptions = {}): readonly Task[] {
  return stratumNames.map((stratum) => ({
    name: `multidoc_${stratum}`,
    generate(request) {
      const { task, seed, preamble, documents, questions, layout } = generateMultidoc(stratum, request, options);
      return { task, seed, preamble, documents, questions, layout };
    },
  }));
}

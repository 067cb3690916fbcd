import { ESSAYS, splitSentences } from "../essays/index.ts";
import type { Task } from "../exercise.ts";
import { createCommonWordsTask } from "./common-words.ts";
import { createFrequentWordsTask } from "./frequent-words.ts";
import { createNiahTask, type NiahShape, type NiahSource } from "./niah.ts";
import { createQuestionAnsweringTask } from "./question-answering.ts";
import { createVariableTrackingTask } from "./variable-tracking.ts";

/** What the tasks are made from. */
export interface RulerOptions {
  /** Prose to hide needles in. @defaultValue essays of this package */
  readonly essays?: readonly string[];
  /** Questions about one context, where a task can ask several; the first is the benchmark's. @defaultValue 1 */
  readonly questionCount?: number;
}

const WORD_TO_NUMBER = { keyKind: "words", valueKind: "numbers", keyCount: 1, valueCount: 1, queryCount: 1 } as const;

/** Source: RULER, scripts/synthetic.yaml. */
const NIAH_SHAPES: Readonly<Record<string, NiahShape>> = {
  niah_single_1: { ...WORD_TO_NUMBER, haystack: "noise" },
  niah_single_2: { ...WORD_TO_NUMBER, haystack: "essay" },
  niah_single_3: { ...WORD_TO_NUMBER, haystack: "essay", valueKind: "uuids" },
  niah_multikey_1: { ...WORD_TO_NUMBER, haystack: "essay", keyCount: 4 },
  niah_multikey_2: { ...WORD_TO_NUMBER, haystack: "needle" },
  niah_multikey_3: { ...WORD_TO_NUMBER, haystack: "needle", keyKind: "uuids", valueKind: "uuids" },
  niah_multivalue: { ...WORD_TO_NUMBER, haystack: "essay", valueCount: 4 },
  niah_multiquery: { ...WORD_TO_NUMBER, haystack: "essay", keyCount: 4, queryCount: 4 },
};

/** Creates the tasks of RULER in its order, with its wording, sizes and scoring. Source: arXiv 2404.06654. */
export function createRulerTasks(options: RulerOptions = {}): readonly Task[] {
  const source: NiahSource = { ...needleSource(options), maxNewTokens: 128 };
  return [
    ...Object.entries(NIAH_SHAPES).map(([name, shape]) => createNiahTask(name, shape, source)),
    createVariableTrackingTask("vt", { chainCount: 1, hopCount: 4, hasExample: true, questionCount: 1 }),
    createCommonWordsTask("cwe"),
    createFrequentWordsTask("fwe"),
    createQuestionAnsweringTask("qa_1", 1, source.questionCount),
    createQuestionAnsweringTask("qa_2", 2, source.questionCount),
  ];
}

/** @throws RangeError where there is no prose. */
export function needleSource({ essays = ESSAYS, questionCount = 1 }: RulerOptions): Omit<NiahSource, "maxNewTokens"> {
  const sentences = essays.map(splitSentences).filter((essay) => essay.length > 0);
  if (sentences.length === 0) throw new RangeError("RULER needs at least one essay to hide needles in.");
  return { essays: sentences, questionCount };
}

import { describe, expect, it } from "vitest";
import type { Exercise, Question, Task } from "../exercise.ts";
import { oneMessage } from "./one-message.ts";
import { createRulerTasks } from "./ruler-tasks.ts";

/** RULER's templates with their answer prefixes, scripts/data/synthetic/constants.py, as filled in by the scripts beside it. */
const NIAH =
  "Some special magic {type} are hidden within the following text. Make sure to memorize it. I will quiz you about the {type} afterwards.\n{context}\nWhat are all the special magic {type} for {query} mentioned in the provided text? The special magic {type} for {query} mentioned in the provided text are";
const NIAH_SINGULAR =
  "A special magic {type} is hidden within the following text. Make sure to memorize it. I will quiz you about the {type} afterwards.\n{context}\nWhat is the special magic {type} for {query} mentioned in the provided text? The special magic {type} for {query} mentioned in the provided text is";
const VT =
  "Memorize and track the chain(s) of variable assignment hidden in the following text.\n\n{context}\nQuestion: Find all variables that are assigned the value {query} in the text above. Answer: According to the chain(s) of variable assignment in the text above, {num_v} variables are assigned the value {query}, they are: ";
const CWE =
  "Below is a numbered list of words. In these words, some appear more often than others. Memorize the ones that appear most often.\n{context}\nQuestion: What are the 10 most common words in the above list? Answer: The top 10 words that appear most often in the list are:";
const FWE =
  "Read the following coded text and track the frequency of each coded word. Find the three most frequently appeared coded words. {context}\nQuestion: Do not provide any explanation. Please ignore the dots '....'. What are the three most frequently appeared words in the above coded text? Answer: According to the coded text above, the three most frequently appeared words are:";
const QA =
  "Answer the question based on the given documents. Only give me the answer and do not output any other words.\n\nThe following are given documents.\n\n{context}\n\nAnswer the question based on the given documents. Only give me the answer and do not output any other words.\n\nQuestion: {query} Answer:";

const WORD = "[a-z]+-[a-z]+";
const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
const LINE = "The grass is green\\. The sky is blue\\. The sun is yellow\\. Here we go\\. There and back again\\.";
const needle = (key: string, value: string, kind = "numbers"): string => `One of the special magic ${kind} for ${key} is: ${value}\\.`;
const assignment = (letters: number): string => `VAR [A-Z]{${letters}} = (?:\\d{5}|VAR [A-Z]{${letters}} )`;
const lines = (...kinds: readonly string[]): string => `(?:(?:${kinds.join("|")})\\n?)+`;
const list = "1\\. [a-z]+(?: \\d+\\. [a-z]+)+";

/** A template as a pattern; what is filled in is a pattern itself. */
function pattern(template: string, slots: Readonly<Record<string, string>>): string {
  const escaped = template.replaceAll(/[.*+?^$()[\]\\|]/g, String.raw`\$&`);
  return escaped.replaceAll(/\{(\w+)\}/g, (_, slot: string) => slots[slot] ?? slot);
}

const prose = "[^]*";
const vtExample = `${pattern(VT, { context: lines(LINE, assignment(3)), query: "\\d{5}", num_v: "5" })} [A-Z]{3}(?: [A-Z]{3}){4}\\n\\n`;
const cweExample = `${pattern(CWE, { context: list })} 1\\. [a-z]+(?: \\d+\\. [a-z]+){9}\\n`;

const EXPECTED: Readonly<Record<string, string>> = {
  niah_single_1: pattern(NIAH_SINGULAR, { type: "number", context: lines(LINE, needle(WORD, "\\d{7}")), query: WORD }),
  niah_single_2: pattern(NIAH_SINGULAR, { type: "number", context: `${prose}${needle(WORD, "\\d{7}")}${prose}`, query: WORD }),
  niah_single_3: pattern(NIAH_SINGULAR, { type: "uuid", context: `${prose}${needle(WORD, UUID, "uuids")}${prose}`, query: WORD }),
  niah_multikey_1: pattern(NIAH_SINGULAR, { type: "number", context: `(?:${prose}${needle(WORD, "\\d{7}")}){4}${prose}`, query: WORD }),
  niah_multikey_2: pattern(NIAH_SINGULAR, { type: "number", context: lines(needle(WORD, "\\d{7}")), query: WORD }),
  niah_multikey_3: pattern(NIAH_SINGULAR, { type: "uuid", context: lines(needle(UUID, UUID, "uuids")), query: UUID }),
  niah_multivalue: pattern(NIAH, { type: "numbers", context: `(?:${prose}${needle(WORD, "\\d{7}")}){4}${prose}`, query: WORD }),
  niah_multiquery: pattern(NIAH, {
    type: "numbers",
    context: `(?:${prose}${needle(WORD, "\\d{7}")}){4}${prose}`,
    query: `(?:${WORD}, ){3}and ${WORD}`,
  }),
  vt: vtExample + pattern(VT, { context: lines(LINE, assignment(5)), query: "\\d{5}", num_v: "5" }),
  cwe: cweExample + pattern(CWE, { context: list }),
  fwe: pattern(FWE, { context: "(?:\\.\\.\\.|[a-z]{6})(?: (?:\\.\\.\\.|[a-z]{6}))+" }),
  qa_1: pattern(QA, { context: "Document 1:\\n[^\\n]+(?:\\n\\nDocument \\d+:\\n[^\\n]+)+", query: "[^\\n]+\\?" }),
  qa_2: pattern(QA, { context: "Document 1:\\n[^\\n]+\\n[^\\n]+(?:\\n\\nDocument \\d+:\\n[^\\n]+\\n[^\\n]+)+", query: "[^\\n]+\\?" }),
};

const TOKENS_TO_GENERATE: Readonly<Record<string, number>> = { vt: 30, cwe: 120, fwe: 50, qa_1: 32, qa_2: 32 };

const countWords = (text: string): number => text.split(/\s+/).length;
const tasks = createRulerTasks();

it("has the tasks of RULER in its order", () => {
  expect(tasks.map(({ name }) => name)).toEqual(Object.keys(EXPECTED));
});

describe.each(tasks.map((task) => [task.name, task] as const))("%s", (name, task) => {
  it("is worded as in RULER", () => {
    for (let seed = 0; seed < 20; seed++) {
      const exercise: Exercise = task.generate({ seed, length: 800, countTokens: countWords });
      const question = exercise.questions[0] as Question;
      expect(question.maxNewTokens).toBe(TOKENS_TO_GENERATE[name] ?? 128);
      expect(question.metric).toBe(name.startsWith("qa") ? "match-part" : "match-all");
      const text = oneMessage(exercise.preamble, exercise.documents[0] as string, question.text) + question.answerPrefix;
      expect(text).toMatch(new RegExp(`^${EXPECTED[name]}$`));
    }
  });
});

it("has the counts of RULER: common words 6 times below 4,096 tokens, 30 times from there on", () => {
  const task = tasks.find(({ name }) => name === "cwe") as Task;
  for (const [length, count] of [
    [2_000, 6],
    [4_096, 30],
  ] as const) {
    const { documents, questions } = task.generate({ seed: 1, length, countTokens: countWords });
    const words = (documents[0] as string).split(/ ?\d+\. /);
    for (const word of questions[0]?.references ?? []) expect(words.filter((other) => other.trim() === word)).toHaveLength(count);
  }
});

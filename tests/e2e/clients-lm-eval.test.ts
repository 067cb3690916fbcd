import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { modelPath, serveKvasirTiny, type ServedModel } from "./serve-kvasir-tiny.ts";

/** Name or path of lm-evaluation-harness' command; `pip install "lm-eval[api]" transformers` brings it. */
const command = process.env["LM_EVAL"] || "lm_eval";
const isInstalled = spawnSync(command, ["--help"], { stdio: "ignore" }).status === 0;
if (!isInstalled) process.stderr.write(`The run of lm-evaluation-harness is skipped: no command "${command}". Set LM_EVAL to its path.\n`);

interface Row {
  readonly context: string;
  readonly choices: readonly string[];
  readonly answer: number;
}

const values = ["4f1c09aa", "b83e7712", "90cd51f6"] as const;
const keys = ["7a20c1e4", "e5b99d30", "13f8046b"] as const;
const facts = keys.map((key, index) => ` Record ${key} = ${values[index]}.`).join("");
const rows: readonly Row[] = keys.map((key, answer) => ({
  context: `<|doc|>${facts}\n<|user|>What is the value of record ${key}?<|end|><|assistant|> The value of record ${key} is`,
  choices: values,
  answer,
}));

const task = (name: string, data: string, rest: string): string => `task: ${name}
dataset_path: json
dataset_kwargs: { data_files: { test: ${data} } }
test_split: test
doc_to_text: "{{context}}"
target_delimiter: " "
${rest}`;

describe("lm-evaluation-harness", () => {
  let served: ServedModel;
  beforeAll(async () => {
    served = await serveKvasirTiny();
  });
  afterAll(async () => served.close());

  it("finds the right choices the way its local-completions model scores them", async () => {
    const { engine, server } = served;
    const score = async (context: string, choice: string): Promise<{ readonly sum: number; readonly isGreedy: boolean }> => {
      const head = await engine.tokenize(context, { addSpecialTokens: false });
      const tail = await engine.tokenize(` ${choice}`, { addSpecialTokens: false });
      const body = {
        model: "kvasir-tiny",
        prompt: [[...head, ...tail]],
        temperature: 0,
        max_tokens: 1,
        logprobs: 1,
        seed: 1234,
        echo: true,
      };
      const response = await fetch(`${server.url}/v1/completions`, { method: "POST", body: JSON.stringify(body) });
      const { choices } = (await response.json()) as {
        choices: [{ logprobs: { tokens: string[]; token_logprobs: number[]; top_logprobs: Record<string, number>[] } }];
      };
      const { tokens, token_logprobs: logprobs, top_logprobs: top } = choices[0].logprobs;
      expect(logprobs).toHaveLength(head.length + tail.length + 1);
      const scored = tokens.slice(head.length, -1).map((token, index) => ({ token, top: top[head.length + index] ?? {} }));
      const isGreedy = scored.every((position) => Object.entries(position.top).sort((a, b) => b[1] - a[1])[0]?.[0] === position.token);
      return { sum: logprobs.slice(head.length, -1).reduce((sum, logprob) => sum + logprob, 0), isGreedy };
    };
    for (const { context, choices, answer } of rows) {
      const scores: Awaited<ReturnType<typeof score>>[] = [];
      for (const choice of choices) scores.push(await score(context, choice));
      const best = scores.reduce((winner, { sum }, index) => (sum > (scores[winner]?.sum ?? -Infinity) ? index : winner), 0);
      expect(best).toBe(answer);
      expect(scores.map(({ isGreedy }) => isGreedy)).toEqual(choices.map((_, index) => index === answer));
    }
  });

  it("scores a batch of prompts as it scores each alone", async () => {
    const { server } = served;
    const scores = async (prompt: readonly string[]): Promise<readonly number[]> => {
      const body = { prompt, max_tokens: 1, temperature: 0, echo: true, logprobs: 1, add_special_tokens: false };
      const response = await fetch(`${server.url}/v1/completions`, { method: "POST", body: JSON.stringify(body) });
      const answer = (await response.json()) as { choices: readonly { logprobs: { token_logprobs: readonly (number | null)[] } }[] };
      expect([response.status, answer]).toMatchObject([200, {}]);
      return answer.choices.flatMap(({ logprobs }) => logprobs.token_logprobs.slice(1).map(Number));
    };
    const prompts = rows.map(({ context, choices, answer }) => `${context} ${choices[answer]}`);
    const alone = [];
    for (const prompt of prompts) alone.push(...(await scores([prompt])));
    const together = await scores(prompts);
    expect(together).toHaveLength(alone.length);
    for (const [index, logprob] of together.entries()) expect(Math.abs(logprob - (alone[index] ?? Infinity))).toBeLessThan(0.02);
  });

  it.skipIf(!isInstalled)("runs a task on choices and one on text against the server", { timeout: 300_000 }, async () => {
    const directory = mkdtempSync(join(tmpdir(), "kvasir-lm-eval-"));
    try {
      const data = join(directory, "rows.jsonl");
      writeFileSync(data, rows.map((row) => JSON.stringify({ ...row, text: row.choices[row.answer] })).join("\n"));
      const metric = (name: string): string => `metric_list: [{ metric: ${name}, aggregation: mean, higher_is_better: true }]\n`;
      writeFileSync(
        join(directory, "kv_choice.yaml"),
        task("kv_choice", data, `output_type: multiple_choice\ndoc_to_choice: "{{choices}}"\ndoc_to_target: answer\n${metric("acc")}`),
      );
      writeFileSync(
        join(directory, "kv_text.yaml"),
        task(
          "kv_text",
          data,
          `output_type: generate_until\ndoc_to_target: " {{text}}"\ngeneration_kwargs: { until: ["."], max_gen_toks: 16, temperature: 0 }\n${metric("exact_match")}`,
        ),
      );
      const model = `model=kvasir-tiny,base_url=${served.server.url}/v1/completions,tokenizer_backend=huggingface,tokenizer=${modelPath},num_concurrent=2`;
      const output = await run(command, [
        "--model",
        "local-completions",
        "--model_args",
        model,
        "--tasks",
        "kv_choice,kv_text",
        "--include_path",
        directory,
      ]);
      expect(output).toMatch(/kv_choice.*\|acc +\|.*\| +1\|/);
      expect(output).toMatch(/kv_text.*\|exact_match\|.*\| +1\|/);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

/** Output of a program that must end well. */
async function run(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { ...process.env, HF_HUB_OFFLINE: "1", HF_DATASETS_OFFLINE: "1" } });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve(output) : reject(new Error(`${program} ended with ${code}:\n${output.slice(-4000)}`)),
    );
  });
}

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { interrupted, kvasir, startServer, type RunningServer } from "./kvasir-process.ts";

const folder = mkdtempSync(join(tmpdir(), "kvasir-eval-"));
const file = (name: string): string => join(folder, name);

interface ScoredAnswer {
  readonly prediction: string;
  readonly score: number;
  readonly seconds: number;
}

interface Results {
  readonly summary: { readonly mean: Readonly<Record<string, unknown>> };
  readonly samples: readonly (Readonly<Record<string, unknown>> & { readonly policy: ScoredAnswer; readonly full?: ScoredAnswer })[];
}

async function evaluate(name: string, args: readonly string[]): Promise<{ readonly stdout: string; readonly results: Results }> {
  const { stdout, stderr, code } = await kvasir(["eval", ...args, "--json", file(name)]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return { stdout, results: JSON.parse(readFileSync(file(name), "utf8")) as Results };
}

/** Everything but times. */
function lasting({ samples }: Results): unknown {
  return JSON.parse(JSON.stringify(samples, (key, value: unknown) => (key === "seconds" ? undefined : value)));
}

afterAll(() => rmSync(folder, { recursive: true }));

const short = ["--samples", "1", "--length", "1024", "--tasks", "niah_single_1,niah_multikey_1"];
const interval = { mean: expect.any(Number), low: expect.any(Number), high: expect.any(Number) };

describe("kvasir eval", () => {
  it("prints seed and setting first, scores a policy beside the full cache, and writes everything down", async () => {
    const { stdout, results } = await evaluate("ruler.json", [...short, "--policy", "streaming", "--plot", file("ruler.svg")]);
    expect(stdout).toMatch(/^suite +ruler: 2 tasks, 1 samples each, 1024 tokens\nseed +42\npolicy +streaming, beside full/);
    expect(stdout).toMatch(/task +samples +streaming +full +difference +95 % interval +kept +KV +s\/answer/);
    expect(stdout).toMatch(/\nmean +2 /);
    const answer = {
      prediction: expect.any(String),
      score: expect.any(Number),
      finishReason: expect.stringMatching(/^(stop|length)$/),
      usage: {
        promptTokens: expect.any(Number),
        completionTokens: expect.any(Number),
        cachedTokens: expect.any(Number),
        keptRatio: expect.any(Number),
        kvBytes: expect.any(Number),
        denseKvBytes: expect.any(Number),
      },
      seconds: expect.any(Number),
    };
    expect(results).toMatchObject({
      format: "kvasir-eval/1",
      command: expect.stringMatching(/^eval --samples 1 /),
      commit: expect.stringMatching(/^[0-9a-f]{40}$/),
      machine: { cores: expect.any(Number) },
      isComplete: true,
      suite: "ruler",
      policy: "streaming",
      baseline: "full",
      length: 1024,
      seed: 42,
      tasks: ["niah_single_1", "niah_multikey_1"],
      leftOut: [],
      target: { engine: { model: "kvasir-tiny" } },
      summary: { mean: { samples: 2, score: interval, fullScore: interval, difference: interval, keptRatio: expect.any(Number) } },
    });
    expect(results.samples).toHaveLength(2);
    for (const sample of results.samples) {
      expect(sample).toEqual({
        task: expect.stringMatching(/^niah_/),
        index: 0,
        seed: expect.any(Number),
        question: expect.stringContaining("special magic number"),
        answerPrefix: expect.any(String),
        references: [expect.stringMatching(/^\d{7}$/)],
        metric: "match-all",
        policy: answer,
        full: answer,
      });
    }
    const svg = readFileSync(file("ruler.svg"), "utf8");
    expect(svg).toMatch(/^<svg xmlns/);
    for (const label of ["niah_single_1", "niah_multikey_1", "mean", "streaming", "full"]) expect(svg).toContain(`>${label}</text>`);
  });

  it("gives the same questions, answers and intervals from the same seed, and others from another", async () => {
    const first = await evaluate("first.json", [...short, "--seed", "7"]);
    const again = await evaluate("again.json", [...short, "--seed", "7", "--concurrency", "1"]);
    expect(lasting(again.results)).toEqual(lasting(first.results));
    const { seconds: _, ...mean } = first.results.summary.mean;
    expect(again.results.summary.mean).toMatchObject(mean);
    const other = await evaluate("other.json", [...short, "--seed", "8"]);
    expect(other.results.samples.map(({ question }) => question)).not.toEqual(first.results.samples.map(({ question }) => question));
  });

  it("gives the same answers across documents, whether they are in the prompt or contexts of their own", async () => {
    const args = ["--suite", "multidoc", "--samples", "1", "--length", "800", "--tasks", "multidoc_t0"];
    const inline = await evaluate("inline.json", args);
    const contexts = await evaluate("contexts.json", [...args, "--documents", "contexts"]);
    const predictions = ({ results }: typeof inline): string[] => results.samples.map(({ policy }) => policy.prediction);
    expect(predictions(contexts)).toEqual(predictions(inline));
  });

  it("hides documents from each other", async () => {
    const args = ["--suite", "multidoc", "--samples", "1", "--length", "800", "--tasks", "multidoc_t2", "--mask", "block-diagonal"];
    const { results } = await evaluate("masked.json", args);
    expect(results).toMatchObject({ policy: "block-diagonal", baseline: "full", isComplete: true });
    expect(results.samples[0]?.full?.prediction).toEqual(expect.any(String));
  });

  it("says what does not fit, and stops where nothing does", async () => {
    const { stdout } = await evaluate("small.json", ["--samples", "1", "--length", "500"]);
    expect(stdout).toMatch(/left out: cwe, since cwe needs a length of at least \d+ tokens/);
    const { stderr, code } = await kvasir(["eval", "--samples", "1", "--length", "20"]);
    expect(stderr).toMatch(/^error: No task fits into --length 20: .* Give a greater --length\.\n$/);
    expect(code).toBe(2);
  });

  it("ends at Ctrl-C with what is complete", async () => {
    const args = ["eval", "--samples", "500", "--length", "1024", "--json", file("interrupted.json")];
    const { stdout, stderr, code } = await interrupted(args, /config .*\n/);
    expect(code).toBe(130);
    expect(stderr).toBe("");
    expect(stdout).toContain("INCOMPLETE");
    expect(JSON.parse(readFileSync(file("interrupted.json"), "utf8"))).toMatchObject({ isComplete: false });
  });
});

describe("kvasir eval --suite agreement", () => {
  const args = ["--suite", "agreement", "--samples", "1", "--length", "1024", "--tasks", "niah_multikey_1,multidoc_t0"];

  it("finds that the full cache agrees with itself to the last bit", async () => {
    const { results } = await evaluate("self.json", args);
    expect(results.summary.mean).toMatchObject({ topOne: { mean: 100 }, divergence: { mean: 0, low: 0, high: 0 }, keptRatio: 1 });
  });

  it("finds what a window loses beyond its length", async () => {
    const { results } = await evaluate("window.json", [...args, "--policy", "streaming"]);
    const { divergence } = results.summary.mean as { readonly divergence: { readonly mean: number } };
    expect(divergence.mean).toBeGreaterThan(1e-6);
    expect(results.summary.mean["keptRatio"]).toBeLessThan(0.8);
  });
});

describe("kvasir eval --url", () => {
  let server: RunningServer;

  beforeAll(async () => {
    server = await startServer(["--api-key", "secret"]);
  });

  afterAll(async () => {
    await server.stop();
  });

  it("asks a server the same questions, sized by its own tokenizer", async () => {
    const args = [...short, "--url", `${server.url}/v1`, "--model", "kvasir-tiny", "--api-key", "secret", "--policy", "streaming"];
    const { stdout, results } = await evaluate("server.json", args);
    expect(stdout).toMatch(/tokenizer +the server's \/tokenize/);
    expect(results).toMatchObject({ isComplete: true, policy: "streaming", command: expect.stringContaining("--api-key ***") });
    expect(readFileSync(file("server.json"), "utf8")).not.toContain("secret");
    const local = await evaluate("local.json", [
      ...short,
      "--url",
      `${server.url}/v1`,
      "--model",
      "kvasir-tiny",
      "--api-key",
      "secret",
      "--tokenizer",
      "models/kvasir-tiny",
    ]);
    expect(local.results.samples.map(({ question }) => question)).toEqual(results.samples.map(({ question }) => question));
    expect(results.samples.every(({ full }) => full !== undefined)).toBe(true);
  });

  it("says what a server without a tokenizer needs", async () => {
    const { stderr, code } = await kvasir(["eval", "--url", server.url, "--model", "m", "--api-key", "wrong"]);
    expect(stderr).toMatch(/has no \/tokenize that answers \(.*401.*\)\. Say with --tokenizer PATH/);
    expect(code).toBe(2);
  });
});

describe("kvasir eval with flags that cannot be", () => {
  it.each([
    [["--suite", "iq"], /Allowed choices are ruler, multidoc, agreement/],
    [["--tasks", "niah_single_9"], /has no task "niah_single_9"\. Tasks of this suite: niah_single_1, /],
    [["--length", "many"], /Give a whole number of at least 1/],
    [["--length", "9999999"], /--length is 9999999 but the model's limit is \d+ tokens\. Give --length \d+ or less/],
    [
      ["--policy", "nonsense"],
      /There is no policy preset "nonsense"\. Registered: full, mosaic, mosaic-16bit, mosaic-paper, shared, shared-routed, reuse, epic, query-only, samkv, streaming/,
    ],
    [["--completions"], /--completions is about a server\. Add --url/],
    [["--url", "localhost:80", "--model", "m"], /is no HTTP address\. Write it as http:/],
    [["--url", "http://127.0.0.1:9/v1"], /With --url, give --model NAME/],
    [["--url", "http://127.0.0.1:9/v1", "--model", "m", "--threads", "2"], /--threads: the server behind --url decides this/],
    [["--url", "http://127.0.0.1:9/v1", "--model", "m", "--suite", "agreement"], /which no server sends\. Leave out --url/],
    [["--mask", "independent"], /hides documents from each other\. Add --suite multidoc/],
    [["--mask", "independent", "--suite", "multidoc", "--policy", "full"], /takes the place of a policy\. Leave out --policy/],
    [["--suite", "agreement", "--concurrency", "3"], /runs one request at a time.*Leave out --concurrency/],
  ])("%j is one readable line and exit code 2", async (args, message) => {
    const { stderr, code } = await kvasir(["eval", ...args]);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code).toBe(2);
  });
});

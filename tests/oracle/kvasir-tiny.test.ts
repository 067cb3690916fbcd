import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { KernelBackend } from "@kvasir/kv-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadModel, type Model } from "../../packages/model-runtime/src/model/index.ts";
import { openWeightFile } from "../../packages/model-runtime/src/weights/index.ts";
import { createBackend, CPU_BACKENDS } from "./support/backends.ts";
import { SingleSequence } from "./support/single-sequence.ts";

const ROOT = join(import.meta.dirname, "../..");
/** `KVASIR_ORACLE=full` runs every item; otherwise a few of each kind, so that the suite stays quick. */
const isFull = process.env["KVASIR_ORACLE"] === "full";
const ITEMS_OF_EACH_KIND = isFull ? Infinity : 2;
const LEAST_EQUAL_SHARE = 0.99;

/** A retrieval question over 2,048 tokens and the greedy answer of `transformers`; `goldens/make_tiny.py` makes them. */
interface Item {
  readonly kind: string;
  readonly ids: readonly number[];
  /** With the token that ends it. */
  readonly answer: readonly number[];
}

const GOLDEN = join(ROOT, "packages/model-runtime/goldens/tiny-tasks.json.gz");
const items: readonly Item[] = existsSync(GOLDEN)
  ? (JSON.parse(gunzipSync(readFileSync(GOLDEN)).toString()) as { items: readonly Item[] }).items
  : [];
const KINDS = [...new Set(items.map(({ kind }) => kind))];

it.for(existsSync(GOLDEN) ? [] : [GOLDEN])("%s", (path, { skip }) => {
  process.stdout.write(`Skipped: ${path} is not there; goldens/make_tiny.py makes it.\n`);
  skip();
});

describe.runIf(items.length > 0).each(CPU_BACKENDS)("kvasir-tiny on $name answers as transformers does", (factory) => {
  let backend: KernelBackend;
  let model: Model;
  beforeAll(async () => {
    backend = await createBackend(factory);
    const file = await openWeightFile(join(ROOT, "models/kvasir-tiny"));
    model = await loadModel(file, backend);
    file.close();
  });
  afterAll(async () => {
    model.dispose();
    await backend.dispose();
  });

  it.each(KINDS)("%s", { timeout: 1_800_000 }, async (kind) => {
    const chosen = items.filter((item) => item.kind === kind).slice(0, ITEMS_OF_EACH_KIND);
    let equal = 0;
    for (const { ids, answer } of chosen) {
      const sequence = new SingleSequence(model, backend, ids.length + answer.length);
      const [logits] = await sequence.feed(ids, [ids.length - 1]);
      const found = await sequence.greedy(logits!, answer.length);
      if (found.join() === answer.join()) equal++;
      sequence.dispose();
    }
    if (isFull) process.stdout.write(`kvasir-tiny ${kind} on ${factory.name}: ${equal} of ${chosen.length} answers equal\n`);
    expect(equal / chosen.length).toBeGreaterThanOrEqual(LEAST_EQUAL_SHARE);
  });
});

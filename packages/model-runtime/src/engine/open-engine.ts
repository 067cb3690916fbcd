import { createHash } from "node:crypto";
import { freemem } from "node:os";
import { basename, resolve } from "node:path";
import {
  ConfigError,
  kvBytesPerToken,
  type KvDtype,
  type ModelShape,
  PagePool,
  type PolicyEnvironment,
  PrefixIndex,
} from "@kvasir/kv-core";
import { describeModel, loadModel } from "../model/index.ts";
import { Admission } from "../scheduler/admission.ts";
import { PrefixChains } from "../scheduler/prefix-chain.ts";
import { Scheduler } from "../scheduler/scheduler.ts";
import { openText } from "../text/index.ts";
import { openWeightFile } from "../weights/index.ts";
import { bindPresets } from "./bind-presets.ts";
import { calibratePolicies } from "./calibrate-policies.ts";
import { ContextPlacer } from "./context-placer.ts";
import { ContextRegistry } from "./context-registry.ts";
import type { Engine, EngineInfo } from "./engine-api.ts";
import type { EngineOptions } from "./engine-options.ts";
import { LocalEngine } from "./local-engine.ts";
import { Recomputer } from "./recomputer.ts";
import { StepRunner } from "./step-runner.ts";
import { TextService } from "./text-service.ts";

const DEFAULT_POOL_BYTES = 2 ** 30;
const DEFAULT_POOL_SHARE_OF_FREE_MEMORY = 0.25;
const MAX_LOGIT_ROWS = 64;

/**
 * Loads a model and makes an engine that runs it in this process. Closing the engine disposes of `options.backend`.
 *
 * @throws WeightFileError, UnsupportedModelError, ModelTensorError for a model that cannot be loaded; IncompatiblePolicyError where the default
 * preset does not fit model or backend (others are left out, with a note); ConfigError for options that contradict each other.
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { backend, pageSize = 16, maxRunning = 64, maxStepTokens = 512, onProgress } = options;
  const kvDtype = chooseKvDtype(options);
  const file = await openWeightFile(options.modelPath);
  try {
    const description = describeModel(file);
    const { shape } = description;
    const maxModelLength = options.maxModelLength ?? shape.maxPositions;
    if (maxModelLength > shape.maxPositions) {
      throw new ConfigError({
        option: "maxModelLength",
        reason: `is ${maxModelLength}, but the model was trained for ${shape.maxPositions} positions.`,
      });
    }
    const environment: PolicyEnvironment = { model: shape, backend: backend.capabilities, kvDtype, pageSize };
    const { presets, notes: presetNotes } = bindPresets(options, environment);
    const model = await loadModel(file, backend, {
      matrixDtype: options.weightDtype ?? "native",
      maxRows: Math.max(maxStepTokens, maxRunning),
      maxLogitRows: Math.max(MAX_LOGIT_ROWS, maxRunning),
      ...(onProgress === undefined ? {} : { onProgress: ({ loadedBytes, totalBytes }) => onProgress("weights", loadedBytes, totalBytes) }),
    });
    const { tokenizer, formatter, notes } = openText(options.modelPath, file);
    const text = new TextService(tokenizer, formatter, maxModelLength);

    const pageCount = pagesThatFit(options, shape, kvDtype, pageSize, maxModelLength);
    const store = backend.createKvStore({ shape, dtype: kvDtype, pageSize, pageCount });
    const pool = new PagePool({ pageCount });
    const index = new PrefixIndex({ pool, pageSize });
    onProgress?.("calibration", 0, 1);
    const calibrated = { shape, headDim: description.headDim, kvDtype, pageSize, maxTokens: maxModelLength };
    await calibratePolicies(presets.values(), backend, calibrated, options.calibrationFile);
    const freePageWatermark = Math.min(maxRunning, Math.floor(pageCount / 20));
    const scheduler = new Scheduler(pool, index, store, { maxStepTokens, maxLogitRows: MAX_LOGIT_ROWS, maxRunning, freePageWatermark });
    const defaultPolicy = options.defaultPolicy ?? [...presets.keys()][0]!;
    const info: EngineInfo = {
      model: options.modelName ?? basename(resolve(options.modelPath)).replace(/\.(gguf|safetensors)$/, ""),
      architecture: description.architecture,
      parameters: model.parameters,
      weightBytes: model.weightBytes,
      maxModelLength,
      vocabularySize: description.vocabularySize,
      backend: backend.name,
      backendDescription: backend.description,
      policies: [...presets.keys()],
      defaultPolicy,
      kvDtype,
      weightFormat: model.weightFormat,
      notes: [...notes, ...presetNotes],
      kvBytesPerToken: store.pageBytes / pageSize,
      pageSize,
      totalPages: pageCount,
      kvPoolBytes: store.residentBytes,
    };
    return new LocalEngine({
      info,
      text,
      eosTokens: new Set([...description.eosTokens, ...tokenizer.eosIds]),
      presets,
      contexts: new ContextRegistry(),
      chains: new PrefixChains(index, { model: modelFingerprint(options.modelPath, file.metadata), format: `dense ${kvDtype}`, pageSize }),
      admission: new Admission(
        {
          maxModelLength,
          pageSize,
          totalPages: pageCount,
          maxWaiting: options.maxWaiting ?? 128,
          maxWaitingPages: (options.maxWaitingPoolShare ?? 4) * pageCount,
        },
        scheduler,
        index,
      ),
      scheduler,
      runner: new StepRunner({ model, backend, store, pool, index, tokenText: (token) => tokenizer.tokenText(token) }),
      placer: new ContextPlacer({ model, backend, store, pool }),
      recomputer: new Recomputer(model, backend, store),
      pool,
      store,
      async dispose() {
        store.dispose();
        model.dispose();
        await backend.dispose();
      },
    });
  } finally {
    file.close();
  }
}

/** @throws ConfigError where the backend does not keep KV in the type that was asked for */
function chooseKvDtype({ backend, kvDtype }: EngineOptions): KvDtype {
  const { kvDtypes } = backend.capabilities;
  const chosen = kvDtype ?? (kvDtypes.includes("f16") ? "f16" : (kvDtypes[0] ?? "f32"));
  if (kvDtypes.includes(chosen)) return chosen;
  throw new ConfigError({
    option: "kvDtype",
    reason: `is ${chosen}, and backend "${backend.name}" keeps KV in ${kvDtypes.join(", ")}. Choose one of these (--kv-dtype).`,
  });
}

function pagesThatFit(options: EngineOptions, shape: ModelShape, kvDtype: KvDtype, pageSize: number, maxModelLength: number): number {
  const pageBytes = kvBytesPerToken(shape, kvDtype) * pageSize;
  const longest = Math.ceil(maxModelLength / pageSize) * pageBytes;
  const bytes = options.kvPoolBytes ?? Math.max(longest, Math.min(DEFAULT_POOL_BYTES, freemem() * DEFAULT_POOL_SHARE_OF_FREE_MEMORY));
  const pages = Math.floor(bytes / pageBytes);
  if (pages < 1) {
    throw new ConfigError({
      option: "kvPoolBytes",
      reason: `is ${bytes}, less than one page of ${pageBytes} bytes. Give the KV cache more memory.`,
    });
  }
  return pages;
}

/** Keeps pages of different models apart; unique within a process, which is as long as pages live. */
function modelFingerprint(path: string, metadata: Readonly<Record<string, unknown>>): string {
  const plain = JSON.stringify(metadata, (_key, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
  return createHash("sha256").update(resolve(path)).update(plain).digest("hex");
}

import type { KvStore, PagePool } from "@kvasir/kv-core";
import type { PolicyPreset } from "../scheduler/active-request.ts";
import type { Admission } from "../scheduler/admission.ts";
import type { PrefixChains } from "../scheduler/prefix-chain.ts";
import type { Scheduler } from "../scheduler/scheduler.ts";
import type { ContextPlacer } from "./context-placer.ts";
import type { ContextRegistry } from "./context-registry.ts";
import type { EngineInfo } from "./engine-api.ts";
import type { Recomputer } from "./recomputer.ts";
import type { StepRunner } from "./step-runner.ts";
import type { TextService } from "./text-service.ts";

/** What `openEngine` puts together for a `LocalEngine`. */
export interface EngineParts {
  readonly info: EngineInfo;
  readonly text: TextService;
  readonly eosTokens: ReadonlySet<number>;
  readonly presets: ReadonlyMap<string, PolicyPreset>;
  readonly contexts: ContextRegistry;
  readonly chains: PrefixChains;
  readonly admission: Admission;
  readonly scheduler: Scheduler;
  readonly runner: StepRunner;
  readonly placer: ContextPlacer;
  readonly recomputer: Recomputer;
  readonly pool: PagePool;
  readonly store: KvStore;
  /** Frees weights, pages and the backend. */
  dispose(): Promise<void>;
}

import type { Engine, EngineEvent, EngineFailure, EngineInfo, GenerationRequest } from "../engine/engine-api.ts";

/** Methods of `Engine` that are a question and an answer. */
export type CallMethod = Exclude<keyof Engine, "info" | "generate">;

/** What the thread with the HTTP side sends. */
export type ClientMessage =
  | { readonly type: "call"; readonly id: number; readonly method: CallMethod; readonly args: readonly unknown[] }
  | { readonly type: "generate"; readonly id: number; readonly request: GenerationRequest }
  /** Aborts a call or a generation. */
  | { readonly type: "abort"; readonly id: number };

/** What the engine's thread sends, several in one message: sending wakes up the other thread, which costs more than all of a step's events. */
export type HostMessages = readonly HostMessage[];

export type HostMessage =
  | { readonly type: "progress"; readonly stage: string; readonly done: number; readonly total: number }
  | { readonly type: "ready"; readonly info: EngineInfo }
  | { readonly type: "start-failed"; readonly failure: EngineFailure }
  | { readonly type: "result"; readonly id: number; readonly value: unknown }
  | { readonly type: "event"; readonly id: number; readonly event: EngineEvent }
  | { readonly type: "end"; readonly id: number }
  | { readonly type: "failed"; readonly id: number; readonly failure: EngineFailure };

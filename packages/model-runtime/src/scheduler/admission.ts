import type { PrefixIndex } from "@kvasir/kv-core";
import { RequestRejectedError } from "../errors/request-rejected-error.ts";
import type { ActiveRequest } from "./active-request.ts";
import { packedBeginning, type Scheduler } from "./scheduler.ts";

export interface AdmissionLimits {
  readonly maxModelLength: number;
  readonly pageSize: number;
  readonly totalPages: number;
  readonly maxWaiting: number;
  /** Pages that waiting requests may ask for together, beyond those that hold the start of their prompts already. */
  readonly maxWaitingPages: number;
}

/** Decides whether a request may wait for its turn, before anything is taken for it. */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #scheduler: Scheduler;
  readonly #index: PrefixIndex;

  constructor(limits: AdmissionLimits, scheduler: Scheduler, index: PrefixIndex) {
    this.#limits = limits;
    this.#scheduler = scheduler;
    this.#index = index;
  }

  /** @throws RequestRejectedError `prompt-empty`, `prompt-too-long`, `exceeds-memory`, or the retryable `busy`. */
  check(request: ActiveRequest): void {
    const { maxModelLength, totalPages, pageSize, maxWaiting, maxWaitingPages } = this.#limits;
    const promptTokens = request.promptLength;
    const { maxTokens } = request.request;
    if (promptTokens === 0) throw new RequestRejectedError("prompt-empty", "The prompt has no tokens.");
    if (promptTokens + maxTokens > maxModelLength) {
      throw new RequestRejectedError(
        "prompt-too-long",
        `The prompt has ${promptTokens} tokens and ${maxTokens} more were asked for, but the longest sequence is ${maxModelLength} tokens. Shorten the prompt or lower max_tokens.`,
        { promptTokens, maxTokens, maxModelLength },
      );
    }
    const pages = this.#pages(request);
    if (pages > totalPages) {
      throw new RequestRejectedError(
        "exceeds-memory",
        `The request needs ${pages} pages of ${pageSize} tokens, but the whole pool has ${totalPages}. Raise the memory budget or shorten the request.`,
        { pages, totalPages, pageSize },
      );
    }
    const { waiting } = this.#scheduler;
    const packed = packedBeginning(request);
    const found = packed === undefined ? request.chain.match(this.#index, request.tokens, promptTokens - 1).pages.length : packed.pageCount;
    request.newPages = pages - found;
    const waitingPages = waiting.reduce((sum, other) => sum + other.newPages, request.newPages);
    if (waiting.length >= maxWaiting || waitingPages > maxWaitingPages) {
      throw new RequestRejectedError(
        "busy",
        `The engine is full: ${waiting.length} requests wait (at most ${maxWaiting}), asking for ${waitingPages} new pages with this one (at most ${maxWaitingPages}). Try again later.`,
        { waiting: waiting.length, maxWaiting, waitingPages, maxWaitingPages },
      );
    }
  }

  #pages(request: ActiveRequest): number {
    const packed = packedBeginning(request);
    const dense = request.promptLength + request.request.maxTokens - (packed?.length ?? 0);
    return (packed?.pageCount ?? 0) + Math.ceil(dense / this.#limits.pageSize);
  }
}

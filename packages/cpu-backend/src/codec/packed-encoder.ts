import { type CodecSettings, KernelFailedError } from "@kvasir/kv-core";
import type { KernelHost } from "../host/kernel-host.ts";
import type { StepMemory } from "../step-memory.ts";
import type { Tape } from "../tape.ts";
import { GrowingMemory } from "./growing-memory.ts";
import { itemBytes, type PackedFormat, readPackedState, stateBytes } from "./packed-format.ts";
import {
  appendEncode,
  appendFit,
  encodeWorkBytes,
  fitWorkBytes,
  type PackedCall,
  packedSettingsRecord,
  RESULT_BYTES,
} from "./packed-records.ts";
import { packedSettings } from "./packed-settings.ts";

/** Dense tokens of one KV head, checked. */
export interface PackedSource {
  /** Address of the `KvLayer`. */
  readonly layer: number;
  readonly headDim: number;
  readonly kvHead: number;
  readonly pages: readonly number[];
  readonly skip: number;
  readonly tokens: number;
}

/** Bytes in backend memory, up to where they may reach at most. */
export interface PackedBytes {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** Measures and packs the tokens of one layer and KV head at a time, and keeps what came last. */
export class PackedEncoder {
  readonly #host: KernelHost;
  readonly #tape: Tape;
  readonly #memory: StepMemory;
  readonly #work: GrowingMemory;
  readonly #made: GrowingMemory;
  readonly #result: GrowingMemory;
  #madeBytes = 0;

  constructor(host: KernelHost, tape: Tape, memory: StepMemory) {
    this.#host = host;
    this.#tape = tape;
    this.#memory = memory;
    this.#work = new GrowingMemory(host);
    this.#made = new GrowingMemory(host);
    this.#result = new GrowingMemory(host);
  }

  get residentBytes(): number {
    return this.#work.byteLength + this.#made.byteLength + this.#result.byteLength;
  }

  /**
   * Makes a state. Runs what is on the tape first.
   * @param prior an earlier state, and what follows it in its page
   * @throws ConfigError where settings do not fit.
   * @throws CodecDataError where `prior` is no state for this head dimension.
   * @throws KernelFailedError where an element is not finite.
   */
  fit(source: PackedSource, settings: CodecSettings, prior: PackedBytes | undefined): { readonly stateLength: number } {
    const { headDim, tokens } = source;
    const checked = packedSettings(settings, headDim);
    if (prior !== undefined) readPackedState(prior.bytes, headDim);
    const largest = (formats: readonly PackedFormat[]): PackedFormat => formats.reduce((a, b) => (b.channels > a.channels ? b : a));
    const state = this.#make(stateBytes(largest(checked.keys), largest(checked.values)));
    const call = this.#call(source, fitWorkBytes(tokens, headDim));
    appendFit(this.#tape, call, { settings: this.#memory.copy(packedSettingsRecord(checked)), prior: prior?.address ?? 0, state });
    const view = this.#run();
    const problem = view.getInt32(0, true);
    if (problem !== 0) {
      const side = view.getInt32(4, true) === 0 ? "keys" : "values";
      const reason = problem === 1 ? `${side} hold elements that are not finite numbers.` : `the axes of ${side} cannot be found.`;
      throw new KernelFailedError({ kernel: "fitEncoding", reason });
    }
    this.#madeBytes = Number(view.getBigInt64(8, true));
    return { stateLength: this.#madeBytes };
  }

  /**
   * Packs tokens. Runs what is on the tape first.
   * @param given the state, and what follows it in its page
   * @throws CodecDataError where there is no whole state for this head dimension.
   * @throws KernelFailedError where an element is not finite.
   */
  encode(source: PackedSource, given: PackedBytes): { readonly byteLength: number; readonly loss: number } {
    const state = readPackedState(given.bytes, source.headDim);
    const byteLength = itemBytes(state, source.tokens);
    const item = this.#make(byteLength);
    appendEncode(this.#tape, this.#call(source, encodeWorkBytes(state, source.tokens)), { state: given.address, item });
    const view = this.#run();
    const [keyEnergy, keyRegained, valueEnergy, valueRegained] = [8, 16, 24, 32].map((at) => view.getFloat64(at, true)) as [
      number,
      number,
      number,
      number,
    ];
    const loss = (lostShare(keyEnergy, keyRegained) + lostShare(valueEnergy, valueRegained)) / 2;
    if (!Number.isFinite(loss)) {
      throw new KernelFailedError({ kernel: "encodeTokens", reason: "keys or values hold elements that are not finite numbers." });
    }
    this.#madeBytes = byteLength;
    return { byteLength, loss };
  }

  /** What `fit` or `encode` gave last; empty where they have given nothing. Valid until the next of them. */
  get made(): Uint8Array {
    return this.#madeBytes === 0 ? new Uint8Array() : this.#host.bytes(this.#made.atLeast(0), this.#madeBytes);
  }

  dispose(): void {
    this.#madeBytes = 0;
    for (const memory of [this.#work, this.#made, this.#result]) memory.dispose();
  }

  #make(bytes: number): number {
    this.#madeBytes = 0;
    return this.#made.atLeast(bytes);
  }

  #call({ layer, kvHead, pages, skip, tokens }: PackedSource, workBytes: number): PackedCall {
    return {
      ...{ layer, kvHead, skip, tokens },
      pages: this.#memory.copy(Int32Array.from(pages)),
      work: this.#work.atLeast(workBytes),
      result: this.#result.atLeast(RESULT_BYTES),
    };
  }

  #run(): DataView {
    this.#memory.run();
    const { buffer, byteOffset, byteLength } = this.#host.bytes(this.#result.atLeast(RESULT_BYTES), RESULT_BYTES);
    return new DataView(buffer, byteOffset, byteLength);
  }
}

function lostShare(energy: number, regained: number): number {
  return energy === 0 ? 0 : Math.max(0, energy - regained) / energy;
}

import { decodeBf16 } from "@kvasir/kv-core/reference";

/** One side of a state of "mosaic-packed", read from its bytes alone. */
export interface StateSide {
  readonly channels: number;
  readonly retained: number;
  readonly groupSize: number;
  readonly elements: number;
  readonly elementsPerScale: number;
  /** `[channels][headDim]` */
  readonly rows: readonly (readonly number[])[];
  readonly scales: readonly number[];
  readonly energies: readonly number[];
}

export interface ReadState {
  readonly tokens: number;
  readonly blockTokens: number;
  readonly keys: StateSide;
  readonly values: StateSide;
}

/** A second reader of the documented layout: shares no code with the codec or the kernels. */
export function readPackedState(state: Uint8Array): ReadState {
  const view = new DataView(state.buffer, state.byteOffset, state.byteLength);
  const headDim = view.getUint16(6, true);
  let end = 64;
  const array = (bytes: number): number => {
    const start = end;
    end = Math.ceil((start + bytes) / 64) * 64;
    return start;
  };
  const side = (at: number): StateSide => {
    const channels = view.getUint16(at, true);
    const [rows, scales, energies] = [array(2 * channels * headDim), array(4 * channels), array(4 * channels)];
    const numbers = (from: number): number[] => Array.from({ length: channels }, (_, j) => view.getFloat32(from + 4 * j, true));
    return {
      channels,
      retained: view.getUint16(at + 2, true),
      groupSize: view.getUint8(at + 4),
      elements: view.getUint8(at + 5),
      elementsPerScale: view.getUint16(at + 6, true),
      rows: Array.from({ length: channels }, (_, j) =>
        Array.from({ length: headDim }, (__, i) => decodeBf16(view.getUint16(rows + 2 * (j * headDim + i), true))),
      ),
      scales: numbers(scales),
      energies: numbers(energies),
    };
  };
  const [keys, values] = [side(12), side(20)];
  if (end !== state.length) throw new RangeError(`A state of ${state.length} bytes has arrays up to ${end}.`);
  return { tokens: view.getUint32(28, true), blockTokens: view.getUint32(8, true), keys, values };
}

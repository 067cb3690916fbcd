import type { Engine } from "../engine/engine.ts";
import type { TfTensor } from "../engine/tensorflow.ts";
import type { TfjsTensor } from "../tfjs-tensor.ts";

/** Cosines and sines of RoPE angles, `[rows, 1, headDim / 2]`. */
export interface RopeTable {
  readonly cos: TfTensor;
  readonly sin: TfTensor;
}

interface Entry extends RopeTable {
  readonly positions: TfjsTensor;
  readonly frequencies: TfjsTensor;
  readonly versions: readonly [number, number];
  readonly rows: number;
  readonly scale: number;
}

/**
 * Angles as the contract wants them, f32 products of position and frequency, whatever an engine's trigonometry makes of large ones. The
 * layers of a step share them.
 */
export class RopeTables {
  readonly #engine: Engine;
  #entries: Entry[] = [];

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** @param scale multiplies both */
  of(positions: TfjsTensor, frequencies: TfjsTensor, rows: number, scale: number): RopeTable {
    const known = this.#entries.find(
      (entry) =>
        entry.positions === positions &&
        entry.frequencies === frequencies &&
        entry.versions[0] === positions.version &&
        entry.versions[1] === frequencies.version &&
        entry.rows === rows &&
        entry.scale === scale,
    );
    if (known !== undefined) return known;
    const { cos, sin } = ropeTable(this.#engine, positions.hostValues(rows), frequencies.hostValues(frequencies.length), scale);
    const { tf } = this.#engine;
    const entry = {
      ...{ cos: tf.keep(cos), sin: tf.keep(sin), positions, frequencies },
      ...{ versions: [positions.version, frequencies.version] as const, rows, scale },
    };
    this.#entries.push(entry);
    return entry;
  }

  clear(): void {
    for (const { cos, sin } of this.#entries.splice(0)) {
      cos.dispose();
      sin.dispose();
    }
  }
}

/** Tables for some positions. */
export function ropeTable(engine: Engine, positions: ArrayLike<number>, frequencies: ArrayLike<number>, scale: number): RopeTable {
  const rows = positions.length;
  const half = frequencies.length;
  const cos = new Float32Array(rows * half);
  const sin = new Float32Array(rows * half);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < half; i++) {
      const angle = Math.fround((positions[row] as number) * (frequencies[i] as number));
      cos[row * half + i] = Math.cos(angle) * scale;
      sin[row * half + i] = Math.sin(angle) * scale;
    }
  }
  return { cos: engine.upload(cos, [rows, 1, half]), sin: engine.upload(sin, [rows, 1, half]) };
}

/** Half-split RoPE of `[rows, heads, headDim]`; the table has as many rows, or one for all. */
export function rotate({ tf }: Engine, x: TfTensor, { cos, sin }: RopeTable): TfTensor {
  const [rows = 0, heads = 0, headDim = 0] = x.shape;
  const half = headDim / 2;
  const a = tf.slice(x, [0, 0, 0], [rows, heads, half]);
  const b = tf.slice(x, [0, 0, half], [rows, heads, half]);
  return tf.concat([tf.sub(tf.mul(a, cos), tf.mul(b, sin)), tf.add(tf.mul(b, cos), tf.mul(a, sin))], 2);
}

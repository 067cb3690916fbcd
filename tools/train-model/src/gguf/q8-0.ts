const BLOCK = 32;
const BLOCK_BYTES = 34;
const LARGEST = 127;

/**
 * Rounds rows to Q8_0: per 32 elements an f16 scale, the largest magnitude / 127, and 32 signed bytes.
 * @param values `[rows, columns]`, columns a multiple of 32.
 * @throws RangeError where the length is no multiple of 32.
 */
export function encodeQ8(values: Float32Array): Uint8Array {
  if (values.length % BLOCK !== 0) throw new RangeError(`${values.length} values are no multiple of ${BLOCK}.`);
  const bytes = new Uint8Array((values.length / BLOCK) * BLOCK_BYTES);
  const view = new DataView(bytes.buffer);
  for (let block = 0; block < values.length / BLOCK; block++) {
    const part = values.subarray(block * BLOCK, (block + 1) * BLOCK);
    let largest = 0;
    for (const value of part) largest = Math.max(largest, Math.abs(value));
    const bits = toHalf(largest / LARGEST);
    const scale = fromHalf(bits);
    view.setUint16(block * BLOCK_BYTES, bits, true);
    for (let i = 0; i < BLOCK; i++) {
      // Rounding the scale to f16 may push the largest element over the end.
      const level = scale === 0 ? 0 : Math.max(-LARGEST, Math.min(LARGEST, Math.round((part[i] as number) / scale)));
      view.setInt8(block * BLOCK_BYTES + 2 + i, level);
    }
  }
  return bytes;
}

/** Nearest half-precision bits of a value that is not negative, ties to even. */
function toHalf(value: number): number {
  if (value === 0) return 0;
  const exponent = Math.max(-14, Math.floor(Math.log2(value)));
  const scaled = value / 2 ** (exponent - 10);
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const rounded = rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
  // Below 2^-14 the leading bit is absent; a carry moves into the exponent by itself.
  return rounded < 1024 ? rounded : ((exponent + 15) << 10) + (rounded - 1024);
}

function fromHalf(bits: number): number {
  const exponent = bits >> 10;
  const fraction = bits & 1023;
  return exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
}

import { decodeBf16, encodeBf16, roundTiesToEven } from "@kvasir/kv-core/reference";
import type { ElementType, VectorFormat } from "./vector-format.ts";

const LARGEST_CODE: Readonly<Record<Exclude<ElementType, "bf16">, number>> = { int8: 127, int4: 7 };

/** Writes a vector's retained elements to `values` and, for codes, their scales to `scales`; both start at the vector. */
export function writeElements(format: VectorFormat, elements: Float64Array, values: DataView, scales: DataView): void {
  const { elements: type, elementsPerScale } = format;
  if (type === "bf16") {
    elements.forEach((element, index) => values.setUint16(2 * index, encodeBf16(element), true));
    return;
  }
  const largestCode = LARGEST_CODE[type];
  for (let first = 0; first < elements.length; first += elementsPerScale) {
    const run = elements.subarray(first, first + elementsPerScale);
    const largest = run.reduce((most, element) => Math.max(most, Math.abs(element)), 0);
    const scaleBits = bf16AtLeast(largest / largestCode);
    const scale = decodeBf16(scaleBits);
    scales.setUint16((2 * first) / elementsPerScale, scaleBits, true);
    run.forEach((element, index) => {
      const code = scale === 0 ? 0 : Math.max(-largestCode, Math.min(largestCode, roundTiesToEven(element / scale)));
      writeCode(type, values, first + index, code);
    });
  }
}

/** Reads element `index` of a vector written by `writeElements`. */
export function readElement(format: VectorFormat, index: number, values: DataView, scales: DataView): number {
  switch (format.elements) {
    case "bf16":
      return decodeBf16(values.getUint16(2 * index, true));
    case "int8":
      return values.getInt8(index) * readScale(format, index, scales);
    case "int4": {
      const byte = values.getUint8(index >> 1);
      const nibble = index % 2 === 0 ? byte & 15 : byte >> 4;
      return (nibble - (nibble & 8) * 2) * readScale(format, index, scales);
    }
  }
}

function readScale({ elementsPerScale }: VectorFormat, index: number, scales: DataView): number {
  return decodeBf16(scales.getUint16(2 * Math.floor(index / elementsPerScale), true));
}

/** Bytes hold two's complement codes, those of int4 in pairs with the lower index in the low half. */
function writeCode(type: "int8" | "int4", values: DataView, index: number, code: number): void {
  if (type === "int8") {
    values.setInt8(index, code);
    return;
  }
  const shift = 4 * (index % 2);
  const at = index >> 1;
  values.setUint8(at, (values.getUint8(at) & ~(15 << shift)) | ((code & 15) << shift));
}

/** Smallest bf16 that is not below a positive value, so that no code has to be clipped. */
function bf16AtLeast(value: number): number {
  const nearest = encodeBf16(value);
  return decodeBf16(nearest) < value ? nearest + 1 : nearest;
}

import type { MatrixRows, MatrixSource } from "../../backend/matrix.ts";
import { encodeBf16, encodeF16 } from "../../reference/half-floats.ts";
import type { SeededRandom } from "../seeded-random.ts";

/** Forms in which weight files hand over a matrix. */
export const MATRIX_FORMS = ["f32", "f16", "bf16", "affine 4 g32", "affine 4 g16", "affine 5 g32", "affine 6 g16", "affine 8 g32"] as const;
export type MatrixForm = (typeof MATRIX_FORMS)[number];

/** A random matrix with outputs of about 1 for inputs of about 1, yielded a few rows at a time from reused arrays. */
export function randomMatrix(random: SeededRandom, form: MatrixForm, rows: number, columns: number): MatrixSource {
  const chunkRows = 1 + random.integer(Math.min(rows, 7));
  const all = form.startsWith("affine") ? affineRows(random, form, rows, columns) : floatRows(random, form, rows, columns);
  return {
    name: `${form} ${rows} x ${columns}`,
    rows,
    columns,
    *chunks() {
      for (let firstRow = 0; firstRow < rows; firstRow += chunkRows) {
        const rowCount = Math.min(chunkRows, rows - firstRow);
        const values = all(firstRow, rowCount);
        yield { firstRow, rowCount, values };
        // The contract lets a source reuse its arrays, so nobody may still read them.
        if (values.kind === "float") values.data.fill(0xff);
        else values.codes.fill(0);
      }
    },
  };
}

function floatRows(
  random: SeededRandom,
  form: MatrixForm,
  rows: number,
  columns: number,
): (firstRow: number, rowCount: number) => MatrixRows {
  const weights = random.normals(rows * columns, 1 / Math.sqrt(columns));
  return (firstRow, rowCount) => {
    const part = weights.slice(firstRow * columns, (firstRow + rowCount) * columns);
    if (form === "f32") return { kind: "float", dtype: "f32", data: new Uint8Array(part.buffer) };
    const halves = Uint16Array.from(part, form === "f16" ? encodeF16 : encodeBf16);
    return { kind: "float", dtype: form === "f16" ? "f16" : "bf16", data: new Uint8Array(halves.buffer) };
  };
}

function affineRows(
  random: SeededRandom,
  form: MatrixForm,
  rows: number,
  columns: number,
): (firstRow: number, rowCount: number) => MatrixRows {
  const bits = Number(form.split(" ")[1]);
  const groupSize = form.endsWith("g16") ? 16 : 32;
  const levels = 2 ** bits;
  const groups = columns / groupSize;
  const codes = Uint8Array.from({ length: rows * columns }, () => random.integer(levels));
  const scales = Float32Array.from({ length: rows * groups }, () => (3.5 * (0.5 + random.next())) / levels / Math.sqrt(columns));
  const offsets = scales.map((scale) => -scale * levels * (0.4 + 0.2 * random.next()));
  return (firstRow, rowCount) => ({
    kind: "affine",
    bits,
    groupSize,
    codes: codes.slice(firstRow * columns, (firstRow + rowCount) * columns),
    scales: scales.slice(firstRow * groups, (firstRow + rowCount) * groups),
    offsets: offsets.slice(firstRow * groups, (firstRow + rowCount) * groups),
  });
}

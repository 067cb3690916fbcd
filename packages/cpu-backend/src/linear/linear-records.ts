import { Opcode, type Tape } from "../tape.ts";
import type { PackedMatrix } from "./pack-matrix.ts";

/** How affine weights meet activations: rounded to integers per group of columns, or as they are. Float weights always use f32. */
export type ActivationMode = "int8" | "f32";

/** `LINEAR_*` of native/linear.h. */
const ACCUMULATE = 1;
const FLOAT_ACTIVATIONS = 2;

/** Bytes of workspace `appendLinear` needs for a product of this size; operators that follow each other may share one workspace. */
export function linearWorkspaceBytes(rows: number, columns: number): number {
  return 4 * columns * (rows + 24);
}

/** Appends `out = x * matrix^T (+ bias) (+ out)`; addresses of f32 `[rows, columns]`, `[matrix.rows]` and `[rows, matrix.rows]`. */
export function appendLinear(
  tape: Tape,
  call: {
    readonly x: number;
    readonly matrix: PackedMatrix;
    readonly rows: number;
    readonly bias?: number | undefined;
    readonly accumulate?: boolean | undefined;
    readonly out: number;
    readonly workspace: number;
    readonly activations: ActivationMode;
  },
): void {
  const options = (call.accumulate === true ? ACCUMULATE : 0) + (call.activations === "f32" ? FLOAT_ACTIVATIONS : 0);
  tape
    .begin(Opcode.linear)
    .integer(call.x)
    .integer(call.matrix.address)
    .integer(call.bias ?? 0)
    .integer(call.out)
    .integer(call.workspace)
    .integer(call.rows)
    .integer(options);
}

/** Appends `out[i] = table[ids[i]] * scale`; `ids` is i32, and a row is NaN where its id is none of the table's. */
export function appendEmbed(
  tape: Tape,
  call: { readonly ids: number; readonly table: PackedMatrix; readonly rows: number; readonly scale: number; readonly out: number },
): void {
  tape.begin(Opcode.embed).integer(call.ids).integer(call.table.address).integer(call.out).integer(call.rows).real(call.scale);
}

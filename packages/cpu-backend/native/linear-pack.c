/* Rows of a weight matrix in the neutral form of files, put into panels. */
#include "linear-dot.h"
#include "linear.h"

/* f32 to f16 for numbers that f16 holds exactly. */
static u16 narrow_f16(f32 x) {
  u32 bits = bits_of(x), sign = bits >> 16 & 0x8000, exponent = bits >> 23 & 255;
  if (exponent >= 113) return (u16)(sign | ((bits & 0x7fffffff) - (112u << 23)) >> 13);
  return (u16)(sign | (u32)(float_of(bits & 0x7fffffff) * 0x1p24f));
}

static void put_scale(const LinearMatrix *matrix, u8 *at, i64 index, f32 value) {
  if (matrix->half_scales) ((half_any *)at)[index] = narrow_f16(value);
  else ((float_any *)at)[index] = value;
}

static void pack_floats(const LinearMatrix *matrix, u8 *panel, i64 lane, const u8 *row) {
  if (matrix->format == MATRIX_F32) {
    for (i64 k = 0; k < matrix->columns; k++) ((u32 *)panel)[k * PANEL + lane] = ((const u32 *)row)[k];
  } else {
    for (i64 k = 0; k < matrix->columns; k++) ((u16 *)panel)[k * PANEL + lane] = ((const u16 *)row)[k];
  }
}

static void pack_codes(const LinearMatrix *matrix, u8 *panel, i64 lane, const u8 *codes, const f32 *scales, const f32 *offsets) {
  const int is_u4 = matrix->format == MATRIX_U4, has_offsets = matrix->zero_point == NO_ZERO_POINT;
  const i64 group = matrix->group, scale_bytes = matrix->half_scales ? 2 : 4;
  for (i64 g = 0; g < matrix->columns / group; g++) {
    u8 *to = panel + lane * K_STEP;
    if (is_u4) {
      for (i64 k = 0; k < group; k += 2 * K_STEP, to += STEP_BYTES)
        UNROLL for (i64 j = 0; j < K_STEP; j++) to[j] = (u8)(codes[k + j] | codes[k + K_STEP + j] << 4);
      panel += group * PANEL / 2;
    } else {
      for (i64 k = 0; k < group; k += K_STEP, to += STEP_BYTES)
        UNROLL for (i64 j = 0; j < K_STEP; j++) to[j] = codes[k + j];
      panel += group * PANEL;
    }
    put_scale(matrix, panel, lane, scales[g]);
    panel += PANEL * scale_bytes;
    if (has_offsets) {
      put_scale(matrix, panel, lane, offsets[g]);
      panel += PANEL * scale_bytes;
    }
    codes += group;
  }
}

NOINLINE void op_pack_rows(const OpPackRows *op, Worker *worker) {
  const LinearMatrix *matrix = POINTER(LinearMatrix, op->matrix);
  const i64 end_row = op->first_row + op->row_count, columns = matrix->columns;
  const i64 row_bytes = matrix->format >= MATRIX_U8 ? columns : columns * (matrix->format == MATRIX_F32 ? 4 : 2);
  const i64 groups = matrix->format >= MATRIX_U8 ? columns / matrix->group : 0;
  const i64 first_panel = op->first_row / PANEL, end_panel = (end_row + PANEL - 1) / PANEL;
  for (i64 ticket; (ticket = next_ticket(worker)) < end_panel - first_panel;) {
    const i64 panel = first_panel + ticket;
    u8 *to = POINTER(u8, matrix->panels) + panel * matrix->panel_bytes;
    for (i64 row = max_i64(op->first_row, panel * PANEL); row < min_i64(end_row, (panel + 1) * PANEL); row++) {
      const i64 index = row - op->first_row;
      const u8 *from = POINTER(u8, op->data) + index * row_bytes;
      if (groups) pack_codes(matrix, to, row % PANEL, from, POINTER(f32, op->scales) + index * groups, POINTER(f32, op->offsets) + index * groups);
      else pack_floats(matrix, to, row % PANEL, from);
    }
  }
}

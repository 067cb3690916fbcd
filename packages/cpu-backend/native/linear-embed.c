/* Rows gathered from a weight matrix, dequantised exactly. */
#include "linear-dot.h"
#include "linear.h"

/* One lane of what the vector loads of linear-vector.h return. */
ALWAYS_INLINE f32 scalar_f16(const u8 *p) {
  u32 h = *(const half_any *)p;
  return float_of(bits_of(float_of((h & 0x7fff) << 13) * 0x1p112f) | (h & 0x8000) << 16);
}
ALWAYS_INLINE f32 scalar_bf16(const u8 *p) { return float_of((u32)*(const half_any *)p << 16); }
ALWAYS_INLINE f32 scalar_f32(const u8 *p) { return *(const float_any *)p; }

static void float_row(const LinearMatrix *matrix, const u8 *panel, int lane, f32 scale, f32 *out) {
  const int bytes = matrix->format == MATRIX_F32 ? 4 : 2;
  const u8 *at = panel + lane * bytes;
  for (i64 k = 0; k < matrix->columns; k++, at += PANEL * bytes) {
    f32 weight = matrix->format == MATRIX_F32 ? scalar_f32(at) : matrix->format == MATRIX_BF16 ? scalar_bf16(at) : scalar_f16(at);
    out[k] = weight * scale;
  }
}

static void affine_row(const LinearMatrix *matrix, const u8 *panel, int lane, f32 scale, f32 *out) {
  const int is_u4 = matrix->format == MATRIX_U4, half = matrix->half_scales, has_offsets = matrix->zero_point == NO_ZERO_POINT;
  const i64 groups = matrix->columns / matrix->group, code_bytes = matrix->group * PANEL / (is_u4 ? 2 : 1), scale_bytes = half ? 2 : 4;
  const i32 zero_point = has_offsets ? 0 : matrix->zero_point;
  for (i64 g = 0; g < groups; g++) {
    const u8 *at = panel + code_bytes + lane * scale_bytes;
    f32 group_scale = half ? scalar_f16(at) : scalar_f32(at), offset = 0.0f;
    if (has_offsets) offset = half ? scalar_f16(at + PANEL * 2) : scalar_f32(at + PANEL * 4);
    for (i64 k = 0; k < matrix->group; k++) {
      i64 step = k / K_STEP;
      const u8 *code = panel + (is_u4 ? step / 2 : step) * STEP_BYTES + lane * K_STEP + k % K_STEP;
      i32 value = is_u4 ? *code >> (step % 2 * 4) & 15 : *code;
      out[k] = scalar_multiply_add(group_scale, (f32)(value - zero_point), offset) * scale;
    }
    panel += code_bytes + PANEL * scale_bytes * (has_offsets ? 2 : 1);
    out += matrix->group;
  }
}

NOINLINE void op_embed(const OpEmbed *op, Worker *worker) {
  const LinearMatrix *table = POINTER(LinearMatrix, op->table);
  const i32 *ids = POINTER(i32, op->ids);
  i64 first, end;
  share(worker, op->rows, 1, &first, &end);
  for (i64 i = first; i < end; i++) {
    const u8 *panel = POINTER(u8, table->panels) + ids[i] / PANEL * table->panel_bytes;
    f32 *out = POINTER(f32, op->out) + i * table->columns;
    if (ids[i] < 0 || ids[i] >= table->rows) {
      /* A wrong id must not read elsewhere, and must not go unnoticed. */
      for (i64 k = 0; k < table->columns; k++) out[k] = __builtin_nanf("");
      continue;
    }
    if (table->format >= MATRIX_U8) affine_row(table, panel, ids[i] % PANEL, (f32)op->scale, out);
    else float_row(table, panel, ids[i] % PANEL, (f32)op->scale, out);
  }
}

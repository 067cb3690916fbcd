/* Weights times f32 activations. The sum over columns runs in order, one fused multiply-add a column, whatever the number of rows. */
#include "linear-dot.h"
#include "linear-output.h"

/* As many sums as registers hold beside the operands: the engine that compiles WebAssembly allocates them less well than C compilers. */
#if LANES == 16
#define MAX_ROWS 24
#define MANY_VECTORS 1
#elif LANES == 8
#define MAX_ROWS 6
#define MANY_VECTORS 2
#else
#define MAX_ROWS 4
#define MANY_VECTORS 2
#endif

ALWAYS_INLINE vf load_weights(const int format, const u8 *p) {
  return format == MATRIX_F32 ? load_f32(p) : format == MATRIX_BF16 ? load_bf16(p) : load_f16(p);
}

ALWAYS_INLINE void float_tile(const int R, const int V, const int format, i64 columns, const u8 *panel, const f32 *x, int first_vector,
                              f32 *results) {
  const int bytes = format == MATRIX_F32 ? 4 : 2;
  vf sums[MAX_ROWS][PANEL_VECTORS];
  UNROLL for (int r = 0; r < R; r++) UNROLL for (int v = 0; v < V; v++) sums[r][v] = splat_f32(0.0f);
  panel += first_vector * LANES * bytes;
  for (i64 k = 0; k < columns; k++) {
    vf weights[PANEL_VECTORS];
    UNROLL for (int v = 0; v < V; v++) weights[v] = load_weights(format, panel + v * LANES * bytes);
    UNROLL for (int r = 0; r < R; r++) {
      vf value = splat_f32(x[r]);
      UNROLL for (int v = 0; v < V; v++) sums[r][v] = multiply_add(weights[v], value, sums[r][v]);
    }
    panel += PANEL * bytes;
    x += R;
  }
  UNROLL for (int r = 0; r < R; r++) UNROLL for (int v = 0; v < V; v++) store_f32(results + r * PANEL + (first_vector + v) * LANES, sums[r][v]);
}

/* Scales and offsets of one group of a panel. */
typedef struct {
  vf scale[PANEL_VECTORS], offset[PANEL_VECTORS];
  vi zero_point;
} GroupScales;

ALWAYS_INLINE i64 group_code_bytes(const LinearMatrix *matrix) { return matrix->group * PANEL >> (matrix->format == MATRIX_U4); }
ALWAYS_INLINE i64 group_bytes(const LinearMatrix *matrix) {
  i64 scale_bytes = PANEL * (matrix->half_scales ? 2 : 4);
  return group_code_bytes(matrix) + scale_bytes * (matrix->zero_point == NO_ZERO_POINT ? 2 : 1);
}

ALWAYS_INLINE GroupScales load_group_scales(const LinearMatrix *matrix, const u8 *at) {
  const int half = matrix->half_scales, has_offsets = matrix->zero_point == NO_ZERO_POINT;
  GroupScales scales;
  UNROLL for (int v = 0; v < PANEL_VECTORS; v++) {
    scales.scale[v] = half ? load_f16(at + v * LANES * 2) : load_f32(at + v * LANES * 4);
    scales.offset[v] = splat_f32(0.0f);
    if (has_offsets) scales.offset[v] = half ? load_f16(at + (PANEL + v * LANES) * 2) : load_f32(at + (PANEL + v * LANES) * 4);
  }
  scales.zero_point = splat_i32(has_offsets ? 0 : matrix->zero_point);
  return scales;
}

ALWAYS_INLINE vf weights_of(const GroupScales *scales, int v, vi codes) {
  return multiply_add(scales->scale[v], to_f32(codes - scales->zero_point), scales->offset[v]);
}

ALWAYS_INLINE void affine_tile(const int R, const int V, const int is_u4, const LinearMatrix *matrix, const u8 *panel, const f32 *x, int first_vector,
                               f32 *results) {
  const i64 groups = matrix->columns / matrix->group;
  const i64 loads = matrix->group / K_STEP >> is_u4;
  vf sums[MAX_ROWS][PANEL_VECTORS];
  UNROLL for (int r = 0; r < R; r++) UNROLL for (int v = 0; v < V; v++) sums[r][v] = splat_f32(0.0f);
  for (i64 g = 0; g < groups; g++) {
    GroupScales scales = load_group_scales(matrix, panel + loads * STEP_BYTES);
    for (i64 i = 0; i < loads << is_u4; i++) {
      vi codes[PANEL_VECTORS];
      UNROLL for (int v = 0; v < V; v++) {
        codes[v] = load_step(panel + (i >> is_u4) * STEP_BYTES + (first_vector + v) * STEP_VECTOR_BYTES);
        if (is_u4) codes[v] = i & 1 ? high_nibbles(codes[v]) : low_nibbles(codes[v]);
      }
      UNROLL for (int j = 0; j < K_STEP; j++) {
        vf weights[PANEL_VECTORS];
        UNROLL for (int v = 0; v < V; v++) weights[v] = weights_of(&scales, first_vector + v, code_at(codes[v], j));
        UNROLL for (int r = 0; r < R; r++) {
          vf value = splat_f32(x[r]);
          UNROLL for (int v = 0; v < V; v++) sums[r][v] = multiply_add(weights[v], value, sums[r][v]);
        }
        x += R;
      }
    }
    panel += group_bytes(matrix);
  }
  UNROLL for (int r = 0; r < R; r++) UNROLL for (int v = 0; v < V; v++) store_f32(results + r * PANEL + (first_vector + v) * LANES, sums[r][v]);
}

#define VECTORS(R) ((R) == 1 ? PANEL_VECTORS : MANY_VECTORS)
#define EACH(R, CALL) \
  case R: \
    for (int v = 0; v < PANEL_VECTORS; v += VECTORS(R)) CALL; \
    break;
#define FEW(F) F(1) F(2) F(4)
#if MAX_ROWS == 24
#define MANY(F) FEW(F) F(8) F(12) F(24)
#elif MAX_ROWS == 6
#define MANY(F) FEW(F) F(6)
#else
#define MANY(F) FEW(F)
#endif
/* With wide vectors 16-bit weights cost next to nothing to widen on the way; otherwise many rows had better share the widened panel. */
#if LANES == 16
#define HALF_CASES MANY
#define WIDEN_HALVES 0
#else
#define HALF_CASES FEW
#define WIDEN_HALVES 1
#endif
#define FLOAT_CASE(R) EACH(R, float_tile(R, VECTORS(R), format, columns, panel, x, v, results))
#define AFFINE_CASE(R) EACH(R, affine_tile(R, VECTORS(R), is_u4, matrix, panel, x, v, results))

int linear_should_widen(const LinearMatrix *matrix, i64 rows) {
  if (matrix->format == MATRIX_F32) return 0;
  return matrix->format >= MATRIX_U8 || WIDEN_HALVES ? rows > 4 * FEW_ROWS : 0;
}

i64 linear_direct_rows(const LinearMatrix *matrix, i64 rows) {
  const int takes_many = matrix->format == MATRIX_F32 || (matrix->format < MATRIX_U8 && !WIDEN_HALVES);
  return linear_float_rows(takes_many ? rows : min_i64(rows, FEW_ROWS));
}

i64 linear_float_rows(i64 rows) {
#if MAX_ROWS == 24
  return rows <= 2 ? rows : rows <= 4 ? 4 : rows <= 8 ? 8 : rows <= 12 ? 12 : 24;
#else
  return rows <= 2 ? rows : rows <= 4 ? 4 : MAX_ROWS;
#endif
}

static NOINLINE void f32_panel(i64 columns, const u8 *panel, const f32 *x, i64 tile_rows, f32 *results) {
  const int format = MATRIX_F32;
  switch (tile_rows) { MANY(FLOAT_CASE) }
}
static NOINLINE void bf16_panel(i64 columns, const u8 *panel, const f32 *x, i64 tile_rows, f32 *results) {
  const int format = MATRIX_BF16;
  switch (tile_rows) { HALF_CASES(FLOAT_CASE) }
}
static NOINLINE void f16_panel(i64 columns, const u8 *panel, const f32 *x, i64 tile_rows, f32 *results) {
  const int format = MATRIX_F16;
  switch (tile_rows) { HALF_CASES(FLOAT_CASE) }
}
static NOINLINE void u8_panel(const LinearMatrix *matrix, const u8 *panel, const f32 *x, i64 tile_rows, f32 *results) {
  const int is_u4 = 0;
  switch (tile_rows) { FEW(AFFINE_CASE) }
}
static NOINLINE void u4_panel(const LinearMatrix *matrix, const u8 *panel, const f32 *x, i64 tile_rows, f32 *results) {
  const int is_u4 = 1;
  switch (tile_rows) { FEW(AFFINE_CASE) }
}

void linear_float_panel(const LinearMatrix *matrix, const u8 *panel, const f32 *x, i64 rows, const PanelOutput *output) {
  f32 results[MAX_ROWS * PANEL] __attribute__((aligned(64)));
  const i64 columns = matrix->columns, tile_rows = linear_float_rows(rows);
  switch (matrix->format) {
    case MATRIX_F32: f32_panel(columns, panel, x, tile_rows, results); break;
    case MATRIX_BF16: bf16_panel(columns, panel, x, tile_rows, results); break;
    case MATRIX_F16: f16_panel(columns, panel, x, tile_rows, results); break;
    case MATRIX_U8: u8_panel(matrix, panel, x, tile_rows, results); break;
    case MATRIX_U4: u4_panel(matrix, panel, x, tile_rows, results); break;
  }
  linear_finish(output, results, rows);
}

void linear_f32_panel(i64 columns, const f32 *panel, const f32 *x, i64 rows, const PanelOutput *output) {
  f32 results[MAX_ROWS * PANEL] __attribute__((aligned(64)));
  f32_panel(columns, (const u8 *)panel, x, linear_float_rows(rows), results);
  linear_finish(output, results, rows);
}

static NOINLINE void widen_halves(const LinearMatrix *matrix, const u8 *panel, f32 *to) {
  const int is_bf16 = matrix->format == MATRIX_BF16;
  for (i64 i = 0; i < matrix->columns * PANEL; i += LANES) store_f32(to + i, is_bf16 ? load_bf16(panel + 2 * i) : load_f16(panel + 2 * i));
}

static NOINLINE void widen_codes(const LinearMatrix *matrix, const u8 *panel, f32 *to) {
  const int is_u4 = matrix->format == MATRIX_U4;
  for (i64 g = 0; g < matrix->columns / matrix->group; g++) {
    GroupScales scales = load_group_scales(matrix, panel + group_code_bytes(matrix));
    for (i64 step = 0; step < matrix->group / K_STEP; step++)
      UNROLL for (int v = 0; v < PANEL_VECTORS; v++) {
        vi codes = load_step(panel + (is_u4 ? step / 2 : step) * STEP_BYTES + v * STEP_VECTOR_BYTES);
        if (is_u4) codes = step % 2 ? high_nibbles(codes) : low_nibbles(codes);
        UNROLL for (int j = 0; j < K_STEP; j++)
          store_f32(to + (step * K_STEP + j) * PANEL + v * LANES, weights_of(&scales, v, code_at(codes, j)));
      }
    panel += group_bytes(matrix);
    to += matrix->group * PANEL;
  }
}

void linear_widen_panel(const LinearMatrix *matrix, const u8 *panel, f32 *to) {
  if (matrix->format >= MATRIX_U8) widen_codes(matrix, panel, to);
  else widen_halves(matrix, panel, to);
}

/* Affine weights times quantised activations: integer dot products within a group, f32 sums over groups, in order. */
#include "linear-blocks.h"
#include "linear-dot.h"
#include "linear-output.h"

#if LANES == 16
#define MAX_ROWS 12
#define MOST_PAIRED_SUMS 8
#elif LANES == 8
#define MAX_ROWS 6
#define MOST_PAIRED_SUMS 4
#else
#define MAX_ROWS 8
#define MOST_PAIRED_SUMS 4
#endif

ALWAYS_INLINE vf load_scales(const u8 *p, int half) { return half ? load_f16(p) : load_f32(p); }

/*
 * R rows by V vectors of outputs. Every result element sees the same operations in the same order whatever R and V are:
 * sum = fma(dot, weight scale * activation scale, sum); sum = fma(offset, activation sum, sum).
 */
ALWAYS_INLINE void tile(const int R, const int V, const int is_u4, const int planes, const LinearMatrix *matrix, const u8 *panel, Fetch fetch,
                        const QuantBlock *x, int first_vector, f32 *results) {
  const i64 groups = matrix->columns / matrix->group;
  const int half = matrix->half_scales, has_offsets = matrix->zero_point == NO_ZERO_POINT;
  const int scale_bytes = half ? 2 : 4;
  const int parts = matrix->group / ACTIVATION_GROUP(planes, matrix->group);
  const int steps = is_u4 ? 2 : 1, loads = ACTIVATION_GROUP(planes, matrix->group) / K_STEP / steps;
  const i32 *words = x->words;
  vf sums[MAX_ROWS][PANEL_VECTORS];
  UNROLL for (int r = 0; r < R; r++) UNROLL for (int v = 0; v < V; v++) sums[r][v] = splat_f32(0.0f);
  for (i64 g = 0; g < groups; g++) {
    const u8 *scales = panel + parts * loads * STEP_BYTES;
    for (i64 part = g * parts; part < (g + 1) * parts; part++) {
      /* With two planes, few rows keep a sum for each; many rows, lacking registers, go over the codes twice and add both into one. */
      const int passes = planes == 2 && R * V > MOST_PAIRED_SUMS ? 2 : 1, together = planes / passes;
      vi dots[2][MAX_ROWS][PANEL_VECTORS];
      UNROLL for (int r = 0; r < R; r++) UNROLL for (int v = 0; v < V; v++) {
        vi start = splat_i32(x->starts[part * R + r]);
        dots[0][r][v] = planes == 2 ? splat_i32(0) : start;
        dots[1][r][v] = start;
      }
      UNROLL for (int pass = 0; pass < passes; pass++) {
        if (pass == 1)
          UNROLL for (int r = 0; r < R; r++) UNROLL for (int v = 0; v < V; v++)
            dots[0][r][v] = (dots[0][r][v] << PLANE_BITS(is_u4)) + splat_i32(x->starts[part * R + r]);
        for (int i = 0; i < loads; i++) {
          vi codes[2][PANEL_VECTORS];
          if (FETCHES_AHEAD && R > FEW_ROWS && pass == 0) {
            __builtin_prefetch(fetch.at);
            fetch.at += fetch.step;
          }
          UNROLL for (int v = 0; v < V; v++) {
            codes[0][v] = load_step(panel + i * STEP_BYTES + (first_vector + v) * STEP_VECTOR_BYTES);
            if (is_u4) {
              codes[1][v] = high_nibbles(codes[0][v]);
              codes[0][v] = low_nibbles(codes[0][v]);
            }
          }
          UNROLL for (int step = 0; step < steps; step++) {
            UNROLL for (int plane = 0; plane < together; plane++)
              UNROLL for (int r = 0; r < R; r++) {
                vi word = splat_i32(words[plane * loads * steps * R + r]);
                UNROLL for (int v = 0; v < V; v++)
                  dots[plane][r][v] = is_u4 ? dot_u7(dots[plane][r][v], codes[step][v], word) : dot_u8(dots[plane][r][v], codes[step][v], word);
              }
            words += R;
          }
        }
      }
      words += (together - 1) * loads * steps * R;
      panel += loads * STEP_BYTES;
      if (together == 2)
        UNROLL for (int r = 0; r < R; r++) UNROLL for (int v = 0; v < V; v++) dots[0][r][v] = (dots[0][r][v] << PLANE_BITS(is_u4)) + dots[1][r][v];
      UNROLL for (int v = 0; v < V; v++) {
        vf scale = load_scales(scales + (first_vector + v) * LANES * scale_bytes, half);
        UNROLL for (int r = 0; r < R; r++)
          sums[r][v] = multiply_add(to_f32(dots[0][r][v]), scale * splat_f32(x->scales[part * R + r]), sums[r][v]);
      }
    }
    panel += PANEL * scale_bytes;
    if (has_offsets) {
      UNROLL for (int v = 0; v < V; v++) {
        vf offset = load_scales(panel + (first_vector + v) * LANES * scale_bytes, half);
        UNROLL for (int r = 0; r < R; r++) sums[r][v] = multiply_add(offset, splat_f32(x->sums[g * R + r]), sums[r][v]);
      }
      panel += PANEL * scale_bytes;
    }
  }
  UNROLL for (int r = 0; r < R; r++) UNROLL for (int v = 0; v < V; v++) store_f32(results + r * PANEL + (first_vector + v) * LANES, sums[r][v]);
}

/* One row takes all outputs of the panel at once, so that weights stream; many rows take one vector of outputs at a time. */
#define VECTORS(R) ((R) == 1 ? PANEL_VECTORS : 1)
#define CASE(R) \
  case R: \
    for (int v = 0; v < PANEL_VECTORS; v += VECTORS(R)) tile(R, VECTORS(R), is_u4, planes, matrix, panel, fetch, x, v, results); \
    break;
#define PANEL_FUNCTION(NAME, IS_U4, PLANES) \
  static NOINLINE void NAME(const LinearMatrix *matrix, const u8 *panel, Fetch fetch, const QuantBlock *x, f32 *results) { \
    const int is_u4 = IS_U4, planes = PLANES; \
    switch (x->rows) { CASES(CASE) } \
  }
#if MAX_ROWS == 12
#define CASES(F) F(1) F(2) F(4) F(8) F(12)
#elif MAX_ROWS == 8
#define CASES(F) F(1) F(2) F(4) F(8)
#else
#define CASES(F) F(1) F(2) F(4) F(6)
#endif
#if K_STEP == 4
PANEL_FUNCTION(u4_panel, 1, 2)
PANEL_FUNCTION(fine_u8_panel, 0, 2)
#else
PANEL_FUNCTION(u4_panel, 1, 1)
#define fine_u8_panel u8_panel
#endif
PANEL_FUNCTION(u8_panel, 0, 1)

i64 linear_int_rows(i64 rows) {
#if MAX_ROWS == 12
  return rows <= 2 ? rows : rows <= 4 ? 4 : rows <= 8 ? 8 : 12;
#else
  return rows <= 2 ? rows : rows <= 4 ? 4 : MAX_ROWS;
#endif
}

i64 linear_int_block(i64 rows) {
  const i64 blocks = (rows + MAX_ROWS - 1) / MAX_ROWS;
  return linear_int_rows((rows + blocks - 1) / blocks);
}

void linear_int_panel(const LinearMatrix *matrix, const u8 *panel, Fetch fetch, const QuantBlock *x, i64 rows, const PanelOutput *output) {
  f32 results[MAX_ROWS * PANEL] __attribute__((aligned(64)));
  if (matrix->format == MATRIX_U4) u4_panel(matrix, panel, fetch, x, results);
  else if (activation_planes(matrix) == 2) fine_u8_panel(matrix, panel, fetch, x, results);
  else u8_panel(matrix, panel, fetch, x, results);
  linear_finish(output, results, rows);
}

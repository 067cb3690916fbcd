/* Activations made ready for the kernels: laid out in blocks of rows, and rounded to integers per group of columns. */
#include "linear-blocks.h"
#include "linear-dot.h"

/* Adding it to |x| < 2^22 leaves round(x), ties to even, in the low bits. */
#define ROUNDER 12582912.0f

ALWAYS_INLINE i32 largest_lane(vi v) {
#if LANES == 16
  return _mm512_reduce_max_epi32((__m512i)v);
#else
  i32 largest = v[0];
  for (int lane = 1; lane < LANES; lane++) largest = v[lane] > largest ? v[lane] : largest;
  return largest;
#endif
}

ALWAYS_INLINE i32 sum_of_lanes(vi v) {
#if LANES == 16
  return _mm512_reduce_add_epi32((__m512i)v);
#else
  i32 sum = 0;
  for (int lane = 0; lane < LANES; lane++) sum += v[lane];
  return sum;
#endif
}

/* `scale = max |x| / ACTIVATION_MAX`. Magnitudes are compared as bits, so that NaN and infinity win and reach the result. */
static void quantise_row(const LinearMatrix *matrix, const f32 *x, const QuantBlock *block, i64 row) {
  typedef activation narrow __attribute__((vector_size(LANES * sizeof(activation))));
  const i64 group = matrix->group, groups = matrix->columns / group, rows = block->rows;
  const i32 centre = matrix->format == MATRIX_U8 ? DOT_U8_CENTRE : 0;
  const i32 zero_point = matrix->zero_point == NO_ZERO_POINT ? 0 : matrix->zero_point;
  for (i64 g = 0; g < groups; g++) {
    vi magnitude = splat_i32(0);
    for (i64 k = 0; k < group; k += LANES) {
      vi bits = (vi)load_f32(x + k) & 0x7fffffff;
      vi larger = bits > magnitude;
      magnitude = (bits & larger) | (magnitude & ~larger);
    }
    f32 largest = float_of((u32)largest_lane(magnitude));
    f32 scale = largest / (f32)ACTIVATION_MAX;
    /* Below the smallest normal number the quotient may overflow: such a group counts as zero. */
    f32 inverse = largest < 0x1p-100f ? 0.0f : (f32)ACTIVATION_MAX / largest;
    vi total = splat_i32(0);
    narrow parts[32 / LANES];
    for (i64 k = 0; k < group; k += LANES) {
      vi rounded = (vi)(multiply_add(load_f32(x + k), splat_f32(inverse), splat_f32(ROUNDER))) - (i32)0x4b400000;
      total += rounded;
      parts[k / LANES] = __builtin_convertvector(rounded, narrow);
    }
    const i32 *words = (const i32 *)parts;
    i32 *to = block->words + g * (group / K_STEP) * rows + row;
    for (i64 i = 0; i < group / K_STEP; i++) to[i * rows] = words[i];
    i32 sum = sum_of_lanes(total);
    block->scales[g * rows + row] = scale;
    block->starts[g * rows + row] = (centre - zero_point) * sum;
    block->sums[g * rows + row] = scale * (f32)sum;
    x += group;
  }
}

void quantise_rows(const LinearMatrix *matrix, const f32 *x, const Workspace *workspace, i64 first_row, i64 end_row) {
  for (i64 row = first_row; row < end_row; row++) {
    QuantBlock block = quant_block(matrix, workspace, row / workspace->block_rows);
    quantise_row(matrix, x + row * matrix->columns, &block, row % workspace->block_rows);
  }
}

void arrange_rows(const LinearMatrix *matrix, const f32 *x, const Workspace *workspace, i64 first_row, i64 end_row) {
  const i64 columns = matrix->columns;
  for (i64 row = first_row; row < end_row; row++) {
    const i64 block = row / workspace->block_rows, rows = tile_rows(workspace, block);
    f32 *to = float_block(matrix, workspace, block) + row % workspace->block_rows;
    const f32 *from = x + row * columns;
    for (i64 k = 0; k < columns; k++) to[k * rows] = from[k];
  }
}

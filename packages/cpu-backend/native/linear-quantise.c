/* Activations made ready for the kernels: laid out in blocks of rows, and rounded to integers per group of columns. */
#include "linear-blocks.h"
#include "linear-dot.h"

/* Adding it to |x| < 2^22 leaves round(x), ties to even, in the low bits. */
#define ROUNDER 12582912.0f
#define ROUNDER_BITS 0x4b400000

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

/*
 * One group of a row: `scale = max |x| / ACTIVATION_MAX`. Magnitudes are compared as bits, so that NaN and infinity win and reach the
 * result. `at` is the row's place in the group's part of the block. Returns the sum of the group's dequantised activations.
 */
ALWAYS_INLINE f32 quantise_group(const i64 group, const int is_u4, const int planes, const f32 *x, const QuantBlock *block, i64 word, i64 at, i32 shift) {
  typedef activation narrow __attribute__((vector_size(LANES * sizeof(activation))));
  const i64 rows = block->rows;
  vi magnitude = splat_i32(0);
  UNROLL for (i64 k = 0; k < group; k += LANES) {
    vi bits = (vi)load_f32(x + k) & 0x7fffffff;
    vi larger = bits > magnitude;
    magnitude = (bits & larger) | (magnitude & ~larger);
  }
  f32 largest = float_of((u32)largest_lane(magnitude));
  f32 scale = largest / (f32)ACTIVATION_MAX(is_u4, planes);
  /* Below this the quotient could overflow: such a group counts as zero. */
  f32 inverse = largest < 0x1p-100f ? 0.0f : (f32)ACTIVATION_MAX(is_u4, planes) / largest;
  vi total = splat_i32(0);
  narrow parts[2][32 / LANES];
  UNROLL for (i64 k = 0; k < group; k += LANES) {
    vi rounded = (vi)(multiply_add(load_f32(x + k), splat_f32(inverse), splat_f32(ROUNDER))) - ROUNDER_BITS;
    total += rounded;
    if (planes == 2) {
      vi high = (rounded + (1 << PLANE_BITS(is_u4)) / 2) >> PLANE_BITS(is_u4);
      parts[0][k / LANES] = __builtin_convertvector(high, narrow);
      parts[1][k / LANES] = __builtin_convertvector(rounded - (high << PLANE_BITS(is_u4)), narrow);
    } else {
      parts[0][k / LANES] = __builtin_convertvector(rounded, narrow);
    }
  }
  i32 *to = block->words + word;
  UNROLL for (i64 i = 0; i < group / K_STEP; i++)
    for (int plane = 0; plane < planes; plane++) to[(plane * (group / K_STEP) + i) * rows] = ((const word_any *)parts[plane])[i];
  i32 sum = sum_of_lanes(total);
  block->scales[at] = scale;
  block->starts[at] = shift * sum;
  return scale * (f32)sum;
}

ALWAYS_INLINE void quantise_columns(const int is_u4, const int planes, const LinearMatrix *matrix, const f32 *x, const Workspace *workspace, Part part) {
  const i64 group = matrix->group, size = ACTIVATION_GROUP(planes, group);
  /* What was subtracted from each code too much: see DOT_U8_CENTRE. */
  const i32 shift = (is_u4 ? 0 : DOT_U8_CENTRE) - (matrix->zero_point == NO_ZERO_POINT ? 0 : matrix->zero_point);
  for (i64 index = part.first_block; index < part.end_block; index++) {
    const QuantBlock block = quant_block(matrix, workspace, index);
    for (i64 row = 0; row < block_size(workspace, index); row++) {
      const f32 *from = x + (block_first(workspace, index) + row) * matrix->columns;
      for (i64 k = part.first_column; k < part.end_column; k += size) {
        const i64 at = k / size * block.rows + row, word = k / K_STEP * planes * block.rows + row;
        const f32 sum = size == 32 ? quantise_group(32, is_u4, planes, from + k, &block, word, at, shift) : quantise_group(16, is_u4, planes, from + k, &block, word, at, shift);
        f32 *total = block.sums + k / group * block.rows + row;
        *total = k % group == 0 ? sum : *total + sum;
      }
    }
  }
}

NOINLINE void quantise_part(const LinearMatrix *matrix, const f32 *x, const Workspace *workspace, Part part) {
  if (matrix->format == MATRIX_U4) quantise_columns(1, K_STEP == 4 ? 2 : 1, matrix, x, workspace, part);
  else if (activation_planes(matrix) == 2) quantise_columns(0, 2, matrix, x, workspace, part);
  else quantise_columns(0, 1, matrix, x, workspace, part);
}

NOINLINE void arrange_part(const LinearMatrix *matrix, const f32 *x, const Workspace *workspace, Part part) {
  for (i64 index = part.first_block; index < part.end_block; index++) {
    const i64 rows = tile_rows(workspace, index);
    for (i64 row = 0; row < block_size(workspace, index); row++) {
      const f32 *from = x + (block_first(workspace, index) + row) * matrix->columns;
      f32 *to = float_block(matrix, workspace, index) + row;
      for (i64 k = part.first_column; k < part.end_column; k++) to[k * rows] = from[k];
    }
  }
}

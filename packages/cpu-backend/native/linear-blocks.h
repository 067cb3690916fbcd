/* How the rows of one product are cut into blocks, and where each block's activations lie in the workspace. */
#ifndef KVASIR_LINEAR_BLOCKS_H
#define KVASIR_LINEAR_BLOCKS_H

#include "linear-dot.h"
#include "linear.h"

typedef struct {
  u8 *memory;
  i64 rows;
  /* Rows of every block but the last. */
  i64 block_rows;
  i64 blocks;
  int is_int;
} Workspace;

INLINE i64 block_first(const Workspace *workspace, i64 block) { return block * workspace->block_rows; }
INLINE i64 block_size(const Workspace *workspace, i64 block) {
  return min_i64(workspace->block_rows, workspace->rows - block_first(workspace, block));
}
INLINE i64 tile_rows(const Workspace *workspace, i64 block) {
  i64 rows = block_size(workspace, block);
  return workspace->is_int ? linear_int_rows(rows) : linear_float_rows(rows);
}

INLINE f32 *float_block(const LinearMatrix *matrix, const Workspace *workspace, i64 block) {
  return (f32 *)workspace->memory + block_first(workspace, block) * matrix->columns;
}

/* Planes of quantised activations. */
INLINE int activation_planes(const LinearMatrix *matrix) {
  return K_STEP == 4 && (matrix->format == MATRIX_U4 || matrix->fine_activations) ? 2 : 1;
}

INLINE QuantBlock quant_block(const LinearMatrix *matrix, const Workspace *workspace, i64 block) {
  const i64 first = block_first(workspace, block), rows = tile_rows(workspace, block);
  const int planes = activation_planes(matrix);
  const i64 groups = matrix->columns / matrix->group, parts = matrix->columns / ACTIVATION_GROUP(planes, matrix->group);
  const i64 word_bytes = matrix->columns * planes * (i64)sizeof(activation);
  u8 *at = workspace->memory + first * (word_bytes + parts * 8 + groups * 4);
  f32 *scales = (f32 *)(at + rows * word_bytes);
  QuantBlock result = {rows, (i32 *)at, scales, (i32 *)(scales + rows * parts), scales + 2 * rows * parts};
  return result;
}

/* A part of the preparation: some blocks of rows, some columns. Groups of columns are never cut. */
typedef struct {
  i64 first_block, end_block;
  i64 first_column, end_column;
} Part;

/* Puts activations into the workspace: rounded to integers, or as they are. */
void quantise_part(const LinearMatrix *matrix, const f32 *x, const Workspace *workspace, Part part);
void arrange_part(const LinearMatrix *matrix, const f32 *x, const Workspace *workspace, Part part);

#endif

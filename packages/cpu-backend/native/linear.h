/* Products of activations with weight matrices held in panels of 16 output rows, and rows gathered from them. */
#ifndef KVASIR_LINEAR_H
#define KVASIR_LINEAR_H

#include "ops.h"
#include "team.h"

enum MatrixFormat {
  /* Panels of `[columns][16]` elements. */
  MATRIX_F32 = 0,
  MATRIX_BF16 = 1,
  MATRIX_F16 = 2,
  /*
   * Panels of `[columns / group]` blocks: codes, 16 scales, 16 offsets (absent with a zero point). Codes are `[group / K_STEP][16][K_STEP]`
   * bytes (linear-dot.h); of u4 codes, step 2 i and step 2 i + 1 share bytes as low and high nibbles.
   */
  MATRIX_U8 = 3,
  MATRIX_U4 = 4,
};

/* No integer zero point serves the whole matrix; offsets are stored. */
#define NO_ZERO_POINT (-1)

/* Lies in the first 64 bytes of a matrix's memory; panels follow. Mirrored by src/linear/matrix-layout.ts. */
typedef struct {
  address panels;
  i64 rows, columns;
  i64 panel_bytes;
  i32 format;
  /* Of affine formats: columns per scale, 16 or 32. */
  i32 group;
  /* weight = scale * (code - zero_point), or scale * code + offset. */
  i32 zero_point;
  /* Bits of a code. */
  i32 bits;
  /* Scales and offsets are f16, or f32. */
  i32 half_scales;
  /* Activations for u8 codes get two planes as well (linear-dot.h): for output heads, which decide between tokens and meet few rows. */
  i32 fine_activations;
} LinearMatrix;

/* out += instead of out =. */
#define LINEAR_ACCUMULATE 1
/* Affine weights are multiplied with f32 activations instead of quantised ones. */
#define LINEAR_FLOAT_ACTIVATIONS 2

/* out[rows, matrix rows] = x[rows, matrix columns] * matrix^T (+ bias) (+ out); workspace: at least 4 * columns * (rows + 24) bytes */
typedef struct {
  OpHeader header;
  address x, matrix, bias, out, workspace;
  i64 rows, options;
} OpLinear;

/* out[i] = table[ids[i]] * scale; NaN where an id is none of the table's */
typedef struct {
  OpHeader header;
  address ids, table, out;
  i64 rows;
  f64 scale;
} OpEmbed;

/*
 * Puts rows `[first_row, first_row + row_count)` into their panels, whose memory starts zeroed. data: elements of the matrix's float
 * format, or one byte per code, `[row_count, columns]`; scales, offsets: f32 `[row_count, columns / group]` for affine formats.
 */
typedef struct {
  OpHeader header;
  address matrix, data, scales, offsets;
  i64 first_row, row_count;
} OpPackRows;

void op_pack_rows(const OpPackRows *op, Worker *worker);
void op_linear(const OpLinear *op, Worker *worker);
void op_embed(const OpEmbed *op, Worker *worker);

/* Results of a block of at most R rows with one panel; where they go and what is added. */
typedef struct {
  f32 *out;
  /* Elements between rows of out. */
  i64 stride;
  const f32 *bias;
  i32 accumulate;
  /* Output rows of the panel that exist. */
  i32 lanes;
} PanelOutput;

/*
 * Rows of the tile that kernels use for a block of `rows`: the next larger size they are made for, the largest for more rows than that.
 * Blocks of activations are laid out for tiles; rows of a tile beyond the block's are computed from whatever lies there and dropped.
 */
i64 linear_float_rows(i64 rows);
i64 linear_int_rows(i64 rows);
#define FEW_ROWS 4
/* Rows of all blocks but the last, where so many rows are cut into blocks of about the same size. */
i64 linear_int_block(i64 rows);

/* Whether so many rows go faster with panels widened to f32 first. */
int linear_should_widen(const LinearMatrix *matrix, i64 rows);
/* Rows of the tile, at most, where they are not: few, where weights are widened again for every tile. */
i64 linear_direct_rows(const LinearMatrix *matrix, i64 rows);
/* x: `[columns][tile rows]`; at most `linear_direct_rows` rows. */
void linear_float_panel(const LinearMatrix *matrix, const u8 *panel, const f32 *x, i64 rows, const PanelOutput *output);
/* The same for a panel that `linear_widen_panel` wrote. */
void linear_f32_panel(i64 columns, const f32 *panel, const f32 *x, i64 rows, const PanelOutput *output);
/* Writes the panel as f32 `[columns][16]`: the same numbers `linear_float_panel` multiplies with. */
void linear_widen_panel(const LinearMatrix *matrix, const u8 *panel, f32 *to);

/* Activations of a block, quantised per ACTIVATION_GROUP of columns, with rows padded to the tile's. */
typedef struct {
  i64 rows;
  /* `[columns / ACTIVATION_GROUP][planes][ACTIVATION_GROUP / K_STEP][rows]` words of K_STEP activations, the plane of high bits first. */
  i32 *words;
  /* `[columns / ACTIVATION_GROUP][rows]` (linear-dot.h) */
  f32 *scales;
  /* `[columns / ACTIVATION_GROUP][rows]`: what the integer sum starts from. */
  i32 *starts;
  /* `[columns / group][rows]`: sum of the group's dequantised activations, multiplies offsets. */
  f32 *sums;
} QuantBlock;

/* What is asked for while a panel is multiplied: a line at `at` with every step of codes that is loaded, `step` bytes apart. */
typedef struct {
  const u8 *at;
  i64 step;
} Fetch;

void linear_int_panel(const LinearMatrix *matrix, const u8 *panel, Fetch fetch, const QuantBlock *x, i64 rows, const PanelOutput *output);

#endif

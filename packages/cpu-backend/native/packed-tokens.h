/* Dense tokens of one KV head as rows of f32, and their products with a basis. */
#ifndef KVASIR_PACKED_TOKENS_H
#define KVASIR_PACKED_TOKENS_H
#include "kv-store.h"
#include "simd.h"

/* Tokens of a sequence: slots `skip` and on of the pages, one page after the other. */
typedef struct {
  const KvLayer *layer;
  const i32 *pages;
  i64 kv_head, skip;
} TokenRun;

/* Floats from one row to the next; what lies behind the last channel is 0. */
INLINE i64 row_stride(i64 head_dim) { return (head_dim + 15) / 16 * 16; }

/* Tokens first .. first + count - 1 of a run as [count][row_stride]. */
void read_run(const TokenRun *run, i64 first, i64 count, f32 *keys, f32 *values);

/*
 * out[row][column] = sum over i of x[row][i] matrix[i][column]. Rows of x are row_stride(inner) apart, rows of matrix and out `columns`,
 * a multiple of 16. Each element adds up in the order of i, whatever the number of rows.
 */
void multiply_rows(const f32 *x, i64 rows, i64 inner, const f32 *matrix, i64 columns, f32 *out);

/* |B_j|^2 of a row [head_dim]. */
f32 row_energy(const u16 *row, i64 head_dim);

/*
 * matrix[i][j] = rows[j][i] factors[j], the operand that makes `multiply_rows` give products with rows; 0 for j from `count` up to
 * `columns`, a multiple of 16. rows: bf16 [count][head_dim], readable 32 bytes beyond its end.
 */
void transpose_rows(const u16 *rows, i64 count, i64 head_dim, const f32 *factors, f32 *matrix, i64 columns);

/* Sum of squares of `count` floats, a multiple of 16. */
INLINE f64 energy_of(const f32 *x, i64 count) {
  vf sum = {0};
  for (i64 i = 0; i < count; i += VW) sum += load(x + i) * load(x + i);
  return sum_lanes(sum);
}

#endif

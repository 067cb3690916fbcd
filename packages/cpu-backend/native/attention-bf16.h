/*
 * The two products of attention over bf16 pages, whose elements lie in pairs (kv-store.h): with instructions that multiply pairs of
 * bf16, where there are any, and otherwise in f32.
 *
 * Both are sums in a fixed order, so all numbers of rows give the same bits; but what the instructions do with a pair (the rounding
 * between its products, subnormal numbers as 0) is the machine's.
 */
#ifndef KVASIR_ATTENTION_BF16_H
#define KVASIR_ATTENTION_BF16_H
#include "attention-kernels.h"

/* A bf16 pair as it lies in memory: the element of the even channel or token is the lower half. */
typedef u32 Pair;
typedef u32 pair_loose __attribute__((may_alias));
typedef u32 vu_loose __attribute__((vector_size(VW * 4), aligned(4), may_alias));

INLINE vu load_pairs(const u8 *at) { return *(const vu_loose *)at; }
INLINE vf even_of(vu pairs) { return (vf)(pairs << 16); }
INLINE vf odd_of(vu pairs) { return (vf)(pairs & 0xffff0000u); }

#if defined(__AVX512BF16__)
#define HAS_PAIR_PRODUCTS 1
/* Queries [headDim / 2][rows] and probabilities [rows][BLOCK_TOKENS / 2] are pairs. */
typedef Pair Operand;

INLINE vf add_product(vf sum, vu pairs, const Operand *operand) {
  __m512i other = _mm512_set1_epi32((int)*(const pair_loose *)operand);
  return (vf)_mm512_dpbf16_ps((__m512)sum, (__m512bh)pairs, (__m512bh)other);
}
#else
#define HAS_PAIR_PRODUCTS 0
/* Queries [headDim][rows] and probabilities [rows][BLOCK_TOKENS] are bf16 values in f32. */
typedef f32 Operand;
#endif

/* Elements of one row's probabilities. */
#define ROW_OPERANDS (HAS_PAIR_PRODUCTS ? BLOCK_TOKENS / 2 : BLOCK_TOKENS)

/* sums[row][vector] += the products of pairs with the operands of each row: `stride` from row to row, `odd` from even to odd element. */
#define ADD_IN_F32(sum, rows, vectors, pairs, operands, stride, odd) \
  do { \
    vf element[16]; \
    _Pragma("GCC unroll 16") for (int v = 0; v < vectors; v++) element[v] = even_of(pairs[v]); \
    _Pragma("GCC unroll 16") for (int r = 0; r < rows; r++) { \
      vf operand = splat(operands[(__SIZE_TYPE__)(r * (stride))]); \
      _Pragma("GCC unroll 16") for (int v = 0; v < vectors; v++) sum[r][v] += operand * element[v]; \
    } \
    _Pragma("GCC unroll 16") for (int v = 0; v < vectors; v++) element[v] = odd_of(pairs[v]); \
    _Pragma("GCC unroll 16") for (int r = 0; r < rows; r++) { \
      vf operand = splat(operands[(__SIZE_TYPE__)(r * (stride) + (odd))]); \
      _Pragma("GCC unroll 16") for (int v = 0; v < vectors; v++) sum[r][v] += operand * element[v]; \
    } \
  } while (0)

#define ADD_PAIRS(sum, rows, vectors, pairs, operands, stride) \
  _Pragma("GCC unroll 16") for (int r = 0; r < rows; r++) \
    _Pragma("GCC unroll 16") for (int v = 0; v < vectors; v++) sum[r][v] = add_product(sum[r][v], pairs[v], operands + r * (stride))

/*
 * scores[row][token] = queries[:, row] . keys[:, token] for the tiles [first_tile, end_tile) of a block, as `score_rows` does.
 * `in_f32`: queries are f32 [headDim][rows], of whatever precision; otherwise operands.
 */
INLINE void score_pairs(int in_f32, int rows, int vectors, const void *queries, u8 *const *keys, i64 dim, i64 first_tile, i64 end_tile, f32 *scores) {
  const int tokens = vectors * VW;
  for (i64 token = first_tile * TILE; token < end_tile * TILE; token += tokens) {
    const u8 *at[BLOCK_TILES];
    for (int t = 0; t < BLOCK_TILES && t * TILE < tokens; t++) at[t] = keys[min_i64(token / TILE + t, end_tile - 1)];
    if (tokens < TILE) at[0] += token % TILE * 4;
    const f32 *floats = queries;
    const Operand *operands = queries;
    vf sum[MAX_ROWS][16];
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 16
      for (int v = 0; v < vectors; v++) sum[r][v] = (vf){0};
    for (i64 d = dim; d > 0; d -= 2) {
      vu pairs[16];
#pragma GCC unroll 16
      for (int v = 0; v < vectors; v++) pairs[v] = load_pairs(at[v * VW / TILE] + (__SIZE_TYPE__)(v * VW % TILE * 4));
      if (in_f32) {
        ADD_IN_F32(sum, rows, vectors, pairs, floats, 1, rows);
        floats += 2 * rows;
      } else {
#if HAS_PAIR_PRODUCTS
        ADD_PAIRS(sum, rows, vectors, pairs, operands, 1);
        operands += rows;
#endif
      }
      for (int t = 0; t < BLOCK_TILES && t * TILE < tokens; t++) at[t] += TILE * 4;
    }
    (void)operands;
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 16
      for (int v = 0; v < vectors; v++)
        if (token + v * VW < end_tile * TILE) store(scores + r * BLOCK_TOKENS + token + v * VW, sum[r][v]);
  }
}

/*
 * out[row][channel] = out[row][channel] * factors[row] + sum over tokens of probabilities[row][token] * values[token][channel], for
 * the pairs [first, end) of tokens of a block and the channels [channel, channel + vectors * VW), as `add_values` does.
 */
INLINE void add_value_pairs(int rows, int vectors, const Operand *probabilities, const f32 *factors, u8 *const *values, i64 padded_dim,
                            i64 channel, i64 first, i64 end, f32 *out) {
  vf sum[MAX_ROWS][16];
#pragma GCC unroll 16
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 16
    for (int v = 0; v < vectors; v++) sum[r][v] = load(out + r * padded_dim + channel + v * VW) * splat(factors[r]);
  for (i64 pair = first; pair < end;) {
    const i64 tile_pairs = TILE / 2;
    const u8 *value_at = values[pair / tile_pairs] + (pair % tile_pairs * padded_dim + channel) * 4;
    const Operand *probability_at = probabilities + pair * (HAS_PAIR_PRODUCTS ? 1 : 2);
    i64 stop = min_i64(end, (pair / tile_pairs + 1) * tile_pairs);
    for (i64 left = stop - pair; left > 0; left--) {
      vu pairs[16];
#pragma GCC unroll 16
      for (int v = 0; v < vectors; v++) pairs[v] = load_pairs(value_at + (__SIZE_TYPE__)(v * VW * 4));
#if HAS_PAIR_PRODUCTS
      ADD_PAIRS(sum, rows, vectors, pairs, probability_at, ROW_OPERANDS);
      probability_at++;
#else
      ADD_IN_F32(sum, rows, vectors, pairs, probability_at, ROW_OPERANDS, 1);
      probability_at += 2;
#endif
      value_at += padded_dim * 4;
    }
    pair = stop;
  }
#pragma GCC unroll 16
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 16
    for (int v = 0; v < vectors; v++) store(out + r * padded_dim + channel + v * VW, sum[r][v]);
}

#endif

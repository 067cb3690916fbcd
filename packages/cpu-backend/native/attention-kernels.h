/*
 * The two products of attention for a few rows and one block of tokens, for every storage type of keys and values.
 *
 * Register blocks are compile-time constants: these functions are always inlined into switches over them.
 */
#ifndef KVASIR_ATTENTION_KERNELS_H
#define KVASIR_ATTENTION_KERNELS_H
#include "attention.h"
#include "simd.h"

/* Most rows a kernel takes at once, and the vectors of tokens (scores) and of channels (outputs) beside them. */
#if VW == 16
#define MAX_ROWS 12
#elif VW == 8 || defined(__aarch64__)
#define MAX_ROWS 6
#else
#define MAX_ROWS 4
#endif

/* Not for bf16, whose elements lie in pairs: attention-bf16.h. The index is unsigned so that a compiler for WebAssembly may fold constants into the offset of the load. */
INLINE vf load_kv(int type, const u8 *base, __SIZE_TYPE__ index) {
  switch (type) {
    case KV_F16: return load_f16((const u16 *)base + index);
    case KV_INT8: return load_i8((const i8 *)base + index);
    default: return load((const f32 *)base + index);
  }
}

/* Bytes of one element. */
INLINE i64 kv_bytes(int type) { return type == KV_F32 ? 4 : type == KV_INT8 ? 1 : 2; }

/*
 * scores[row][token] = queries[:, row] . keys[:, token] for the tiles [first_tile, end_tile) of a block.
 * queries: [headDim][rows]; keys: one address per tile; scores: [rows][BLOCK_TOKENS].
 */
INLINE void score_rows(int type, int rows, int vectors, const f32 *queries, u8 *const *keys, i64 dim, i64 first_tile, i64 end_tile, f32 *scores) {
  const int tokens = vectors * VW;
  for (i64 token = first_tile * TILE; token < end_tile * TILE; token += tokens) {
    /* A group that reaches past the end computes its last tile again; nobody reads those scores. */
    const u8 *at[BLOCK_TILES];
    for (int t = 0; t < BLOCK_TILES && t * TILE < tokens; t++) at[t] = keys[min_i64(token / TILE + t, end_tile - 1)];
    if (tokens < TILE) at[0] += token % TILE * kv_bytes(type);
    const f32 *query_at = queries;
    vf sum[MAX_ROWS][16];
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 16
      for (int v = 0; v < vectors; v++) sum[r][v] = (vf){0};
    for (i64 d = dim; d > 0; d--) {
      vf key[16];
#pragma GCC unroll 16
      for (int v = 0; v < vectors; v++) key[v] = load_kv(type, at[v * VW / TILE], (__SIZE_TYPE__)(v * VW % TILE));
#pragma GCC unroll 16
      for (int r = 0; r < rows; r++) {
        vf query = splat(query_at[(__SIZE_TYPE__)r]);
#pragma GCC unroll 16
        for (int v = 0; v < vectors; v++) sum[r][v] += query * key[v];
      }
      query_at += rows;
      for (int t = 0; t < BLOCK_TILES && t * TILE < tokens; t++) at[t] += TILE * kv_bytes(type);
    }
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 16
      for (int v = 0; v < vectors; v++)
        if (token + v * VW < end_tile * TILE) store(scores + r * BLOCK_TOKENS + token + v * VW, sum[r][v]);
  }
}

/*
 * out[row][channel] = out[row][channel] * factors[row] + sum over tokens of probabilities[row][token] * values[token][channel], for
 * the tokens [first, end) of a block and the channels [channel, channel + vectors * VW).
 * values: one address per tile; probabilities: [rows][BLOCK_TOKENS]; out: [rows][padded_dim].
 */
INLINE void add_values(int type, int rows, int vectors, const f32 *probabilities, const f32 *factors, u8 *const *values, i64 padded_dim,
                       i64 channel, i64 first, i64 end, f32 *out) {
  vf sum[MAX_ROWS][16];
#pragma GCC unroll 16
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 16
    for (int v = 0; v < vectors; v++) sum[r][v] = load(out + r * padded_dim + channel + v * VW) * splat(factors[r]);
  for (i64 token = first; token < end;) {
    const u8 *value_at = values[token / TILE] + (token % TILE * padded_dim + channel) * kv_bytes(type);
    const f32 *probability_at = probabilities + token;
    i64 stop = min_i64(end, (token / TILE + 1) * TILE);
    for (i64 left = stop - token; left > 0; left--) {
      vf value[16];
#pragma GCC unroll 16
      for (int v = 0; v < vectors; v++) value[v] = load_kv(type, value_at, (__SIZE_TYPE__)(v * VW));
#pragma GCC unroll 16
      for (int r = 0; r < rows; r++) {
        vf probability = splat(probability_at[(__SIZE_TYPE__)(r * BLOCK_TOKENS)]);
#pragma GCC unroll 16
        for (int v = 0; v < vectors; v++) sum[r][v] += probability * value[v];
      }
      value_at += padded_dim * kv_bytes(type);
      probability_at++;
    }
    token = stop;
  }
#pragma GCC unroll 16
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 16
    for (int v = 0; v < vectors; v++) store(out + r * padded_dim + channel + v * VW, sum[r][v]);
}

#endif

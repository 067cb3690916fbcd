/* Inner loops over packed tokens: unpacking tiles, and the products with few rows. Inlined where their constants are known. */
#ifndef KVASIR_PACKED_KERNELS_H
#define KVASIR_PACKED_KERNELS_H
#include "packed-attend.h"

/* -- Sums over lanes -------------------------------------------------------------------------------------------------------- */

/* to[0..3] = the sums over the lanes of four vectors, always added in the same order. */
INLINE void fold4(vf a, vf b, vf c, vf d, f32 *to) {
#if VW == 16
  __m512 ab = _mm512_add_ps(_mm512_unpacklo_ps((__m512)a, (__m512)b), _mm512_unpackhi_ps((__m512)a, (__m512)b));
  __m512 cd = _mm512_add_ps(_mm512_unpacklo_ps((__m512)c, (__m512)d), _mm512_unpackhi_ps((__m512)c, (__m512)d));
  __m512d low = _mm512_unpacklo_pd((__m512d)ab, (__m512d)cd), high = _mm512_unpackhi_pd((__m512d)ab, (__m512d)cd);
  __m512 parts = _mm512_add_ps((__m512)low, (__m512)high);
  __m256 halves = _mm256_add_ps(_mm512_castps512_ps256(parts), _mm512_extractf32x8_ps(parts, 1));
  _mm_storeu_ps(to, _mm_add_ps(_mm256_castps256_ps128(halves), _mm256_extractf128_ps(halves, 1)));
#elif VW == 8
  __m256 parts = _mm256_hadd_ps(_mm256_hadd_ps((__m256)a, (__m256)b), _mm256_hadd_ps((__m256)c, (__m256)d));
  _mm_storeu_ps(to, _mm_add_ps(_mm256_castps256_ps128(parts), _mm256_extractf128_ps(parts, 1)));
#elif defined(__SSE3__)
  _mm_storeu_ps(to, _mm_hadd_ps(_mm_hadd_ps((__m128)a, (__m128)b), _mm_hadd_ps((__m128)c, (__m128)d)));
#elif defined(__aarch64__)
  vst1q_f32(to, vpaddq_f32(vpaddq_f32((float32x4_t)a, (float32x4_t)b), vpaddq_f32((float32x4_t)c, (float32x4_t)d)));
#else
  vf ab = __builtin_shufflevector(a, b, 0, 2, 4, 6) + __builtin_shufflevector(a, b, 1, 3, 5, 7);
  vf cd = __builtin_shufflevector(c, d, 0, 2, 4, 6) + __builtin_shufflevector(c, d, 1, 3, 5, 7);
  store(to, __builtin_shufflevector(ab, cd, 0, 2, 4, 6) + __builtin_shufflevector(ab, cd, 1, 3, 5, 7));
#endif
}

/* -- Unpacking -------------------------------------------------------------------------------------------------------------- */

/* Keeps the first `count` lanes of a vector, whatever the others hold. */
INLINE vf first_lanes(vf x, i64 count) { return (vf)((vi)x & (vi)(lane_numbers() < splat_i32((i32)count))); }

/* Clears what stands behind the last channel. */
INLINE void clear_tail(f32 *coefficients, i64 channels, i64 stride) {
  for (i64 i = channels / VW * VW; i < stride; i += VW) store(coefficients + i, first_lanes(load(coefficients + i), channels - i));
}

/* Codes of 4 bits by shifts that differ from lane to lane, which not all targets have. */
#if VW >= 8
#define HAS_CODES_BY_SHIFT 1
INLINE vf load_codes(const u8 *at) {
  vi words = splat_i32((i32)packed_u32(at));
#if VW == 16
  words = (vi)choose(lane_numbers() > 7, (vf)splat_i32((i32)packed_u32(at + 4)), (vf)words);
#endif
  vi codes = words << (28 - 4 * (lane_numbers() & 7)) >> 28;
  return __builtin_convertvector(codes, vf);
}
#else
#define HAS_CODES_BY_SHIFT 0
#endif

#if VW == 16
/* 16 elements from memory; int8 without their scale. */
INLINE vf load_packed(int elements, const u8 *at) {
  return elements == PACKED_BF16 ? (vf)(widen_u16((const u16 *)at) << 16) : load_i8((const i8 *)at);
}

/* Elements are read where they lie, from wherever the next one stands: a detour over a buffer would wait for its own stores. */
INLINE void unpack_in_place(int elements, int group, const PackedFormat *f, const PackedPlanes *planes, i64 first, i64 count, f32 *to) {
  const i64 words = whole_words(f->channels) / 16, size = elements == PACKED_BF16 ? 2 : 1;
  for (i64 i = first; i < first + count; i++) {
    const u8 *at = planes->elements + i * f->element_bytes, *bitmap = planes->bitmaps + i * f->bitmap_bytes;
    f32 scale = elements == PACKED_BF16 ? 1.0f : f32_of_bf16(packed_u16(planes->scales + i * f->scale_bytes));
    for (i64 word = 0; word < words; word++, to += 16) {
      u32 mask = kept_channels(bitmap, word, group);
      vf x = (vf)_mm512_maskz_expand_ps((__mmask16)mask, (__m512)load_packed(elements, at));
      store(to, elements == PACKED_BF16 ? x : x * scale);
      at += size * __builtin_popcount(mask);
    }
  }
}

/* Products of one query with vectors that nobody else needs: without a tile between. Up to 3 scores past the last are written. */
INLINE void score_in_place(int elements, int group, const PackedFormat *f, const PackedPlanes *planes, i64 first, i64 count, const f32 *query, f32 *scores) {
  const i64 words = whole_words(f->channels) / 16, size = elements == PACKED_BF16 ? 2 : 1;
  for (i64 i = 0; i < count; i += 4) {
    const u8 *at[4], *bitmap[4];
    vf sum[4];
    f32 scale[4];
#pragma GCC unroll 4
    for (int v = 0; v < 4; v++) {
      i64 vector = first + min_i64(i + v, count - 1);
      at[v] = planes->elements + vector * f->element_bytes;
      bitmap[v] = planes->bitmaps + vector * f->bitmap_bytes;
      scale[v] = elements == PACKED_BF16 ? 1.0f : f32_of_bf16(packed_u16(planes->scales + vector * f->scale_bytes));
      sum[v] = (vf){0};
    }
    for (i64 word = 0; word < words; word++) {
      vf part = load(query + 16 * word);
#pragma GCC unroll 4
      for (int v = 0; v < 4; v++) {
        u32 mask = kept_channels(bitmap[v], word, group);
        sum[v] += part * (vf)_mm512_maskz_expand_ps((__mmask16)mask, (__m512)load_packed(elements, at[v]));
        at[v] += size * __builtin_popcount(mask);
      }
    }
    fold4(sum[0], sum[1], sum[2], sum[3], scores + i);
    if (elements == PACKED_INT8)
      for (int v = 0; v < 4; v++) scores[i + v] *= scale[v];
  }
}
#endif

/* The bitmaps of vectors whose elements have been unpacked to `kept`. */
INLINE void expand_vectors(int group, const PackedFormat *f, const PackedPlanes *planes, i64 first, i64 count, const f32 *kept, i64 kept_stride, f32 *to) {
  for (i64 i = 0; i < count; i++, kept += kept_stride) {
    const u8 *bitmap = planes->bitmaps + (first + i) * f->bitmap_bytes;
    const f32 *next = kept;
    for (i64 word = 0; word < whole_words(f->channels) / 16; word++, to += 16) {
      u32 mask = kept_channels(bitmap, word, group);
      for (int part = 0; part < 16; part += VW) {
        u32 lanes = mask >> part & ((1u << VW) - 1u);
        store(to + part, expand_lanes(next, lanes));
        next += __builtin_popcount(lanes);
      }
    }
  }
}

/* -- Products --------------------------------------------------------------------------------------------------------------- */

/* Rows that a kernel takes at once, and vectors of channels beside them where values add up. */
#define PACKED_ROWS 4
#define PACKED_VECTORS (VW == 16 ? 4 : 2)

/*
 * scores[row][token] = queries[row] . tile[token] for `count` tokens, rows PACKED_TILE apart; up to 3 tokens past the last are computed
 * too. All rows are `stride` floats wide.
 */
INLINE void score_tile(int rows, const f32 *queries, const f32 *tile, i64 stride, i64 count, f32 *scores) {
  for (i64 token = 0; token < count; token += 4) {
    const f32 *at = tile + token * stride;
    vf sum[PACKED_ROWS][4];
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 16
      for (int t = 0; t < 4; t++) sum[r][t] = (vf){0};
    for (i64 i = 0; i < stride; i += VW) {
      vf element[4];
#pragma GCC unroll 16
      for (int t = 0; t < 4; t++) element[t] = load(at + t * stride + i);
#pragma GCC unroll 16
      for (int r = 0; r < rows; r++) {
        vf query = load(queries + r * stride + i);
#pragma GCC unroll 16
        for (int t = 0; t < 4; t++) sum[r][t] += query * element[t];
      }
    }
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++) fold4(sum[r][0], sum[r][1], sum[r][2], sum[r][3], scores + r * PACKED_TILE + token);
  }
}

/*
 * out[row][i] = out[row][i] * factors[row] + sum over tokens of weights[row][token] * tile[token][i] for the channels [first, first +
 * vectors * VW). Weights are PACKED_TILE apart, the other rows `stride`.
 */
INLINE void add_tile(int rows, int vectors, const f32 *weights, const f32 *factors, const f32 *tile, i64 stride, i64 first, i64 count, f32 *out) {
  vf sum[PACKED_ROWS][4];
#pragma GCC unroll 16
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 16
    for (int v = 0; v < vectors; v++) sum[r][v] = load(out + r * stride + first + v * VW) * splat(factors[r]);
  const f32 *at = tile + first;
  for (i64 token = 0; token < count; token++, at += stride) {
    vf element[4];
#pragma GCC unroll 16
    for (int v = 0; v < vectors; v++) element[v] = load(at + v * VW);
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++) {
      vf weight = splat(weights[r * PACKED_TILE + token]);
#pragma GCC unroll 16
      for (int v = 0; v < vectors; v++) sum[r][v] += weight * element[v];
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 16
    for (int v = 0; v < vectors; v++) store(out + r * stride + first + v * VW, sum[r][v]);
}

#endif

/*
 * Integer dot products of weight codes with quantised activations.
 *
 * A step is K_STEP consecutive columns of a panel: one 32-bit word per output row, holding K_STEP codes. Activations come as 32-bit words
 * too: four int8 where the target multiplies bytes, two int16 where it multiplies 16-bit numbers (then they are finer for nothing).
 */
#ifndef KVASIR_LINEAR_DOT_H
#define KVASIR_LINEAR_DOT_H

#include "linear-vector.h"

#if defined(__x86_64__) && (defined(__AVX2__) || defined(__SSSE3__))
#define K_STEP 4
#elif defined(__aarch64__) && defined(__ARM_FEATURE_DOTPROD)
#define K_STEP 4
#else
#define K_STEP 2
#endif

#define CODE_BITS (32 / K_STEP)
#define CODE_MASK ((i32)((1u << (CODE_BITS - 1)) * 2 - 1))

#if K_STEP == 4
typedef i8 activation;
/*
 * Activations are int8, or come in two planes of int8 that make up one integer, `high << PLANE_BITS | low`: 15 bits for u4 codes, which are so
 * small that reading them leaves time for a second product; 14 bits for u8 codes, where the low plane must stay small (see `dot_u8`).
 */
#define PLANE_BITS(is_u4) ((is_u4) ? 8 : 7)
#define ACTIVATION_MAX(is_u4, planes) ((planes) == 1 ? 127 : (127 << PLANE_BITS(is_u4)) + (1 << (PLANE_BITS(is_u4) - 1)) - 1)
/*
 * Columns per activation scale, for weights in groups of `group` columns. For int8, half of llama.cpp's 32: the error of 8-bit activations is
 * what separates the result from f32, and one outlier spoils fewer neighbours. Two planes need no such care.
 */
#define ACTIVATION_GROUP(planes, group) ((planes) == 2 ? (group) : 16)
/** Bytes of one step of u8 codes for a whole panel; u4 codes take as much for two steps. */
#define STEP_BYTES (PANEL * 4)
#else
typedef i16 activation;
#define PLANE_BITS(is_u4) ((is_u4) * 0)
#define ACTIVATION_MAX(is_u4, planes) 32767
#define ACTIVATION_GROUP(planes, group) (group)
#define STEP_BYTES (PANEL * 2)
#endif
/** Bytes of one step of one vector of LANES outputs. */
#define STEP_VECTOR_BYTES (STEP_BYTES / PANEL_VECTORS)

/*
 * What `dot_u8` subtracts from every code: where bytes can only be multiplied as unsigned times signed with 16-bit saturation, codes
 * of 8 bits are centred first. The caller adds `DOT_U8_CENTRE * sum(x)` back, in integers.
 */
#if K_STEP == 2 || (LANES == 16 && defined(__AVX512VNNI__)) || (LANES == 8 && defined(__AVXVNNI__))
#define DOT_U8_CENTRE 0
#else
#define DOT_U8_CENTRE 128
#endif

/** Loads one step of byte codes: a word of K_STEP codes per lane. */
ALWAYS_INLINE vi load_step(const u8 *p) {
#if K_STEP == 4
  return load_i32(p);
#elif LANES == 16
  return (vi)_mm512_cvtepu8_epi16(_mm256_loadu_si256((const __m256i *)p));
#elif defined(__wasm_simd128__)
  return (vi)wasm_u16x8_load8x8(p);
#else
  typedef u8 bytes __attribute__((vector_size(8)));
  typedef u8 bytes_any __attribute__((vector_size(8), aligned(1), may_alias));
  typedef u16 shorts __attribute__((vector_size(16)));
  return (vi)__builtin_convertvector((bytes)(*(const bytes_any *)p), shorts);
#endif
}

/** The even and the odd step of a pair packed as nibbles. */
ALWAYS_INLINE vi low_nibbles(vi v) {
#if K_STEP == 4
  return v & 0x0f0f0f0f;
#else
  return v & 0x000f000f;
#endif
}
ALWAYS_INLINE vi high_nibbles(vi v) {
#if K_STEP == 4
  return (vi)((vu)v >> 4) & 0x0f0f0f0f;
#else
  return (vi)((vu)v >> 4) & 0x000f000f;
#endif
}

/** Code `j` of the step in every lane. */
ALWAYS_INLINE vi code_at(vi v, int j) { return (vi)((vu)v >> (CODE_BITS * j)) & CODE_MASK; }

#if K_STEP == 2
/** Products of 16-bit numbers, neighbours added. */
ALWAYS_INLINE vi multiply_pairs(vi a, vi b) {
#if defined(__wasm_simd128__)
  return (vi)wasm_i32x4_dot_i16x8((v128_t)a, (v128_t)b);
#elif defined(__SSE2__)
  return (vi)_mm_madd_epi16((__m128i)a, (__m128i)b);
#else
  return (a << 16 >> 16) * (b << 16 >> 16) + (a >> 16) * (b >> 16);
#endif
}
#endif

#if DOT_U8_CENTRE && defined(__x86_64__)
/** Unsigned times signed bytes, four neighbours added; right while neighbouring products stay below 2^15. */
ALWAYS_INLINE vi multiply_bytes(vi codes, vi x) {
#if LANES == 16
  return (vi)_mm512_madd_epi16(_mm512_maddubs_epi16((__m512i)codes, (__m512i)x), _mm512_set1_epi16(1));
#elif LANES == 8
  return (vi)_mm256_madd_epi16(_mm256_maddubs_epi16((__m256i)codes, (__m256i)x), _mm256_set1_epi16(1));
#else
  return (vi)_mm_madd_epi16(_mm_maddubs_epi16((__m128i)codes, (__m128i)x), _mm_set1_epi16(1));
#endif
}
#endif

/** `sum + codes . x` for codes of at most 7 bits; `x` holds the same word in every lane. */
ALWAYS_INLINE vi dot_u7(vi sum, vi codes, vi x) {
#if K_STEP == 2
  return sum + multiply_pairs(codes, x);
#elif LANES == 16 && defined(__AVX512VNNI__)
  return (vi)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)codes, (__m512i)x);
#elif LANES == 8 && defined(__AVXVNNI__)
  return (vi)_mm256_dpbusd_avx_epi32((__m256i)sum, (__m256i)codes, (__m256i)x);
#elif defined(__aarch64__)
  return (vi)vdotq_s32((int32x4_t)sum, (int8x16_t)codes, (int8x16_t)x);
#else
  return sum + multiply_bytes(codes, x);
#endif
}

/** `sum + (codes - DOT_U8_CENTRE) . x` for codes of up to 8 bits. */
ALWAYS_INLINE vi dot_u8(vi sum, vi codes, vi x) {
#if DOT_U8_CENTRE == 0
  return dot_u7(sum, codes, x);
#elif defined(__aarch64__)
  return (vi)vdotq_s32((int32x4_t)sum, (int8x16_t)(codes ^ (i32)0x80808080), (int8x16_t)x);
#else
  vi centred = codes ^ (i32)0x80808080;
#if LANES == 16
  __mmask64 negative = _mm512_movepi8_mask((__m512i)centred);
  __m512i signed_x = _mm512_mask_sub_epi8((__m512i)x, negative, _mm512_setzero_si512(), (__m512i)x);
  return sum + multiply_bytes((vi)_mm512_abs_epi8((__m512i)centred), (vi)signed_x);
#elif LANES == 8
  return sum + multiply_bytes((vi)_mm256_abs_epi8((__m256i)centred), (vi)_mm256_sign_epi8((__m256i)x, (__m256i)centred));
#else
  return sum + multiply_bytes((vi)_mm_abs_epi8((__m128i)centred), (vi)_mm_sign_epi8((__m128i)x, (__m128i)centred));
#endif
#endif
}

#endif

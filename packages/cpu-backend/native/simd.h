/* Vectors as wide as the target's registers, by GCC/clang vector extensions. */
#ifndef KVASIR_SIMD_H
#define KVASIR_SIMD_H
#include "base.h"

#if defined(__AVX512F__)
#define VW 16
#elif defined(__AVX__)
#define VW 8
#else
#define VW 4
#endif

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

typedef f32 vf __attribute__((vector_size(VW * 4)));
typedef i32 vi __attribute__((vector_size(VW * 4)));
typedef u32 vu __attribute__((vector_size(VW * 4)));
typedef u16 vh __attribute__((vector_size(VW * 2)));
typedef i8 vb __attribute__((vector_size(VW)));
typedef f32 vf_loose __attribute__((vector_size(VW * 4), aligned(4), may_alias));
typedef i32 vi_loose __attribute__((vector_size(VW * 4), aligned(4), may_alias));
typedef u16 vh_loose __attribute__((vector_size(VW * 2), aligned(2), may_alias));
typedef i8 vb_loose __attribute__((vector_size(VW), aligned(1), may_alias));

#if VW == 16
#define LANES {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}
#elif VW == 8
#define LANES {0, 1, 2, 3, 4, 5, 6, 7}
#else
#define LANES {0, 1, 2, 3}
#endif

INLINE vf load(const f32 *at) { return *(const vf_loose *)at; }
INLINE void store(f32 *at, vf x) { *(vf_loose *)at = x; }
INLINE vf splat(f32 x) { return x - (vf){0}; }
INLINE vi splat_i32(i32 x) { return x - (vi){0}; }
INLINE vi lane_numbers(void) { return (vi)LANES; }

/* `mask` lanes are 0 or -1. */
INLINE vf choose(vi mask, vf yes, vf no) { return (vf)(((vi)yes & mask) | ((vi)no & ~mask)); }

/* Larger of two, lane by lane; neither is NaN. */
INLINE vf vmax(vf a, vf b) {
#if VW == 16
  return (vf)_mm512_max_ps((__m512)a, (__m512)b);
#elif VW == 8
  return (vf)_mm256_max_ps((__m256)a, (__m256)b);
#elif defined(__x86_64__)
  return (vf)_mm_max_ps((__m128)a, (__m128)b);
#elif defined(__aarch64__)
  return (vf)vmaxq_f32((float32x4_t)a, (float32x4_t)b);
#else
  return (vf)__builtin_wasm_pmax_f32x4(a, b);
#endif
}

/* Sums pairwise: lane i with lane i + half, so the order is fixed for a given width. */
INLINE f32 sum_lanes(vf x) {
  f32 lane[VW];
  store(lane, x);
  for (int half = VW / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) lane[i] += lane[i + half];
  return lane[0];
}

INLINE f32 max_lanes(vf x) {
#if VW == 16
  return _mm512_reduce_max_ps((__m512)x);
#else
  f32 lane[VW];
  store(lane, x);
  for (int half = VW / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) lane[i] = lane[i] > lane[i + half] ? lane[i] : lane[i + half];
  return lane[0];
#endif
}

/* -- Element types of KV pages and weights -------------------------------------------------------------------------------- */

/* gcc widens vectors of narrow integers piece by piece, hence the intrinsics. */
INLINE vu widen_u16(const u16 *at) {
#if VW == 16
  return (vu)_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)at));
#elif VW == 8
  return (vu)_mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)at));
#elif defined(__x86_64__)
  return (vu)_mm_cvtepu16_epi32(_mm_loadl_epi64((const __m128i *)at));
#else
  return __builtin_convertvector(*(const vh_loose *)at, vu);
#endif
}

INLINE vf load_i8(const i8 *at) {
#if VW == 16
  return (vf)_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)at)));
#elif VW == 8
  return (vf)_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)at)));
#elif defined(__x86_64__)
  return (vf)_mm_cvtepi32_ps(_mm_cvtepi8_epi32(_mm_loadu_si32(at)));
#else
  return __builtin_convertvector(__builtin_convertvector(*(const vb_loose *)at, vi), vf);
#endif
}

INLINE vf load_f16(const u16 *at) {
#if VW == 16
  return (vf)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)at));
#elif VW == 8
  return (vf)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)at));
#elif defined(__aarch64__)
  return (vf)vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(at)));
#else
  /* Moving the exponent by a product handles subnormals; infinities and NaN keep an all-ones exponent. */
  vu half = widen_u16(at);
  vu magnitude = (half & 0x7fffu) << 13;
  vf scaled = (vf)magnitude * 0x1p112f;
  vu special = (vu)(magnitude >= 0x0f800000u) & 0x7f800000u;
  return (vf)((vu)scaled | special | ((half & 0x8000u) << 16));
#endif
}

/* Round to nearest, ties to even; NaN stays NaN. */
INLINE u16 bf16_of(f32 x) {
  u32 u = bits_of(x);
  if ((u & 0x7fffffffu) > 0x7f800000u) return (u16)((u >> 16) | 0x40u);
  return (u16)((u + 0x7fffu + ((u >> 16) & 1u)) >> 16);
}
INLINE f32 f32_of_bf16(u16 h) { return float_of((u32)h << 16); }

INLINE u16 f16_of(f32 x) {
  u32 u = bits_of(x), sign = (u >> 16) & 0x8000u, magnitude = u & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return (u16)(sign | 0x7e00u);
  if (magnitude >= 0x477ff000u) return (u16)(sign | 0x7c00u);
  /* Subnormal: adding 0.5 aligns the last bit kept with the last bit of the sum's fraction, and the addition rounds. */
  if (magnitude < 0x38800000u) return (u16)(sign | (bits_of(float_of(magnitude) + 0.5f) - 0x3f000000u));
  return (u16)(sign | ((magnitude - 0x38000000u + 0xfffu + ((magnitude >> 13) & 1u)) >> 13));
}
INLINE f32 f32_of_f16(u16 h) {
  u32 magnitude = (u32)(h & 0x7fffu) << 13;
  u32 special = magnitude >= 0x0f800000u ? 0x7f800000u : 0u;
  return float_of(bits_of(float_of(magnitude) * 0x1p112f) | special | ((u32)(h & 0x8000u) << 16));
}

#endif

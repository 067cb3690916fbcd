/* Vectors for the matrix kernels: as wide as the target allows, always a divisor of the 16 outputs of a panel. */
#ifndef KVASIR_LINEAR_VECTOR_H
#define KVASIR_LINEAR_VECTOR_H

#include "base.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__wasm_simd128__)
#include <wasm_simd128.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#if defined(__AVX512F__) && defined(__AVX512BW__)
#define LANES 16
#elif defined(__AVX2__) && defined(__FMA__)
#define LANES 8
#else
#define LANES 4
#endif

/** Whether kernels ask for the next panel of weights: where wide vectors leave instructions for it, which narrower ones need themselves. */
#define FETCHES_AHEAD (LANES == 16)

/** Output rows of a matrix that lie side by side in memory: lane i of a panel belongs to output row `16 * panel + i`. */
#define PANEL 16
#define PANEL_VECTORS (PANEL / LANES)

#define ALWAYS_INLINE static inline __attribute__((always_inline, unused))
#define UNROLL _Pragma("GCC unroll 32")

typedef float vf __attribute__((vector_size(LANES * 4)));
typedef i32 vi __attribute__((vector_size(LANES * 4)));
typedef u32 vu __attribute__((vector_size(LANES * 4)));
/* What may lie anywhere in memory. */
typedef float vf_any __attribute__((vector_size(LANES * 4), aligned(4), may_alias));
typedef i32 vi_any __attribute__((vector_size(LANES * 4), aligned(1), may_alias));
typedef u16 vh __attribute__((vector_size(LANES * 2)));
typedef u16 vh_any __attribute__((vector_size(LANES * 2), aligned(2), may_alias));
typedef i32 word_any __attribute__((aligned(1), may_alias));
typedef u16 half_any __attribute__((aligned(1), may_alias));
typedef float float_any __attribute__((aligned(1), may_alias));

ALWAYS_INLINE vf load_f32(const void *p) { return *(const vf_any *)p; }
ALWAYS_INLINE void store_f32(void *p, vf v) { *(vf_any *)p = v; }
ALWAYS_INLINE vi load_i32(const void *p) { return *(const vi_any *)p; }

ALWAYS_INLINE vf splat_f32(float x) {
#if LANES == 16
  return (vf)_mm512_set1_ps(x);
#elif LANES == 8
  return (vf)_mm256_set1_ps(x);
#else
  return (vf){x, x, x, x};
#endif
}
ALWAYS_INLINE vi splat_i32(i32 x) {
#if LANES == 16
  return (vi)_mm512_set1_epi32(x);
#elif LANES == 8
  return (vi)_mm256_set1_epi32(x);
#else
  return (vi){x, x, x, x};
#endif
}

/** `a * b + c`: one rounding where the target has FMA, two where it has not, but the same in every kernel of one target. */
ALWAYS_INLINE vf multiply_add(vf a, vf b, vf c) {
#if LANES == 16
  return (vf)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif LANES == 8
  return (vf)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#elif defined(__aarch64__)
  return (vf)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
#else
  return a * b + c;
#endif
}

/** The same for one number. */
ALWAYS_INLINE f32 scalar_multiply_add(f32 a, f32 b, f32 c) {
#if LANES > 4 || defined(__aarch64__)
  return __builtin_fmaf(a, b, c);
#else
  return a * b + c;
#endif
}

ALWAYS_INLINE vf to_f32(vi v) {
#if LANES == 16
  return (vf)_mm512_cvtepi32_ps((__m512i)v);
#elif LANES == 8
  return (vf)_mm256_cvtepi32_ps((__m256i)v);
#else
  return __builtin_convertvector(v, vf);
#endif
}

/** bf16 is the upper half of f32. */
ALWAYS_INLINE vf load_bf16(const void *p) {
#if LANES == 16
  return (vf)_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)p)), 16);
#elif LANES == 8
  return (vf)_mm256_slli_epi32(_mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)p)), 16);
#elif defined(__wasm_simd128__)
  return (vf)wasm_i32x4_shl(wasm_u32x4_load16x4(p), 16);
#else
  return (vf)(__builtin_convertvector((vh)(*(const vh_any *)p), vu) << 16);
#endif
}

/* Without an instruction for it: the bits moved into place, then the exponent bias corrected by an exact multiplication, which also
 * makes subnormals right. Infinities and NaN of f16 do not occur in weights that work, and become large numbers. */
ALWAYS_INLINE vf widen_f16(vu h) {
  vf magnitude = (vf)((h & 0x7fff) << 13) * 0x1p112f;
  return (vf)((vu)magnitude | ((h & 0x8000) << 16));
}

ALWAYS_INLINE vf load_f16(const void *p) {
#if LANES == 16
  return (vf)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p));
#elif LANES == 8 && defined(__F16C__)
  return (vf)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p));
#elif defined(__aarch64__)
  return (vf)vcvt_f32_f16(vld1_f16((const __fp16 *)p));
#elif defined(__wasm_simd128__)
  return widen_f16((vu)wasm_u32x4_load16x4(p));
#else
  return widen_f16(__builtin_convertvector((vh)(*(const vh_any *)p), vu));
#endif
}

/** Writes the first `count` lanes, all where it is more than there are. */
ALWAYS_INLINE void store_lanes(float *p, vf v, int count) {
  if (count >= LANES) {
    store_f32(p, v);
    return;
  }
  for (int lane = 0; lane < count; lane++) p[lane] = v[lane];
}

ALWAYS_INLINE vf load_lanes(const float *p, int count) {
  if (count >= LANES) return load_f32(p);
  vf v = splat_f32(0.0f);
  for (int lane = 0; lane < count; lane++) v[lane] = p[lane];
  return v;
}

#endif

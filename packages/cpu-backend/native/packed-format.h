/*
 * Tokens in the format "mosaic-packed" (packages/mosaic-compress), as kernels read them: for one layer and KV head an item of bytes and a
 * state that several items share. Numbers are little-endian; every array starts on 64 bytes, counted from the start of item or state.
 *
 * Item:  header of 64 bytes | keys | values | block keys (the mean of every blockTokens keys, packed like a key)
 *        each as three planes with a fixed stride per vector: retained elements | bitmap | scales
 *   elements  ascending channels; bf16, or two's complement codes of 8 or 4 bits (the lower index in the low half of a byte)
 *   bitmap    one bit per group of adjacent channels, in whole u16; none where vectors keep every channel
 *   scales    bf16, one per run of `per_scale` retained elements; none for bf16 elements
 * State: header of 64 bytes | for keys and for values: rows B bf16 [channels][headDim] | scales f32 [channels] | energies f32 [channels]
 *
 * With the unpacked coefficients c of a vector x: x is about the sum over j of c_j scales_j B_j, so q.x = sum of c_j (scales_j B_j.q).
 * Kernels may read up to 64 bytes past an item or a state; what lies there never reaches a result.
 */
#ifndef KVASIR_PACKED_FORMAT_H
#define KVASIR_PACKED_FORMAT_H
#include "simd.h"

#define PACKED_HEADER_BYTES 64
#define PACKED_ALIGNMENT 64
#define PACKED_MAX_CHANNELS 256
#define PACKED_ITEM_MAGIC 0x4b50534du
#define PACKED_ITEM_VERSION 2u
#define PACKED_STATE_MAGIC 0x5453534du
#define PACKED_STATE_VERSION 2u

enum PackedElements { PACKED_BF16 = 0, PACKED_INT8 = 1, PACKED_INT4 = 2 };

/* How the vectors of one side are packed, and bytes of one vector in each plane. */
typedef struct {
  i64 head_dim, channels, retained, group, elements, per_scale;
  i64 groups, element_bytes, bitmap_bytes, scale_bytes;
} PackedFormat;

typedef struct {
  const u8 *elements, *bitmaps, *scales;
} PackedPlanes;

typedef struct {
  PackedPlanes keys, values, block_keys;
  i64 blocks, bytes;
} PackedItem;

typedef struct {
  const u16 *rows;
  const f32 *scales, *energies;
} PackedBasis;

typedef struct {
  PackedFormat keys, values;
  PackedBasis key_basis, value_basis;
  i64 block_tokens, tokens, bytes;
} PackedState;

INLINE i64 packed_aligned(i64 bytes) { return (bytes + PACKED_ALIGNMENT - 1) / PACKED_ALIGNMENT * PACKED_ALIGNMENT; }
INLINE i64 whole_words(i64 channels) { return (channels + 15) / 16 * 16; }
INLINE u16 packed_u16(const u8 *at) { u16 x; __builtin_memcpy(&x, at, 2); return x; }
INLINE u32 packed_u32(const u8 *at) { u32 x; __builtin_memcpy(&x, at, 4); return x; }

INLINE PackedFormat packed_format(i64 head_dim, i64 channels, i64 retained, i64 group, i64 elements, i64 per_scale) {
  PackedFormat f = {head_dim, channels, retained, group, elements, per_scale, channels / group, 0, 0, 0};
  f.element_bytes = elements == PACKED_BF16 ? 2 * retained : elements == PACKED_INT8 ? retained : (retained + 1) / 2;
  f.bitmap_bytes = retained == channels ? 0 : (f.groups + 15) / 16 * 2;
  f.scale_bytes = elements == PACKED_BF16 ? 0 : (retained + per_scale - 1) / per_scale * 2;
  return f;
}

INLINE PackedFormat read_packed_format(const u8 *state, i64 at) {
  return packed_format(packed_u16(state + 6), packed_u16(state + at), packed_u16(state + at + 2), state[at + 4], state[at + 5], packed_u16(state + at + 6));
}

INLINE i64 place_packed_basis(const PackedFormat *f, const u8 *state, i64 at, PackedBasis *basis) {
  basis->rows = (const u16 *)(state + at);
  at += packed_aligned(2 * f->channels * f->head_dim);
  basis->scales = (const f32 *)(state + at);
  at += packed_aligned(4 * f->channels);
  basis->energies = (const f32 *)(state + at);
  return at + packed_aligned(4 * f->channels);
}

/* Where a state's arrays lie, from its header. */
INLINE PackedState open_packed_state(const u8 *state) {
  PackedState s;
  s.keys = read_packed_format(state, 12);
  s.values = read_packed_format(state, 20);
  s.block_tokens = packed_u32(state + 8);
  s.tokens = packed_u32(state + 28);
  i64 end = place_packed_basis(&s.keys, state, PACKED_HEADER_BYTES, &s.key_basis);
  s.bytes = place_packed_basis(&s.values, state, end, &s.value_basis);
  return s;
}

INLINE i64 place_packed_planes(const PackedFormat *f, const u8 *item, i64 at, i64 vectors, PackedPlanes *planes) {
  planes->elements = item + at;
  at += packed_aligned(vectors * f->element_bytes);
  planes->bitmaps = item + at;
  at += packed_aligned(vectors * f->bitmap_bytes);
  planes->scales = item + at;
  return at + packed_aligned(vectors * f->scale_bytes);
}

/* Where the planes of an item of `tokens` tokens lie; `bytes` is its length. */
INLINE PackedItem open_packed_item(const PackedState *state, const u8 *item, i64 tokens) {
  PackedItem p;
  p.blocks = (tokens + state->block_tokens - 1) / state->block_tokens;
  i64 end = place_packed_planes(&state->keys, item, PACKED_HEADER_BYTES, tokens, &p.keys);
  end = place_packed_planes(&state->values, item, end, tokens, &p.values);
  p.bytes = place_packed_planes(&state->keys, item, end, p.blocks, &p.block_keys);
  return p;
}

/* -- Bitmaps -------------------------------------------------------------------------------------------------------------- */

/* Which of channels 16 word .. 16 word + 15 a vector keeps, bit by bit; `bitmap` is that of the vector. */
INLINE u32 kept_channels(const u8 *bitmap, i64 word, i64 group) {
  u32 m;
  switch (group) {
    case 1: return packed_u16(bitmap + 2 * word);
    case 2:
      m = bitmap[word];
      m = (m | m << 4) & 0x0f0fu;
      m = (m | m << 2) & 0x3333u;
      return ((m | m << 1) & 0x5555u) * 3u;
    case 4:
      m = bitmap[word / 2] >> (word % 2 * 4) & 15u;
      return ((m | m << 3 | m << 6 | m << 9) & 0x1111u) * 15u;
    default:
      m = bitmap[word / 4] >> (word % 4 * 2) & 3u;
      return ((m | m << 7) & 0x0101u) * 255u;
  }
}

/* -- Elements ------------------------------------------------------------------------------------------------------------- */

/* 16 codes of 4 bits from 8 bytes, as f32; in VW-wide parts. */
INLINE void unpack_nibbles(const u8 *at, f32 *to) {
#if defined(__SSE4_1__)
  __m128i pairs = _mm_cvtepu8_epi16(_mm_loadl_epi64((const __m128i *)at));
  __m128i codes = _mm_and_si128(_mm_or_si128(pairs, _mm_slli_epi16(pairs, 4)), _mm_set1_epi8(15));
  i8 bytes[16];
  _mm_storeu_si128((__m128i *)bytes, _mm_sub_epi8(_mm_xor_si128(codes, _mm_set1_epi8(8)), _mm_set1_epi8(8)));
#else
  typedef u8 bytes8 __attribute__((vector_size(8), aligned(1), may_alias));
  typedef u16 halves8 __attribute__((vector_size(16)));
  typedef i8 bytes16 __attribute__((vector_size(16)));
  halves8 pairs = __builtin_convertvector(*(const bytes8 *)at, halves8);
  bytes16 codes = (bytes16)((pairs | pairs << 4) & 0x0f0f);
  i8 bytes[16];
  codes = (codes ^ 8) - 8;
  __builtin_memcpy(bytes, &codes, 16);
#endif
  for (int i = 0; i < 16; i += VW) store(to + i, load_i8(bytes + i));
}

/*
 * The retained elements of a vector without gaps, scaled: `to` has room for whole_words(retained) floats. Reads up to 32 bytes past the
 * vector's elements; what stands behind the last element in `to` is undefined.
 */
INLINE void unpack_elements(const PackedFormat *f, const u8 *elements, const u8 *scales, f32 *to) {
  i64 end = whole_words(f->retained);
  if (f->elements == PACKED_BF16) {
    for (i64 i = 0; i < end; i += VW) store(to + i, (vf)(widen_u16((const u16 *)(elements + 2 * i)) << 16));
    return;
  }
  if (f->elements == PACKED_INT8)
    for (i64 i = 0; i < end; i += VW) store(to + i, load_i8((const i8 *)elements + i));
  else
    for (i64 i = 0; i < end; i += 16) unpack_nibbles(elements + i / 2, to + i);
  if (f->per_scale == f->retained || f->per_scale % VW == 0) {
    for (i64 i = 0; i < f->retained; i += f->per_scale) {
      f32 scale = f32_of_bf16(packed_u16(scales + i / f->per_scale * 2));
      i64 last = f->per_scale == f->retained ? end : min_i64(end, i + f->per_scale);
      for (i64 k = i; k < last; k += VW) store(to + k, load(to + k) * scale);
    }
    return;
  }
  for (i64 i = 0; i < f->retained; i++) to[i] *= f32_of_bf16(packed_u16(scales + i / f->per_scale * 2));
}

#if VW == 4
/* For a mask of 4 lanes the bytes of the next elements that go to each lane; 0x80 clears a lane. */
#define LANE_OF(bit, place) ((bit) ? (4 * (place)) * 0x01010101u + 0x03020100u : 0x80808080u)
#define LANES_OF(m) \
  {LANE_OF((m) & 1, 0), LANE_OF((m) & 2, (m) & 1), LANE_OF((m) & 4, ((m) & 1) + ((m) >> 1 & 1)), \
   LANE_OF((m) & 8, ((m) & 1) + ((m) >> 1 & 1) + ((m) >> 2 & 1))}
static const u32 expand_bytes[16][4] = {LANES_OF(0), LANES_OF(1), LANES_OF(2), LANES_OF(3), LANES_OF(4), LANES_OF(5), LANES_OF(6),
                                        LANES_OF(7), LANES_OF(8), LANES_OF(9), LANES_OF(10), LANES_OF(11), LANES_OF(12), LANES_OF(13),
                                        LANES_OF(14), LANES_OF(15)};
#endif

/* Lanes whose bit of `mask` is set get the elements from `from` on, in order; the others 0. */
INLINE vf expand_lanes(const f32 *from, u32 mask) {
#if VW == 16
  return (vf)_mm512_maskz_expand_ps((__mmask16)mask, (__m512)load(from));
#elif VW == 8
  u64 bytes = _pdep_u64(mask, 0x0101010101010101ull) * 255u;
  __m256i places = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128((i64)_pdep_u64(0x0706050403020100ull, bytes)));
  __m256i lanes = _mm256_cvtepi8_epi32(_mm_cvtsi64_si128((i64)bytes));
  return (vf)_mm256_and_ps(_mm256_permutevar8x32_ps((__m256)load(from), places), (__m256)lanes);
#elif defined(__SSSE3__)
  return (vf)_mm_shuffle_epi8((__m128i)load(from), _mm_loadu_si128((const __m128i *)expand_bytes[mask]));
#elif defined(__aarch64__)
  return (vf)vqtbl1q_u8((uint8x16_t)load(from), vld1q_u8((const u8 *)expand_bytes[mask]));
#else
  typedef i8 bytes16 __attribute__((vector_size(16), aligned(4), may_alias));
  return (vf)__builtin_wasm_swizzle_i8x16((bytes16)load(from), *(const bytes16 *)expand_bytes[mask]);
#endif
}

/* `coefficients` [whole_words(channels)] of vector `vector`: 0 where it keeps none, and behind the last channel undefined. */
INLINE void unpack_vector(const PackedFormat *f, const PackedPlanes *planes, i64 vector, f32 *coefficients) {
  const u8 *elements = planes->elements + vector * f->element_bytes, *scales = planes->scales + vector * f->scale_bytes;
  if (f->retained == f->channels) {
    unpack_elements(f, elements, scales, coefficients);
    return;
  }
  /* One more word, since an expansion reads a whole register wherever the next element stands. */
  f32 kept[PACKED_MAX_CHANNELS + 16];
  unpack_elements(f, elements, scales, kept);
  const u8 *bitmap = planes->bitmaps + vector * f->bitmap_bytes;
  const f32 *next = kept;
  for (i64 word = 0; word < whole_words(f->channels) / 16; word++) {
    u32 mask = kept_channels(bitmap, word, f->group);
    for (int part = 0; part < 16; part += VW) {
      u32 lanes = mask >> part & ((1u << VW) - 1u);
      store(coefficients + 16 * word + part, expand_lanes(next, lanes));
      next += __builtin_popcount(lanes);
    }
  }
}

#endif

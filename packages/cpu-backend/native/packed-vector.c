/* Which channels a vector keeps, and how its retained coefficients are rounded. */
#include "packed-vector.h"

#define ROUNDER 0x1.8p23f

/* -- Which groups of channels ---------------------------------------------------------------------------------------------- */

/* Bits of the lanes whose value is at least `least`. */
INLINE u32 lanes_at_least(const i32 *values, i32 least) {
#if VW == 16
  return _mm512_cmpge_epi32_mask(_mm512_loadu_si512(values), _mm512_set1_epi32(least));
#elif VW == 8
  return (u32)_mm256_movemask_ps((__m256)(vi)(*(const vi_loose *)values >= splat_i32(least)));
#elif defined(__x86_64__)
  return (u32)_mm_movemask_ps((__m128)(vi)(*(const vi_loose *)values >= splat_i32(least)));
#elif defined(__wasm__)
  return __builtin_wasm_bitmask_i32x4(*(const vi_loose *)values >= splat_i32(least));
#else
  u32 bits = 0;
  for (int lane = 0; lane < VW; lane++) bits |= (u32)(values[lane] >= least) << lane;
  return bits;
#endif
}

INLINE i64 count_at_least(const i32 *values, i64 words, i32 least) {
#if VW == 16
  i64 count = 0;
  for (i64 w = 0; w < words; w++) count += __builtin_popcount(lanes_at_least(values + 16 * w, least));
  return count;
#else
  /* Comparisons give -1, so differences count. */
  vi total = {0};
  for (i64 i = 0; i < 16 * words; i += VW) total -= *(const vi_loose *)(values + i) >= splat_i32(least);
  i64 count = 0;
  for (int lane = 0; lane < VW; lane++) count += total[lane];
  return count;
#endif
}

void pack_largest(const i32 *values, i64 groups, i64 count, u8 *bitmap) {
  i64 words = whole_words(groups) / 16;
  /* Bit by bit the largest `least` that at least `count` values reach; most vectors are done before the last bit. */
  i32 least = 0;
  i64 reached = -1;
  for (i32 bit = 1 << 30; bit > 0 && reached != count; bit >>= 1) {
    i64 there = count_at_least(values, words, least | bit);
    if (there < count) continue;
    least |= bit;
    reached = there;
  }
  /* Where more than `count` reach it, those equal to it give way from the highest index on. */
  i64 above = reached == count ? count : count_at_least(values, words, least + 1), ties = count - above;
  for (i64 w = 0; w < words; w++) {
    u32 mask = 0, over = 0;
    for (int part = 0; part < 16; part += VW) {
      mask |= lanes_at_least(values + 16 * w + part, least) << part;
      over |= lanes_at_least(values + 16 * w + part, least + 1) << part;
    }
    if (reached != count) {
      u32 equal = mask & ~over;
      for (mask = over; equal != 0 && ties > 0; ties--) {
        mask |= equal & -equal;
        equal &= equal - 1;
      }
    }
    u16 kept = (u16)mask;
    __builtin_memcpy(bitmap + 2 * w, &kept, 2);
  }
}

/* With a constant `size` this vectorises. Without its sign NaN is larger than any number and cannot spoil a count. */
INLINE void sum_groups(const f32 *squares, i64 groups, const i64 size, i32 *energies) {
  for (i64 g = 0; g < groups; g++) {
    f32 sum = squares[g * size];
    for (i64 i = 1; i < size; i++) sum += squares[g * size + i];
    energies[g] = (i32)bits_of(sum) & 0x7fffffff;
  }
}

/* Energies of groups as bits of f32, which are ordered as they are; -1 behind the last group. */
static void group_energies(const PackedFormat *f, const f32 *scales, const f32 *coefficients, i32 *energies) {
  f32 squares[PACKED_MAX_CHANNELS];
  for (i64 i = 0; i < whole_words(f->channels); i += VW) {
    vf weighted = load(coefficients + i) * load(scales + i);
    store(squares + i, weighted * weighted);
  }
  switch (f->group) {
    case 1: sum_groups(squares, f->groups, 1, energies); break;
    case 2: sum_groups(squares, f->groups, 2, energies); break;
    case 4: sum_groups(squares, f->groups, 4, energies); break;
    default: sum_groups(squares, f->groups, 8, energies); break;
  }
  for (i64 g = f->groups; g < whole_words(f->groups); g++) energies[g] = -1;
}

/* Lanes whose bit of `mask` is set, moved to the front. */
INLINE vf gather_lanes(vf x, u32 mask) {
#if VW == 16
  return (vf)_mm512_maskz_compress_ps((__mmask16)mask, (__m512)x);
#elif VW == 8
  u64 bytes = _pdep_u64(mask, 0x0101010101010101ull) * 255u;
  __m256i places = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128((i64)_pext_u64(0x0706050403020100ull, bytes)));
  return (vf)_mm256_permutevar8x32_ps((__m256)x, places);
#else
  vf front = {0};
  for (int lane = 0, next = 0; lane < 4; lane++)
    if (mask >> lane & 1) front[next++] = x[lane];
  return front;
#endif
}

/* -- How elements are rounded ---------------------------------------------------------------------------------------------- */

/* The smallest bf16 that is not below a positive number, so that no code has to be clipped. */
INLINE u16 bf16_at_least(f32 x) {
  u16 nearest = bf16_of(x);
  return f32_of_bf16(nearest) < x ? nearest + 1 : nearest;
}

/* Energy that a run of elements gives back: (2 c - read) * read, weighted. */
INLINE vf regained(vf c, vf read, vf weight) { return weight * read * (c + c - read); }

static f64 write_bf16(i64 end, const f32 *kept, const f32 *energies, u16 *to) {
  vf gain = {0};
  for (i64 i = 0; i < end; i += VW) {
    vf c = load(kept + i);
    vu bits = (vu)c;
    bits = (bits + 0x7fffu + (bits >> 16 & 1u)) & 0xffff0000u;
    gain += regained(c, (vf)bits, load(energies + i));
    vh halves = __builtin_convertvector(bits >> 16, vh);
    *(vh_loose *)(to + i) = halves;
  }
  return sum_lanes(gain);
}

/* One run of elements that share a scale; `count` is a multiple of VW or ends where zeros stand. */
static f64 write_run(i64 count, i32 largest_code, const f32 *kept, const f32 *energies, i8 *codes, u8 *scale_at) {
  vf most = {0};
  for (i64 i = 0; i < count; i += VW) most = vmax(most, (vf)((vi)load(kept + i) & 0x7fffffff));
  u16 bits = bf16_at_least(max_lanes(most) / (f32)largest_code);
  f32 scale = f32_of_bf16(bits);
  __builtin_memcpy(scale_at, &bits, 2);
  vf gain = {0};
  for (i64 i = 0; i < count; i += VW) {
    vf c = load(kept + i);
    vf rounded = scale == 0 ? (vf){0} : vmax(-vmax(-(c / scale), splat((f32)-largest_code)), splat((f32)-largest_code)) + ROUNDER - ROUNDER;
    gain += regained(c, rounded * scale, load(energies + i));
    *(vb_loose *)(codes + i) = __builtin_convertvector(__builtin_convertvector(rounded, vi), vb);
  }
  return sum_lanes(gain);
}

/* The same where runs do not begin at whole registers. */
static f64 write_short_run(i64 count, i32 largest_code, const f32 *kept, const f32 *energies, i8 *codes, u8 *scale_at) {
  f32 run[PACKED_MAX_CHANNELS + 16], weights[PACKED_MAX_CHANNELS + 16];
  i8 whole[PACKED_MAX_CHANNELS + 16];
  for (i64 i = 0; i < whole_words(count); i++) {
    run[i] = i < count ? kept[i] : 0;
    weights[i] = i < count ? energies[i] : 0;
  }
  f64 gain = write_run(whole_words(count), largest_code, run, weights, whole, scale_at);
  copy_bytes(codes, whole, (__SIZE_TYPE__)count);
  return gain;
}

/* kept, energies: [whole_words(retained)], 0 behind the last element. */
static f64 write_elements(const PackedFormat *f, const f32 *kept, const f32 *energies, u8 *elements, u8 *scales) {
  i64 end = whole_words(f->retained);
  if (f->elements == PACKED_BF16) {
    u16 halves[PACKED_MAX_CHANNELS];
    f64 gain = write_bf16(end, kept, energies, halves);
    copy_bytes(elements, halves, (__SIZE_TYPE__)f->element_bytes);
    return gain;
  }
  i8 codes[PACKED_MAX_CHANNELS + 16];
  i32 largest_code = f->elements == PACKED_INT8 ? 127 : 7;
  f64 gain = 0;
  if (f->per_scale == f->retained) {
    gain = write_run(end, largest_code, kept, energies, codes, scales);
  } else {
    for (i64 i = 0; i < f->retained; i += f->per_scale) {
      i64 count = min_i64(f->per_scale, f->retained - i);
      if (f->per_scale % 16 == 0) gain += write_run(whole_words(count), largest_code, kept + i, energies + i, codes + i, scales + i / f->per_scale * 2);
      else gain += write_short_run(count, largest_code, kept + i, energies + i, codes + i, scales + i / f->per_scale * 2);
    }
  }
  if (f->elements == PACKED_INT8) {
    copy_bytes(elements, codes, (__SIZE_TYPE__)f->element_bytes);
    return gain;
  }
  i8 halves[PACKED_MAX_CHANNELS / 2 + 1];
  codes[f->retained] = 0;
  for (i64 i = 0; i < f->element_bytes; i++) halves[i] = (i8)((codes[2 * i] & 15) | codes[2 * i + 1] << 4);
  copy_bytes(elements, halves, (__SIZE_TYPE__)f->element_bytes);
  return gain;
}

f64 pack_vector(const PackedFormat *f, const PackedWeights *weights, const f32 *coefficients, u8 *elements, u8 *bitmap, u8 *scales) {
  if (f->retained == f->channels) return write_elements(f, coefficients, weights->energies, elements, scales);
  i32 energies[PACKED_MAX_CHANNELS];
  group_energies(f, weights->scales, coefficients, energies);
  pack_largest(energies, f->groups, f->retained / f->group, bitmap);
  /* Whole registers are written wherever the next element goes; what is behind the last one is set to 0 afterwards. */
  f32 kept[PACKED_MAX_CHANNELS + 2 * 16], kept_energies[PACKED_MAX_CHANNELS + 2 * 16];
  i64 next = 0;
  for (i64 word = 0; word < whole_words(f->channels) / 16; word++) {
    u32 mask = kept_channels(bitmap, word, f->group);
    for (int part = 0; part < 16; part += VW) {
      u32 lanes = mask >> part & ((1u << VW) - 1u);
      store(kept + next, gather_lanes(load(coefficients + 16 * word + part), lanes));
      store(kept_energies + next, gather_lanes(load(weights->energies + 16 * word + part), lanes));
      next += __builtin_popcount(lanes);
    }
  }
  for (i64 i = next; i < whole_words(f->retained); i++) kept[i] = kept_energies[i] = 0;
  return write_elements(f, kept, kept_energies, elements, scales);
}

/* -- Checksum -------------------------------------------------------------------------------------------------------------- */

u32 packed_checksum(const u8 *at, i64 bytes) {
  typedef u32 lanes16 __attribute__((vector_size(64)));
  typedef u32 lanes16_loose __attribute__((vector_size(64), aligned(4), may_alias));
  lanes16 lanes = (lanes16){0} + 0x811c9dc5u;
  for (i64 i = 0; i < bytes; i += 64) lanes = (lanes ^ *(const lanes16_loose *)(at + i)) * 0x01000193u;
  u32 hash = 0x811c9dc5u;
  for (int lane = 0; lane < 16; lane++) hash = (hash ^ lanes[lane]) * 0x01000193u;
  return hash;
}

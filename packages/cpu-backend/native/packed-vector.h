/* Writing vectors in the format of packed-format.h: which channels each keeps, and how they are rounded. */
#ifndef KVASIR_PACKED_VECTOR_H
#define KVASIR_PACKED_VECTOR_H
#include "packed-format.h"

/* What a vector's coefficients weigh, [whole_words(channels)] each, 0 behind the last channel. */
typedef struct {
  /* s_j: coefficient * scale is what channels are compared by. */
  const f32 *scales;
  /* s_j^2 |B_j|^2: a coefficient's square times this is its energy. */
  const f32 *energies;
} PackedWeights;

/*
 * The `count` largest of `groups` values that are not negative, ties to the lower index, as one bit each in whole u16.
 * values: bits of f32, -1 from `groups` up to whole_words(groups).
 */
void pack_largest(const i32 *values, i64 groups, i64 count, u8 *bitmap);

/*
 * Packs one vector's coefficients [whole_words(channels)], 0 behind the last channel, to where its elements, bitmap and scales lie.
 * Returns the energy that comes back from the packed form: that of the retained coefficients less that of their errors.
 */
f64 pack_vector(const PackedFormat *f, const PackedWeights *weights, const f32 *coefficients, u8 *elements, u8 *bitmap, u8 *scales);

/* 32-bit FNV-1a hash in 16 lanes of u32, then over the lanes; `bytes` is a multiple of 64. */
u32 packed_checksum(const u8 *at, i64 bytes);

#endif

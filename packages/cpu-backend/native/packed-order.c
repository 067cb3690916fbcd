#include "packed-order.h"
#include "packed-vector.h"

/* A set of up to 256 vectors. */
typedef struct {
  u64 words[4];
} VectorSet;

INLINE i64 size_of_both(const VectorSet *a, const VectorSet *b) {
  i64 size = 0;
  for (int w = 0; w < 4; w++) size += __builtin_popcountll(a->words[w] & b->words[w]);
  return size;
}

/* Which vectors keep each channel. */
static void find_keepers(const f32 *vectors, i64 count, i64 columns, const PackedFormat *f, VectorSet *keepers) {
  zero_bytes(keepers, PACKED_MAX_CHANNELS * sizeof *keepers);
  i32 energies[PACKED_MAX_CHANNELS];
  u8 bitmap[PACKED_MAX_CHANNELS / 8];
  for (i64 v = 0; v < count; v++) {
    const f32 *vector = vectors + v * columns;
    for (i64 i = 0; i < f->channels; i++) energies[i] = (i32)bits_of(vector[i] * vector[i]) & 0x7fffffff;
    for (i64 i = f->channels; i < whole_words(f->channels); i++) energies[i] = -1;
    pack_largest(energies, f->channels, f->retained, bitmap);
    for (i64 word = 0; word < whole_words(f->channels) / 16; word++)
      for (u32 mask = kept_channels(bitmap, word, 1); mask != 0; mask &= mask - 1)
        keepers[16 * word + __builtin_ctz(mask)].words[v / 64] |= 1ull << (v % 64);
  }
}

void co_selection_order(const f32 *vectors, i64 count, i64 columns, const PackedFormat *f, i32 *order) {
  VectorSet keepers[PACKED_MAX_CHANNELS];
  i64 kept_by[PACKED_MAX_CHANNELS];
  f64 overlap[PACKED_MAX_CHANNELS];
  u8 is_placed[PACKED_MAX_CHANNELS] = {0};
  find_keepers(vectors, count, columns, f, keepers);
  for (i64 i = 0; i < f->channels; i++) kept_by[i] = size_of_both(&keepers[i], &keepers[i]);
  for (i64 place = 0; place < f->channels; place++) {
    int is_first = place % f->group == 0;
    i64 best = -1;
    for (i64 i = 0; i < f->channels; i++) {
      if (is_placed[i]) continue;
      if (is_first) overlap[i] = 0;
      if (best < 0 || (is_first ? kept_by[i] > kept_by[best] : overlap[i] > overlap[best])) best = i;
    }
    order[place] = (i32)best;
    is_placed[best] = 1;
    /* The group is full: overlap with it is not asked for any more. */
    if (place % f->group == f->group - 1) continue;
    for (i64 i = 0; i < f->channels; i++) {
      if (is_placed[i]) continue;
      i64 both = size_of_both(&keepers[i], &keepers[best]);
      overlap[i] += (f64)both / (f64)max_i64(1, kept_by[i] + kept_by[best] - both);
    }
  }
}

/* Tiles of unpacked tokens, and ways into a basis and out of it: see packed-attend.h. */
#include "packed-job.h"
#include "packed-kernels.h"

/* -- Memory ----------------------------------------------------------------------------------------------------------------- */

/*
 * Loads and not prefetches: where measured (Zen 4, virtual machine, scattered blocks) prefetch instructions gained nothing, loads whose
 * results nobody waits for did. Address translations that are not at hand may be why.
 */
INLINE void bring_bytes(const u8 *from, i64 bytes) {
  for (i64 i = 0; i < bytes; i += CACHE_LINE) (void)*(const volatile u8 *)(from + i);
  if (bytes > 0) (void)*(const volatile u8 *)(from + bytes - 1);
}

NOINLINE void bring_vectors(const PackedFormat *f, const PackedPlanes *planes, i64 first, i64 count) {
  bring_bytes(planes->elements + first * f->element_bytes, count * f->element_bytes);
  bring_bytes(planes->bitmaps + first * f->bitmap_bytes, count * f->bitmap_bytes);
  bring_bytes(planes->scales + first * f->scale_bytes, count * f->scale_bytes);
}

/* -- Unpacking -------------------------------------------------------------------------------------------------------------- */

/* The retained elements of a vector, as unpack_elements gives them. */
static void unpack_kept(const PackedFormat *f, const u8 *elements, const u8 *scales, f32 *to) {
#if HAS_CODES_BY_SHIFT
  if (f->elements == PACKED_INT4 && f->per_scale % 16 == 0) {
    for (i64 i = 0; i < f->retained; i += 16) {
      f32 scale = f32_of_bf16(packed_u16(scales + i / f->per_scale * 2));
      for (int part = 0; part < 16; part += VW) store(to + i + part, load_codes(elements + (i + part) / 2) * scale);
    }
    return;
  }
#endif
  unpack_elements(f, elements, scales, to);
}

static void expand_all(const PackedFormat *f, const PackedRun *run, const f32 *kept, f32 *to) {
  if (f->group == 1) expand_vectors(1, f, run->planes, run->first, run->count, kept, KEPT_STRIDE, to);
  else expand_vectors((int)f->group, f, run->planes, run->first, run->count, kept, KEPT_STRIDE, to);
}

NOINLINE void unpack_vectors(const PackedFormat *f, const PackedRun *run, f32 *kept, f32 *to) {
  const i64 stride = whole_words(f->channels);
  const PackedPlanes *planes = run->planes;
  int has_bitmap = f->retained < f->channels;
#if VW == 16
  if (has_bitmap && f->elements == PACKED_BF16) {
    switch (f->group) {
      case 1: unpack_in_place(PACKED_BF16, 1, f, planes, run->first, run->count, to); break;
      case 2: unpack_in_place(PACKED_BF16, 2, f, planes, run->first, run->count, to); break;
      default: unpack_in_place(PACKED_BF16, (int)f->group, f, planes, run->first, run->count, to); break;
    }
    return;
  }
  if (has_bitmap && f->elements == PACKED_INT8 && f->per_scale == f->retained) {
    switch (f->group) {
      case 1: unpack_in_place(PACKED_INT8, 1, f, planes, run->first, run->count, to); break;
      case 2: unpack_in_place(PACKED_INT8, 2, f, planes, run->first, run->count, to); break;
      default: unpack_in_place(PACKED_INT8, (int)f->group, f, planes, run->first, run->count, to); break;
    }
    return;
  }
#endif
  for (i64 i = 0; i < run->count; i++) {
    i64 vector = run->first + i;
    f32 *at = has_bitmap ? kept + i * KEPT_STRIDE : to + i * stride;
    unpack_kept(f, planes->elements + vector * f->element_bytes, planes->scales + vector * f->scale_bytes, at);
    if (!has_bitmap) clear_tail(at, f->channels, stride);
  }
  if (has_bitmap) expand_all(f, run, kept, to);
}

/* -- Products ---------------------------------------------------------------------------------------------------------------- */

NOINLINE void score_packed(i64 rows, const f32 *queries, const f32 *tile, i64 stride, i64 count, f32 *scores) {
  for (i64 row = 0; row < rows;) {
    const f32 *from = queries + row * stride;
    f32 *to = scores + row * PACKED_TILE;
    switch (min_i64(rows - row, VW == 16 ? 4 : 2)) {
      case 1: score_tile(1, from, tile, stride, count, to); row += 1; break;
#if VW == 16
      case 4: score_tile(4, from, tile, stride, count, to); row += 4; break;
#endif
      default: score_tile(2, from, tile, stride, count, to); row += 2; break;
    }
  }
}

NOINLINE void score_vectors(PackedJob *job, const PackedRun *run, const f32 *query, f32 *scores) {
  const PackedFormat *f = &job->state.keys;
#if VW == 16
  if (f->retained < f->channels && f->elements == PACKED_BF16) {
    switch (f->group) {
      case 1: score_in_place(PACKED_BF16, 1, f, run->planes, run->first, run->count, query, scores); break;
      case 2: score_in_place(PACKED_BF16, 2, f, run->planes, run->first, run->count, query, scores); break;
      default: score_in_place(PACKED_BF16, (int)f->group, f, run->planes, run->first, run->count, query, scores); break;
    }
    return;
  }
  if (f->retained < f->channels && f->elements == PACKED_INT8 && f->per_scale == f->retained) {
    switch (f->group) {
      case 1: score_in_place(PACKED_INT8, 1, f, run->planes, run->first, run->count, query, scores); break;
      case 2: score_in_place(PACKED_INT8, 2, f, run->planes, run->first, run->count, query, scores); break;
      default: score_in_place(PACKED_INT8, (int)f->group, f, run->planes, run->first, run->count, query, scores); break;
    }
    return;
  }
#endif
  unpack_vectors(f, run, job->kept, job->tile);
  score_packed(1, query, job->tile, job->key_stride, run->count, scores);
}

INLINE void add_rows(int rows, const f32 *weights, const f32 *factors, const f32 *tile, i64 stride, i64 count, f32 *out) {
  i64 first = 0;
  for (; first + PACKED_VECTORS * VW <= stride; first += PACKED_VECTORS * VW)
    add_tile(rows, PACKED_VECTORS, weights, factors, tile, stride, first, count, out);
  for (; first < stride; first += VW) add_tile(rows, 1, weights, factors, tile, stride, first, count, out);
}

NOINLINE void add_packed(i64 rows, const f32 *weights, const f32 *factors, const f32 *tile, i64 stride, i64 count, f32 *out) {
  for (i64 row = 0; row < rows;) {
    const f32 *from = weights + row * PACKED_TILE;
    f32 *to = out + row * stride;
    switch (min_i64(rows - row, PACKED_ROWS)) {
      case 1: add_rows(1, from, factors + row, tile, stride, count, to); row += 1; break;
      case 4: add_rows(4, from, factors + row, tile, stride, count, to); row += 4; break;
      default: add_rows(2, from, factors + row, tile, stride, count, to); row += 2; break;
    }
  }
}

/* -- Rotations --------------------------------------------------------------------------------------------------------------- */

INLINE vf load_axis(const u16 *at) { return (vf)(widen_u16(at) << 16); }

/* Channels [channel, channel + 4) of some rows; past the last channel the last one again. */
INLINE void project(int rows, const PackedFormat *f, const u16 *axes, const f32 *from, i64 padded_dim, i64 channel, f32 products[][4]) {
  const u16 *axis[4];
  vf sum[PACKED_ROWS][4];
  for (int c = 0; c < 4; c++) axis[c] = axes + min_i64(channel + c, f->channels - 1) * f->head_dim;
#pragma GCC unroll 16
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 16
    for (int c = 0; c < 4; c++) sum[r][c] = (vf){0};
  for (i64 d = 0; d < f->head_dim; d += VW) {
    vf element[4];
#pragma GCC unroll 16
    for (int c = 0; c < 4; c++) element[c] = load_axis(axis[c] + d);
    /* What stands behind the last axis may be no number. */
    if (UNLIKELY(d + VW > f->head_dim))
      for (int c = 0; c < 4; c++) element[c] = first_lanes(element[c], f->head_dim - d);
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++) {
      vf query = load(from + r * padded_dim + d);
#pragma GCC unroll 16
      for (int c = 0; c < 4; c++) sum[r][c] += query * element[c];
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < rows; r++) fold4(sum[r][0], sum[r][1], sum[r][2], sum[r][3], products[r]);
}

NOINLINE void into_basis(const PackedFormat *f, const PackedBasis *basis, i64 rows, const f32 *from, i64 padded_dim, f32 *to) {
  const i64 stride = whole_words(f->channels);
  for (i64 row = 0; row < rows;) {
    int count = rows - row >= PACKED_ROWS ? PACKED_ROWS : 1;
    for (i64 channel = 0; channel < stride; channel += 4) {
      f32 products[PACKED_ROWS][4] = {{0}};
      if (channel < f->channels) {
        if (count == PACKED_ROWS) project(PACKED_ROWS, f, basis->rows, from + row * padded_dim, padded_dim, channel, products);
        else project(1, f, basis->rows, from + row * padded_dim, padded_dim, channel, products);
      }
      for (int r = 0; r < count; r++)
        for (int c = 0; c < 4; c++)
          to[(row + r) * stride + channel + c] = channel + c < f->channels ? products[r][c] * basis->scales[channel + c] : 0;
    }
    row += count;
  }
}

/* Channels of the head [first, first + vectors * VW) of some rows. */
INLINE void expand_basis(int rows, int vectors, const PackedFormat *f, const u16 *axes, const f32 *from, i64 stride, i64 padded_dim, i64 first, f32 *to) {
  vf sum[PACKED_ROWS][4];
#pragma GCC unroll 16
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 16
    for (int v = 0; v < vectors; v++) sum[r][v] = (vf){0};
  const u16 *axis = axes + first;
  for (i64 channel = 0; channel < f->channels; channel++, axis += f->head_dim) {
    vf element[4];
#pragma GCC unroll 16
    for (int v = 0; v < vectors; v++) element[v] = load_axis(axis + v * VW);
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++) {
      vf weight = splat(from[r * stride + channel]);
#pragma GCC unroll 16
      for (int v = 0; v < vectors; v++) sum[r][v] += weight * element[v];
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 16
    for (int v = 0; v < vectors; v++) store(to + r * padded_dim + first + v * VW, sum[r][v]);
}

INLINE void expand_rows(int rows, const PackedFormat *f, const u16 *axes, const f32 *from, i64 stride, i64 padded_dim, f32 *to) {
  i64 first = 0;
  for (; first + PACKED_VECTORS * VW <= padded_dim; first += PACKED_VECTORS * VW)
    expand_basis(rows, PACKED_VECTORS, f, axes, from, stride, padded_dim, first, to);
  for (; first < padded_dim; first += VW) expand_basis(rows, 1, f, axes, from, stride, padded_dim, first, to);
}

NOINLINE void out_of_basis(const PackedFormat *f, const PackedBasis *basis, i64 rows, f32 *from, i64 padded_dim, f32 *to) {
  const i64 stride = whole_words(f->channels);
  for (i64 row = 0; row < rows; row++)
    for (i64 channel = 0; channel < f->channels; channel++) from[row * stride + channel] *= basis->scales[channel];
  for (i64 row = 0; row < rows;) {
    int count = rows - row >= PACKED_ROWS ? PACKED_ROWS : 1;
    if (count == PACKED_ROWS) expand_rows(PACKED_ROWS, f, basis->rows, from + row * stride, stride, padded_dim, to + row * padded_dim);
    else expand_rows(1, f, basis->rows, from + row * stride, stride, padded_dim, to + row * padded_dim);
    row += count;
  }
}

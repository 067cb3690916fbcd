/* Attention of a few rows over one block of bf16 pages: see attention.h for what is rounded. */
#include "attention-bf16.h"
#include "attention-job.h"
#include "functions.h"

/* -- What goes into the products ------------------------------------------------------------------------------------------- */

void round_queries(Job *job) {
  for (i64 first = 0; first < job->rows;) {
    i64 rows = next_rows(job->rows - first);
    f32 *block = job->queries + first * job->dim;
#if HAS_PAIR_PRODUCTS
    /* In place: a pair never lies behind the elements it is made of. */
    for (i64 d = 0; d < job->dim; d += 2)
      for (i64 r = 0; r < rows; r++) {
        u32 even = bf16_of(block[d * rows + r]), odd = bf16_of(block[(d + 1) * rows + r]);
        ((pair_loose *)block)[d / 2 * rows + r] = even | odd << 16;
      }
#else
    for (i64 i = 0; i < rows * job->dim; i++) block[i] = f32_of_bf16(bf16_of(block[i]));
#endif
    first += rows;
  }
}

void widen_key_pairs(const u8 *from, f32 *to, i64 count) {
  for (i64 at = 0; at < count; at += 2 * TILE)
    for (i64 i = 0; i < TILE; i += VW) {
      vu pairs = load_pairs(from + (at / 2 + i) * 4);
      store(to + at + i, even_of(pairs));
      store(to + at + TILE + i, odd_of(pairs));
    }
}

void widen_value_pairs(const Tile *tile, const u8 *from, f32 *to, i64 padded_dim) {
  for (i64 token = 0; token < TILE; token += 2)
    for (i64 i = 0; i < padded_dim; i += VW) {
      vu pairs = load_pairs(from + (token / 2 * padded_dim + i) * 4);
      store(to + token * padded_dim + i, even_of(pairs));
      store(to + (token + 1) * padded_dim + i, odd_of(pairs));
    }
  zero_bytes(to, (__SIZE_TYPE__)(tile->first * padded_dim) * 4);
  zero_bytes(to + tile->end * padded_dim, (__SIZE_TYPE__)((TILE - tile->end) * padded_dim) * 4);
}

u8 *clear_unread(const Tile *tile, const u8 *values, i64 padded_dim, u8 *to) {
  copy_bytes(to, values, (__SIZE_TYPE__)(TILE * padded_dim * 2));
  u16 *elements = (u16 *)to;
  for (i64 i = 0; i < TILE; i++)
    if (i < tile->first || i >= tile->end)
      for (i64 channel = 0; channel < padded_dim; channel++) elements[(i / 2 * padded_dim + channel) * 2 + i % 2] = 0;
  return to;
}

/* -- One register block of rows over one block of tokens --------------------------------------------------------------------- */

/* Short blocks, of which rows choose some, go vector by vector: those of a whole block would compute each token several times. */
NOINLINE void score_bf16_tiles(int rows, const f32 *queries, const BlockData *data, i64 dim, i64 first, i64 end, f32 *scores) {
#define CASE(count, vectors) \
  case count: score_pairs(1, count, vectors, queries, data->keys, dim, first, end, scores); break;
#if VW >= 8
  if (end - first == 1 && rows <= 6) {
    switch (rows) { CASE(1, TILE / VW) CASE(2, TILE / VW) CASE(3, TILE / VW) CASE(4, TILE / VW) CASE(6, TILE / VW) }
    return;
  }
#endif
  switch (rows) {
#if VW == 16
    CASE(1, 4) CASE(2, 4) CASE(3, 4) CASE(4, 4) CASE(6, 4)
#if !HAS_PAIR_PRODUCTS
    CASE(12, 2)
#endif
#elif VW == 8
    CASE(1, 4) CASE(2, 4) CASE(3, 4) CASE(4, 2) CASE(6, 2)
#elif MAX_ROWS == 6
    CASE(1, 4) CASE(2, 4) CASE(3, 4) CASE(4, 4) CASE(6, 2)
#else
    CASE(1, 4) CASE(2, 4) CASE(3, 2) CASE(4, 2)
#endif
  }
#undef CASE
}

#if HAS_PAIR_PRODUCTS
static NOINLINE void score_rounded(int rows, const f32 *queries, const BlockData *data, i64 dim, i64 first, i64 end, f32 *scores) {
#define CASE(count, vectors) \
  case count: score_pairs(0, count, vectors, queries, data->keys, dim, first, end, scores); break;
  if (end - first == 1)
    switch (rows) { CASE(1, 1) CASE(2, 1) CASE(3, 1) CASE(4, 1) CASE(6, 1) CASE(12, 1) }
  else
    switch (rows) { CASE(1, 4) CASE(2, 4) CASE(3, 4) CASE(4, 4) CASE(6, 4) CASE(12, 2) }
#undef CASE
}
#else
#define score_rounded score_bf16_tiles
#endif

static NOINLINE void add_outputs(int rows, const Operand *probabilities, const f32 *factors, const BlockData *data, i64 padded_dim, i64 first, i64 end, f32 *out) {
  i64 channel = 0;
#define CASE(count, vectors, narrow) \
  case count: \
    for (; channel + vectors * VW <= padded_dim; channel += vectors * VW) \
      add_value_pairs(count, vectors, probabilities, factors, data->values, padded_dim, channel, first, end, out); \
    for (; channel < padded_dim; channel += narrow * VW) \
      add_value_pairs(count, narrow, probabilities, factors, data->values, padded_dim, channel, first, end, out); \
    break;
  switch (rows) {
#if VW == 16
    CASE(1, 4, 1) CASE(2, 4, 1) CASE(3, 4, 1) CASE(4, 4, 1) CASE(6, 4, 1) CASE(12, 2, 1)
#elif VW == 8
    CASE(1, 4, 2) CASE(2, 4, 2) CASE(3, 4, 2) CASE(4, 2, 2) CASE(6, 2, 2)
#elif MAX_ROWS == 6
    CASE(1, 4, 4) CASE(2, 4, 4) CASE(3, 4, 4) CASE(4, 4, 4) CASE(6, 2, 2)
#else
    CASE(1, 8, 4) CASE(2, 4, 4) CASE(3, 2, 2) CASE(4, 2, 2)
#endif
  }
#undef CASE
}

/* Bits of the tokens that the block's tiles hold for the sequence. */
static u64 read_tokens(const Job *job, const Block *block) {
  const Tile *tiles = POINTER(const Tile, job->step->tiles) + block->first_tile;
  u64 bits = 0;
  for (i64 t = 0; t < block->tile_count; t++) bits |= (((1ull << tiles[t].end) - 1) & ~((1ull << tiles[t].first) - 1)) << (t * TILE);
  return bits;
}

/* Masks what the row does not see and returns its largest score over the tiles [first, end). */
INLINE f32 mask_and_find_largest(f32 *scores, u64 visible, i64 first, i64 end) {
  u64 all = end - first == BLOCK_TILES ? ~0ull : ((1ull << ((end - first) * TILE)) - 1) << (first * TILE);
  if ((visible & all) != all)
    for (i64 i = first * TILE; i < end * TILE; i += VW) {
      vi bits = splat_i32((i32)(visible >> i)) & (1 << lane_numbers());
      store(scores + i, choose(bits != 0, load(scores + i), splat(MINUS_INFINITY)));
    }
  vf most = load(scores + first * TILE);
  for (i64 i = first * TILE + VW; i < end * TILE; i += VW) most = vmax(most, load(scores + i));
  return max_lanes(most);
}

/* Turns a row's scores into rounded probabilities relative to `maximum` and adds those to its sums, which shrink by `factor` first. */
INLINE void exponentiate(const f32 *scores, i64 first, i64 end, f32 maximum, f32 factor, f32 *lanes, Operand *probabilities) {
#if HAS_PAIR_PRODUCTS
  const __m256bh ones = (__m256bh)_mm256_set1_epi16(0x3f80);
  __m256 sums = _mm256_mul_ps(_mm256_loadu_ps(lanes), _mm256_set1_ps(factor));
  for (i64 tile = first; tile < end; tile++) {
    __m256bh rounded = _mm512_cvtneps_pbh((__m512)exp2_vector(load(scores + tile * TILE) - maximum));
    sums = _mm256_dpbf16_ps(sums, rounded, ones);
    _mm256_storeu_si256((__m256i_u *)(probabilities + tile * TILE / 2), (__m256i)rounded);
  }
  _mm256_storeu_ps(lanes, sums);
#else
  vf sums[TILE / VW];
  for (int v = 0; v < TILE / VW; v++) sums[v] = load(lanes + v * VW) * factor;
  for (i64 tile = first; tile < end; tile++)
    for (int v = 0; v < TILE / VW; v++) {
      i64 at = tile * TILE + v * VW;
      vu bits = (vu)exp2_vector(load(scores + at) - maximum);
      vf rounded = (vf)((bits + 0x7fffu + (bits >> 16 & 1u)) & 0xffff0000u);
      sums[v] += rounded;
      store(probabilities + at, rounded);
    }
  for (int v = 0; v < TILE / VW; v++) store(lanes + v * VW, sums[v]);
#endif
}

NOINLINE void attend_bf16_rows(const Job *job, const BlockData *data, i64 row, int rows) {
  f32 scores[MAX_ROWS * BLOCK_TOKENS] __attribute__((aligned(64)));
  Operand probabilities[MAX_ROWS * ROW_OPERANDS] __attribute__((aligned(64)));
  f32 factors[16], raised[16];
  u64 visible[MAX_ROWS], seen = 0;
  const Block *block = data->block;
  u64 all = read_tokens(job, block);
  i64 window = job->op->window;
  for (int r = 0; r < rows; r++) {
    i32 position = job->tokens[(row + r) / job->group].position;
    if (r > 0 && (row + r) % job->group != 0) visible[r] = visible[r - 1];
    else if (position >= block->max_position && (!window || (i64)position - block->min_position < window)) visible[r] = all;
    else visible[r] = visible_tokens(job, block, position);
    seen |= visible[r];
  }
  if (seen == 0) return;
  i64 first = __builtin_ctzll(seen), end = 64 - __builtin_clzll(seen);
  i64 first_tile = first / TILE, end_tile = (end + TILE - 1) / TILE;
  f32 *maxima = job->maximum + row, *lanes = job->lanes + row * TILE;
  const f32 *queries = job->queries + row * job->dim;
  if (data->type == KV_BF16) score_rounded(rows, queries, data, job->dim, first_tile, end_tile, scores);
  else score_tiles(data->type, rows, queries, data, job->dim, first_tile, end_tile, scores);
  for (int r = 0; r < rows; r++) {
    f32 largest = mask_and_find_largest(scores + r * BLOCK_TOKENS, visible[r], first_tile, end_tile);
    raised[r] = largest > maxima[r] ? largest : maxima[r];
    factors[r] = maxima[r] - raised[r];
    maxima[r] = raised[r];
  }
  for (int r = rows; r < 16; r++) factors[r] = 0;
  for (int r = 0; r < rows; r += VW) store(factors + r, exp2_vector(load(factors + r)));
  for (int r = 0; r < rows; r++)
    exponentiate(scores + r * BLOCK_TOKENS, first_tile, end_tile, raised[r], factors[r], lanes + r * TILE, probabilities + r * ROW_OPERANDS);
  f32 *out = job->out + row * job->padded_dim;
#if WIDENS_PAIRS
  if (data->type == KV_F32) return output_tiles(KV_F32, rows, probabilities, factors, data, job->padded_dim, first, end, out);
#endif
  add_outputs(rows, probabilities, factors, data, job->padded_dim, first / 2, (end + 1) / 2, out);
}

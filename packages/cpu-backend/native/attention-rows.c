/* Attention of a few rows over one block of tokens, and what it needs: packed queries, the block's tiles, masks. */
#include "attention-job.h"
#include "attention-kernels.h"
#include "functions.h"

/* Up to this many rows, keys and values are converted in registers; above, once per block for all rows. */
#define DIRECT_ROWS (MAX_ROWS < 6 ? MAX_ROWS : 6)

/* By KvType. */
static const i64 element_bytes[] = {4, 2, 2, 1};

/* -- Queries ------------------------------------------------------------------------------------------------------------- */

NOINLINE void pack_queries(Job *job, i32 shift) {
  const f32 *queries = POINTER(f32, job->op->queries), *frequencies = POINTER(f32, job->op->frequencies);
  i64 dim = job->dim, half = dim / 2;
  f32 factor = (f32)(job->op->scale * LOG2_E);
  if (shift != 0)
    for (i64 i = 0; i < half; i++) {
      f32 angle = (f32)-shift * frequencies[i];
      cos_sin((f64)angle, &job->cosine[i], &job->sine[i]);
    }
  for (i64 first = 0; first < job->rows;) {
    i64 rows = next_rows(job->rows - first);
    f32 *to = job->queries + first * dim;
    for (i64 r = 0; r < rows; r++) {
      i64 token = (first + r) / job->group, head = job->kv_head * job->group + (first + r) % job->group;
      const f32 *from = queries + (job->tokens[token].row * job->op->query_heads + head) * dim;
      if (shift == 0) {
        for (i64 d = 0; d < dim; d++) to[d * rows + r] = from[d] * factor;
      } else {
        for (i64 i = 0; i < half; i++) {
          f32 a = from[i], b = from[half + i], c = job->cosine[i], s = job->sine[i];
          to[i * rows + r] = (a * c - b * s) * factor;
          to[(half + i) * rows + r] = (b * c + a * s) * factor;
        }
      }
    }
    first += rows;
  }
  if (job->layer->type == KV_BF16) round_queries(job);
  job->shift = shift;
  job->is_packed = 1;
}

/* -- Blocks -------------------------------------------------------------------------------------------------------------- */

INLINE void widen(int type, const u8 *from, f32 *to, i64 count) {
  for (i64 i = 0; i < count; i += VW) store(to + i, load_kv(type, from, i));
}

NOINLINE void widen_tile(int type, const u8 *from, f32 *to, i64 count) {
  if (type == KV_F16) widen(KV_F16, from, to, count);
  else widen(KV_INT8, from, to, count);
}

void prefetch_block(const Job *job, const Block *block, i64 row, i64 rows) {
  const KvLayer *layer = job->layer;
  const Tile *tiles = POINTER(const Tile, job->step->tiles) + block->first_tile;
  i64 element = element_bytes[layer->type], key_bytes = TILE * job->dim * element, value_bytes = TILE * job->padded_dim * element;
  i64 key_from = 0, value_from = 0;
  if (rows < job->rows) {
    key_from = key_bytes * row / job->rows / CACHE_LINE * CACHE_LINE;
    value_from = value_bytes * row / job->rows / CACHE_LINE * CACHE_LINE;
    key_bytes = key_bytes * (row + rows) / job->rows;
    value_bytes = value_bytes * (row + rows) / job->rows;
  }
  for (i64 t = 0; t < block->tile_count; t++) {
    const u8 *page = page_of(layer, job->kv_head, tiles[t].page);
    const u8 *keys = page + tiles[t].slot * job->dim * element, *values = page + layer->value_offset + tiles[t].slot * job->padded_dim * element;
    for (i64 at = key_from; at < key_bytes; at += CACHE_LINE) __builtin_prefetch(keys + at, 0, 2);
    for (i64 at = value_from; at < value_bytes; at += CACHE_LINE) __builtin_prefetch(values + at, 0, 2);
  }
}

NOINLINE void prepare_block(const Job *job, const Block *block, BlockData *data) {
  const KvLayer *layer = job->layer;
  const Tile *tiles = POINTER(const Tile, job->step->tiles) + block->first_tile;
  i64 bytes = element_bytes[layer->type];
  int is_direct = layer->type == KV_F32 || job->rows <= DIRECT_ROWS || (layer->type == KV_BF16 && !WIDENS_PAIRS);
  data->block = block;
  data->type = is_direct ? (int)layer->type : KV_F32;
  for (i64 t = 0; t < block->tile_count; t++) {
    u8 *page = page_of(layer, job->kv_head, tiles[t].page);
    i64 slot = tiles[t].slot;
    u8 *keys = page + slot * job->dim * bytes, *values = page + layer->value_offset + slot * job->padded_dim * bytes;
    if (!is_direct) {
      f32 *key_copy = job->keys + t * TILE * job->dim, *value_copy = job->values + t * TILE * job->padded_dim;
      if (layer->type == KV_BF16) {
        widen_key_pairs(keys, key_copy, TILE * job->dim);
        widen_value_pairs(&tiles[t], values, value_copy, job->padded_dim);
      } else {
        widen_tile((int)layer->type, keys, key_copy, TILE * job->dim);
        widen_tile((int)layer->type, values, value_copy, TILE * job->padded_dim);
      }
      keys = (u8 *)key_copy;
      values = (u8 *)value_copy;
    } else if (layer->type == KV_BF16 && (tiles[t].first > 0 || tiles[t].end < TILE)) {
      values = clear_unread(&tiles[t], values, job->padded_dim, (u8 *)(job->values + t * TILE * job->padded_dim));
    }
    data->keys[t] = keys;
    data->values[t] = values;
    data->key_scales[t] = (const f32 *)(page + layer->key_scale_offset) + slot;
    data->value_scales[t] = (const f32 *)(page + layer->value_scale_offset) + slot;
  }
}

u64 visible_tokens(const Job *job, const Block *block, i32 position) {
  const Tile *tiles = POINTER(const Tile, job->step->tiles) + block->first_tile;
  i64 window = job->op->window, oldest = window ? (i64)position - window + 1 : -0x80000000ll;
  u64 visible = 0;
  for (i64 t = 0; t < block->tile_count; t++) {
    u64 bits = 0;
    if (tiles[t].is_explicit) {
      const i32 *positions = POINTER(i32, job->step->positions) + tiles[t].position;
      for (i64 i = tiles[t].first; i < tiles[t].end; i++) bits |= (u64)(positions[i] <= position && positions[i] >= oldest) << i;
    } else {
      i64 low = max_i64(tiles[t].first, oldest - tiles[t].position), high = min_i64(tiles[t].end, (i64)position - tiles[t].position + 1);
      if (high > low) bits = ((1ull << high) - 1) & ~((1ull << low) - 1);
    }
    visible |= bits << (t * TILE);
  }
  return visible;
}

/* -- One register block of rows over one block of tokens ----------------------------------------------------------------- */

INLINE void scores_of(int type, int rows, const f32 *queries, const BlockData *data, i64 dim, i64 first, i64 end, f32 *scores) {
  u8 *const *keys = data->keys;
#if VW >= 8
  /* Short blocks, of which rows choose some: the vectors of a whole block would compute each token several times. */
  if (end - first == 1 && rows <= 6) {
#define CASE(count) \
  case count: return score_rows(type, count, TILE / VW, queries, keys, dim, first, end, scores);
    switch (rows) { CASE(1) CASE(2) CASE(3) CASE(4) CASE(6) }
#undef CASE
  }
#endif
#define CASE(count, vectors) \
  case count: score_rows(type, count, vectors, queries, keys, dim, first, end, scores); break;
  switch (rows) {
#if VW == 16
    CASE(1, 4) CASE(2, 4) CASE(3, 4) CASE(4, 4) CASE(6, 4)
#elif VW == 8
    CASE(1, 8) CASE(2, 4) CASE(3, 4) CASE(4, 2) CASE(6, 2)
#elif MAX_ROWS == 6
    CASE(1, 8) CASE(2, 8) CASE(3, 4) CASE(4, 4) CASE(6, 4)
#else
    CASE(1, 4) CASE(2, 4) CASE(3, 2) CASE(4, 2)
#endif
#if MAX_ROWS == 12
    case 12: if (type == KV_F32) score_rows(KV_F32, 12, 2, queries, keys, dim, first, end, scores); break;
#endif
  }
#undef CASE
}

INLINE void outputs_of(int type, int rows, const f32 *scores, const f32 *factors, const BlockData *data, i64 padded_dim, i64 first, i64 end, f32 *out) {
  i64 channel = 0;
#define CASE(count, vectors, narrow) \
  case count: \
    for (; channel + vectors * VW <= padded_dim; channel += vectors * VW) \
      add_values(type, count, vectors, scores, factors, data->values, padded_dim, channel, first, end, out); \
    for (; channel < padded_dim; channel += narrow * VW) \
      add_values(type, count, narrow, scores, factors, data->values, padded_dim, channel, first, end, out); \
    break;
  switch (rows) {
#if VW == 16
    CASE(1, 4, 1) CASE(2, 4, 1) CASE(3, 4, 1) CASE(4, 4, 1) CASE(6, 4, 1)
#elif VW == 8
    CASE(1, 8, 2) CASE(2, 4, 2) CASE(3, 4, 2) CASE(4, 2, 2) CASE(6, 2, 2)
#elif MAX_ROWS == 6
    CASE(1, 8, 4) CASE(2, 8, 4) CASE(3, 4, 4) CASE(4, 4, 4) CASE(6, 4, 4)
#else
    CASE(1, 8, 4) CASE(2, 4, 4) CASE(3, 2, 2) CASE(4, 2, 2)
#endif
#if MAX_ROWS == 12
    case 12:
      if (type != KV_F32) break;
      for (; channel + 2 * VW <= padded_dim; channel += 2 * VW)
        add_values(KV_F32, 12, 2, scores, factors, data->values, padded_dim, channel, first, end, out);
      for (; channel < padded_dim; channel += TILE)
        add_values(KV_F32, 12, 1, scores, factors, data->values, padded_dim, channel, first, end, out);
      break;
#endif
  }
#undef CASE
}

#define KERNEL_PAIR(name, type) \
  static NOINLINE void scores_##name(int rows, const f32 *queries, const BlockData *data, i64 dim, i64 first, i64 end, f32 *scores) { \
    scores_of(type, rows, queries, data, dim, first, end, scores); \
  } \
  static NOINLINE void outputs_##name(int rows, const f32 *scores, const f32 *factors, const BlockData *data, i64 padded_dim, i64 first, i64 end, f32 *out) { \
    outputs_of(type, rows, scores, factors, data, padded_dim, first, end, out); \
  }
KERNEL_PAIR(f32, KV_F32)
KERNEL_PAIR(f16, KV_F16)
KERNEL_PAIR(int8, KV_INT8)

NOINLINE void score_tiles(int type, int rows, const f32 *queries, const BlockData *data, i64 dim, i64 first_tile, i64 end_tile, f32 *scores) {
  switch (type) {
    case KV_F32: scores_f32(rows, queries, data, dim, first_tile, end_tile, scores); break;
    case KV_F16: scores_f16(rows, queries, data, dim, first_tile, end_tile, scores); break;
    case KV_BF16: score_bf16_tiles(rows, queries, data, dim, first_tile, end_tile, scores); break;
    default: scores_int8(rows, queries, data, dim, first_tile, end_tile, scores); break;
  }
}

void output_tiles(int type, int rows, const f32 *probabilities, const f32 *factors, const BlockData *data, i64 padded_dim, i64 first, i64 end, f32 *out) {
  switch (type) {
    case KV_F32: outputs_f32(rows, probabilities, factors, data, padded_dim, first, end, out); break;
    case KV_F16: outputs_f16(rows, probabilities, factors, data, padded_dim, first, end, out); break;
    default: outputs_int8(rows, probabilities, factors, data, padded_dim, first, end, out); break;
  }
}

/* Scales int8 scores, masks what the row does not see and returns the row's largest score over the tiles [first, end). */
INLINE f32 largest_score(f32 *scores, u64 visible, const BlockData *data, int is_int8, i64 first, i64 end) {
  vf most = splat(MINUS_INFINITY);
  u64 all = end - first == BLOCK_TILES ? ~0ull : ((1ull << ((end - first) * TILE)) - 1) << (first * TILE);
  if (is_int8)
    for (i64 i = first * TILE; i < end * TILE; i += VW) store(scores + i, load(scores + i) * load(data->key_scales[i / TILE] + i % TILE));
  if ((visible & all) != all)
    for (i64 i = first * TILE; i < end * TILE; i += VW) {
      vi bits = splat_i32((i32)(visible >> i)) & (1 << lane_numbers());
      store(scores + i, choose(bits != 0, load(scores + i), splat(MINUS_INFINITY)));
    }
  for (i64 i = first * TILE; i < end * TILE; i += VW) most = vmax(most, load(scores + i));
  return max_lanes(most);
}

/* Turns the scores of one row into probabilities relative to `maximum` and adds them to the row's sums, which shrink by `factor` first. */
INLINE void exponentiate(f32 *scores, const BlockData *data, int is_int8, i64 first, i64 end, f32 maximum, f32 factor, f32 *lanes) {
  vf sums[TILE / VW];
  for (int v = 0; v < TILE / VW; v++) sums[v] = load(lanes + v * VW) * factor;
  for (i64 tile = first; tile < end; tile++)
    for (int v = 0; v < TILE / VW; v++) {
      f32 *at = scores + tile * TILE + v * VW;
      vf probability = exp2_vector(load(at) - maximum);
      sums[v] += probability;
      store(at, is_int8 ? probability * load(data->value_scales[tile] + v * VW) : probability);
    }
  for (int v = 0; v < TILE / VW; v++) store(lanes + v * VW, sums[v]);
}

/*
 * The online softmax of some rows over one block: scores become probabilities relative to each row's running maximum, which they may
 * raise. `factors` become what earlier sums and outputs of the rows shrink by: exactly 1 where the maximum stays.
 */
INLINE void softmax_rows(int rows, f32 *scores, const u64 *visible, const BlockData *data, int is_int8, i64 first, i64 end, f32 *maxima, f32 *lanes, f32 *factors) {
  f32 raised[16], shrunk[16];
  for (int r = 0; r < rows; r++) {
    f32 old = maxima[r], largest = largest_score(scores + r * BLOCK_TOKENS, visible[r], data, is_int8, first, end);
    raised[r] = largest > old ? largest : old;
    shrunk[r] = old - raised[r];
    maxima[r] = raised[r];
  }
  for (int r = rows; r < 16; r++) shrunk[r] = 0;
  for (int r = 0; r < rows; r += VW) store(factors + r, exp2_vector(load(shrunk + r)));
  for (int r = 0; r < rows; r++) exponentiate(scores + r * BLOCK_TOKENS, data, is_int8, first, end, raised[r], factors[r], lanes + r * TILE);
}

NOINLINE void attend_rows(const Job *job, const BlockData *data, i64 row, int rows) {
  if (job->layer->type == KV_BF16) return attend_bf16_rows(job, data, row, rows);
  f32 scores[MAX_ROWS * BLOCK_TOKENS] __attribute__((aligned(64)));
  f32 factors[16];
  u64 visible[MAX_ROWS], seen = 0;
  const Block *block = data->block;
  for (int r = 0; r < rows; r++) {
    i64 token = (row + r) / job->group;
    visible[r] = r > 0 && (row + r) % job->group != 0 ? visible[r - 1] : visible_tokens(job, block, job->tokens[token].position);
    seen |= visible[r];
  }
  if (seen == 0) return;
  i64 first = __builtin_ctzll(seen), end = 64 - __builtin_clzll(seen);
  i64 first_tile = first / TILE, end_tile = (end + TILE - 1) / TILE;
  const f32 *queries = job->queries + row * job->dim;
  f32 *out = job->out + row * job->padded_dim;
  score_tiles(data->type, rows, queries, data, job->dim, first_tile, end_tile, scores);
  f32 *maxima = job->maximum + row, *lanes = job->lanes + row * TILE;
  if (job->layer->type == KV_INT8) softmax_rows(rows, scores, visible, data, 1, first_tile, end_tile, maxima, lanes, factors);
  else softmax_rows(rows, scores, visible, data, 0, first_tile, end_tile, maxima, lanes, factors);
  output_tiles(data->type, rows, scores, factors, data, job->padded_dim, first, end, out);
}

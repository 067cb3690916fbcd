/* Attention of query tokens over lists of pages: see attention.h for what is computed in which order. */
#include "attention.h"
#include "attention-kernels.h"
#include "functions.h"

#define MINUS_INFINITY (-__builtin_inff())

/* Up to this many rows, keys and values are converted in registers; above, once per block for all rows. */
#define DIRECT_ROWS (MAX_ROWS < 6 ? MAX_ROWS : 6)

/* Everything about one item that its blocks need. Row r is query head r % group of query token r / group. */
typedef struct {
  const OpAttention *op;
  const AttentionStep *step;
  const KvLayer *layer;
  const QueryToken *tokens;
  i64 group, rows, dim, padded_dim, kv_head;
  i32 min_position, max_position;
  /* Rotation of the packed queries. */
  i32 shift;
  /* Scratch. queries: register blocks of [headDim][rows]; out and total: [rows][padded_dim]; lanes: [rows][TILE] sums of probabilities. */
  f32 *queries, *out, *lanes, *maximum, *total, *total_maximum, *total_sum, *cosine, *sine;
  f32 *keys, *values;
} Job;

/* One block of tokens, ready for the kernels. */
typedef struct {
  const Block *block;
  int type;
  u8 *keys[BLOCK_TILES], *values[BLOCK_TILES];
  const f32 *key_scales[BLOCK_TILES], *value_scales[BLOCK_TILES];
} BlockData;

/* By KvType. */
static const i64 element_bytes[] = {4, 2, 2, 1};

i64 attention_scratch_bytes(i64 rows, i64 head_dim) {
  i64 padded_dim = (head_dim + TILE - 1) / TILE * TILE;
  return 4 * (rows * (head_dim + 2 * padded_dim + TILE + 3) + BLOCK_TOKENS * (head_dim + padded_dim) + MAX_ROWS * BLOCK_TOKENS + head_dim + 256);
}

/* Rows of the next register block when `left` rows remain. */
INLINE int next_rows(i64 left) {
  if (left >= MAX_ROWS) return MAX_ROWS;
#if MAX_ROWS > 6
  if (left >= 6) return 6;
#endif
  return left >= 4 ? 4 : (int)left;
}

static f32 *carve(f32 **at, i64 floats) {
  f32 *result = *at;
  *at += (floats + 15) / 16 * 16;
  return result;
}

/* -- Queries ------------------------------------------------------------------------------------------------------------- */

/* Packs the item's queries, rotated by -shift and scaled so that scores are logarithms to base 2. */
static NOINLINE void pack_queries(Job *job, i32 shift) {
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
  job->shift = shift;
}

/* -- Blocks -------------------------------------------------------------------------------------------------------------- */

INLINE void widen(int type, const u8 *from, f32 *to, i64 count) {
  for (i64 i = 0; i < count; i += VW) store(to + i, load_kv(type, from, i));
}

static NOINLINE void widen_tile(int type, const u8 *from, f32 *to, i64 count) {
  if (type == KV_F16) widen(KV_F16, from, to, count);
  else if (type == KV_BF16) widen(KV_BF16, from, to, count);
  else widen(KV_INT8, from, to, count);
}

/* Asks for a block's memory ahead of time: pages are scattered, so the hardware does not guess where the next one lies. */
static void prefetch_block(const Job *job, const Block *block) {
  const KvLayer *layer = job->layer;
  const Tile *tiles = POINTER(const Tile, job->step->tiles) + block->first_tile;
  i64 element = element_bytes[layer->type], key_bytes = TILE * job->dim * element, value_bytes = TILE * job->padded_dim * element;
  for (i64 t = 0; t < block->tile_count; t++) {
    const u8 *page = page_of(layer, job->kv_head, tiles[t].page);
    const u8 *keys = page + tiles[t].slot * job->dim * element, *values = page + layer->value_offset + tiles[t].slot * job->padded_dim * element;
    for (i64 at = 0; at < key_bytes; at += CACHE_LINE) __builtin_prefetch(keys + at, 0, 2);
    for (i64 at = 0; at < value_bytes; at += CACHE_LINE) __builtin_prefetch(values + at, 0, 2);
  }
}

/* Finds the block's tiles; with many rows their elements are converted to f32 first. */
static NOINLINE void prepare_block(const Job *job, const Block *block, BlockData *data) {
  const KvLayer *layer = job->layer;
  const Tile *tiles = POINTER(const Tile, job->step->tiles) + block->first_tile;
  i64 bytes = element_bytes[layer->type];
  int is_direct = layer->type == KV_F32 || job->rows <= DIRECT_ROWS;
  data->block = block;
  data->type = is_direct ? (int)layer->type : KV_F32;
  for (i64 t = 0; t < block->tile_count; t++) {
    u8 *page = page_of(layer, job->kv_head, tiles[t].page);
    i64 slot = tiles[t].slot;
    u8 *keys = page + slot * job->dim * bytes, *values = page + layer->value_offset + slot * job->padded_dim * bytes;
    if (!is_direct) {
      f32 *key_copy = job->keys + t * TILE * job->dim, *value_copy = job->values + t * TILE * job->padded_dim;
      widen_tile((int)layer->type, keys, key_copy, TILE * job->dim);
      widen_tile((int)layer->type, values, value_copy, TILE * job->padded_dim);
      keys = (u8 *)key_copy;
      values = (u8 *)value_copy;
    }
    data->keys[t] = keys;
    data->values[t] = values;
    data->key_scales[t] = (const f32 *)(page + layer->key_scale_offset) + slot;
    data->value_scales[t] = (const f32 *)(page + layer->value_scale_offset) + slot;
  }
}

/* Bit i: token i of the block is seen from `position`. */
static u64 visible_tokens(const Job *job, const Block *block, i32 position) {
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
KERNEL_PAIR(bf16, KV_BF16)
KERNEL_PAIR(int8, KV_INT8)

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

/* Rows [row, row + rows) of the job over one block. */
static NOINLINE void attend_rows(const Job *job, const BlockData *data, i64 row, int rows) {
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
  switch (data->type) {
    case KV_F32: scores_f32(rows, queries, data, job->dim, first_tile, end_tile, scores); break;
    case KV_F16: scores_f16(rows, queries, data, job->dim, first_tile, end_tile, scores); break;
    case KV_BF16: scores_bf16(rows, queries, data, job->dim, first_tile, end_tile, scores); break;
    default: scores_int8(rows, queries, data, job->dim, first_tile, end_tile, scores); break;
  }
  f32 *maxima = job->maximum + row, *lanes = job->lanes + row * TILE;
  if (job->layer->type == KV_INT8) softmax_rows(rows, scores, visible, data, 1, first_tile, end_tile, maxima, lanes, factors);
  else softmax_rows(rows, scores, visible, data, 0, first_tile, end_tile, maxima, lanes, factors);
  switch (data->type) {
    case KV_F32: outputs_f32(rows, scores, factors, data, job->padded_dim, first, end, out); break;
    case KV_F16: outputs_f16(rows, scores, factors, data, job->padded_dim, first, end, out); break;
    case KV_BF16: outputs_bf16(rows, scores, factors, data, job->padded_dim, first, end, out); break;
    default: outputs_int8(rows, scores, factors, data, job->padded_dim, first, end, out); break;
  }
}

/* -- Chunks and states --------------------------------------------------------------------------------------------------- */

static f32 sum_tile(const f32 *lanes) {
  f32 lane[TILE];
  for (int i = 0; i < TILE; i++) lane[i] = lanes[i];
  for (int half = TILE / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) lane[i] += lane[i + half];
  return lane[0];
}

/*
 * Computes a chunk into `out`, `maximum` and `lanes`; returns 0 where no row sees any of it. Unless it is the item's last, the blocks of
 * the next chunk follow it in memory.
 */
static int attend_chunk(Job *job, const Chunk *chunk, int is_last) {
  const Block *blocks = POINTER(const Block, job->step->blocks) + chunk->first_block;
  i64 window = job->op->window;
  int has_begun = 0;
  for (i64 b = 0; b < chunk->block_count; b++) {
    const Block *block = &blocks[b];
    if (block->min_position > job->max_position) continue;
    if (window && (i64)job->min_position - block->max_position >= window) continue;
    if (!has_begun) {
      has_begun = 1;
      if (job->shift != chunk->shift) pack_queries(job, chunk->shift);
      zero_bytes(job->out, (__SIZE_TYPE__)(job->rows * job->padded_dim) * 4);
      zero_bytes(job->lanes, (__SIZE_TYPE__)(job->rows * TILE) * 4);
      for (i64 r = 0; r < job->rows; r++) job->maximum[r] = MINUS_INFINITY;
    }
    BlockData data;
    prepare_block(job, block, &data);
    if (b + 1 < chunk->block_count || !is_last) prefetch_block(job, block + 1);
    for (i64 row = 0; row < job->rows;) {
      int rows = next_rows(job->rows - row);
      attend_rows(job, &data, row, rows);
      row += rows;
    }
  }
  return has_begun;
}

/* total = merge(total, state) for one row. */
static void merge_row(f32 *total, f32 *total_maximum, f32 *total_sum, const f32 *out, f32 maximum, f32 sum, i64 padded_dim) {
  if (maximum == MINUS_INFINITY) return;
  f32 raised = maximum > *total_maximum ? maximum : *total_maximum;
  f32 old_factor = exp2_scalar(*total_maximum - raised), new_factor = exp2_scalar(maximum - raised);
  *total_maximum = raised;
  *total_sum = *total_sum * old_factor + sum * new_factor;
  for (i64 i = 0; i < padded_dim; i += VW) store(total + i, load(total + i) * old_factor + load(out + i) * new_factor);
}

/* Writes a row's result: out = total / sum, lse to the natural base. */
static void finish_row(const Job *job, i64 row, const f32 *total, f32 maximum, f32 sum) {
  i64 head = job->kv_head * job->group + row % job->group;
  i64 at = job->tokens[row / job->group].row * job->op->query_heads + head;
  f32 *out = POINTER(f32, job->op->out) + at * job->dim;
  f32 factor = sum > 0 ? 1.0f / sum : 0.0f;
  for (i64 d = 0; d < job->dim; d++) out[d] = total[d] * factor;
  if (job->op->lse) POINTER(f32, job->op->lse)[at] = sum > 0 ? (f32)((f64)maximum * LN_2 + log_f64(sum)) : MINUS_INFINITY;
}

static void reset_totals(Job *job) {
  zero_bytes(job->total, (__SIZE_TYPE__)(job->rows * job->padded_dim) * 4);
  for (i64 r = 0; r < job->rows; r++) {
    job->total_maximum[r] = MINUS_INFINITY;
    job->total_sum[r] = 0;
  }
}

static void finish_rows(const Job *job) {
  for (i64 r = 0; r < job->rows; r++) finish_row(job, r, job->total + r * job->padded_dim, job->total_maximum[r], job->total_sum[r]);
}

/* All chunks of the rows, merged at once. */
static void attend_whole(Job *job, const Item *item) {
  const Chunk *chunks = POINTER(const Chunk, job->step->chunks);
  reset_totals(job);
  for (i64 c = item->first_chunk; c < item->end_chunk; c++) {
    if (!attend_chunk(job, &chunks[c], c + 1 == item->end_chunk)) continue;
    for (i64 r = 0; r < job->rows; r++)
      merge_row(job->total + r * job->padded_dim, &job->total_maximum[r], &job->total_sum[r], job->out + r * job->padded_dim,
                job->maximum[r], sum_tile(job->lanes + r * TILE), job->padded_dim);
  }
  finish_rows(job);
}

/* Some chunks of the rows, left as states. */
static void attend_part(Job *job, const Item *item) {
  const Chunk *chunks = POINTER(const Chunk, job->step->chunks);
  const State *states = POINTER(const State, job->step->states) + item->first_state;
  i64 rows = job->rows, padded_dim = job->padded_dim;
  for (i64 c = item->first_chunk; c < item->end_chunk; c++, states++) {
    f32 *out = POINTER(f32, states->at), *maximum = out + rows * padded_dim, *sum = maximum + rows;
    int is_seen = attend_chunk(job, &chunks[c], c + 1 == item->end_chunk);
    if (is_seen) copy_bytes(out, job->out, (__SIZE_TYPE__)(rows * padded_dim) * 4);
    for (i64 r = 0; r < rows; r++) {
      maximum[r] = is_seen ? job->maximum[r] : MINUS_INFINITY;
      sum[r] = is_seen ? sum_tile(job->lanes + r * TILE) : 0;
    }
  }
}

/* Takes scratch memory for the rows of some query tokens. */
static void open_job(Job *job, const OpAttention *op, i64 kv_head, i64 first_token, i64 token_count, Worker *worker) {
  job->op = op;
  job->step = POINTER(const AttentionStep, op->step);
  job->layer = POINTER(const KvLayer, op->layer);
  job->tokens = POINTER(const QueryToken, job->step->tokens) + first_token;
  job->group = op->query_heads / job->layer->kv_heads;
  job->rows = token_count * job->group;
  job->dim = job->layer->head_dim;
  job->padded_dim = job->layer->padded_dim;
  job->kv_head = kv_head;
  f32 *at = (f32 *)worker->scratch;
  job->total = carve(&at, job->rows * job->padded_dim);
  job->total_maximum = carve(&at, job->rows);
  job->total_sum = carve(&at, job->rows);
  job->queries = carve(&at, job->rows * job->dim);
  job->out = carve(&at, job->rows * job->padded_dim);
  job->lanes = carve(&at, job->rows * TILE);
  job->maximum = carve(&at, job->rows);
  job->cosine = carve(&at, job->dim / 2);
  job->sine = carve(&at, job->dim / 2);
  job->keys = carve(&at, BLOCK_TOKENS * job->dim);
  job->values = carve(&at, BLOCK_TOKENS * job->padded_dim);
}

static NOINLINE void attend_item(const OpAttention *op, const Item *item, Worker *worker) {
  Job job;
  open_job(&job, op, item->kv_head, item->first_token, item->token_count, worker);
  job.min_position = job.max_position = job.tokens[0].position;
  for (i64 i = 1; i < item->token_count; i++) {
    job.min_position = job.tokens[i].position < job.min_position ? job.tokens[i].position : job.min_position;
    job.max_position = job.tokens[i].position > job.max_position ? job.tokens[i].position : job.max_position;
  }
  pack_queries(&job, 0);
  if (item->first_state < 0) attend_whole(&job, item);
  else attend_part(&job, item);
}

static NOINLINE void merge_parts(const OpAttention *op, const Merge *merge, Worker *worker) {
  Job job;
  open_job(&job, op, merge->kv_head, merge->first_token, merge->token_count, worker);
  const State *states = POINTER(const State, job.step->states);
  const StateRows *parts = POINTER(const StateRows, job.step->parts) + merge->first_part;
  reset_totals(&job);
  for (i64 p = 0; p < merge->part_count; p++) {
    const State *state = &states[parts[p].state];
    const f32 *out = POINTER(f32, state->at), *maximum = out + state->rows * job.padded_dim, *sum = maximum + state->rows;
    for (i64 r = 0; r < job.rows; r++) {
      i64 row = parts[p].first_row + r;
      merge_row(job.total + r * job.padded_dim, &job.total_maximum[r], &job.total_sum[r], out + row * job.padded_dim, maximum[row], sum[row],
                job.padded_dim);
    }
  }
  finish_rows(&job);
}

NOINLINE void op_attention(const OpAttention *op, Worker *worker) {
  const AttentionStep *step = POINTER(const AttentionStep, op->step);
  if (worker->phase == 0) {
    const Item *items = POINTER(const Item, step->items);
    for (i64 i = next_ticket(worker); i < step->item_count; i = next_ticket(worker)) attend_item(op, &items[i], worker);
    if (step->merge_count > 0) needs_phase(worker);
  } else {
    const Merge *merges = POINTER(const Merge, step->merges);
    for (i64 i = next_ticket(worker); i < step->merge_count; i = next_ticket(worker)) merge_parts(op, &merges[i], worker);
  }
}

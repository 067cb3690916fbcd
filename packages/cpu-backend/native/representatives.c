/* Representatives of blocks of tokens: see selection.h for when, kv-core's `Selector` for what. */
#include "attention-job.h"
#include "functions.h"
#include "selection.h"

/* Rows of keys that score the block at once; more would need keys converted to f32 first. */
#define KEY_ROWS (MAX_ROWS < 6 ? MAX_ROWS : 6)

/* A block's tiles, counted from the one that holds its first token; lane i of tile t is index t * TILE + i. */
typedef struct {
  const KvLayer *layer;
  const i32 *pages;
  i64 kv_head;
  /* Slot of the first tile in the first page, and the indices [first, end) that are tokens of the block. */
  i64 base, first, end, tiles;
  /* Scratch. tile: f32 [headDim][TILE]; sums: f64 [headDim][TILE]. */
  f32 *tile;
  f64 *sums;
} Keys;

static const u8 *tile_at(const Keys *keys, i64 tile, const f32 **scales) {
  const KvLayer *layer = keys->layer;
  i64 slot = keys->base + tile * TILE, in_page = slot % layer->page_size;
  static const i64 bytes[] = {4, 2, 2, 1};
  const u8 *page = page_of(layer, keys->kv_head, keys->pages[slot / layer->page_size]);
  *scales = (const f32 *)(page + layer->key_scale_offset) + in_page;
  return page + in_page * layer->head_dim * bytes[layer->type];
}

/* Keys of a tile as f32 [headDim][TILE], int8 still without scales. */
static const f32 *read_tile(const Keys *keys, const u8 *at) {
  if (keys->layer->type == KV_F32) return (const f32 *)at;
  if (keys->layer->type == KV_BF16) widen_key_pairs(at, keys->tile, keys->layer->head_dim * TILE);
  else widen_tile((int)keys->layer->type, at, keys->tile, keys->layer->head_dim * TILE);
  return keys->tile;
}

/*
 * out = factor * sum over the block's tokens of weights[index] * key; weights 0 for equal ones. The sum is f64, so that equal keys give
 * equal representatives wherever a block begins in a tile.
 */
static NOINLINE void weigh_keys(const Keys *keys, const f32 *weights, f64 factor, f32 *out) {
  i64 dim = keys->layer->head_dim;
  int is_int8 = keys->layer->type == KV_INT8;
  for (i64 i = 0; i < dim * TILE; i++) keys->sums[i] = 0;
  for (i64 t = 0; t < keys->tiles; t++) {
    const f32 *scales;
    const f32 *tile = read_tile(keys, tile_at(keys, t, &scales));
    i64 low = max_i64(0, keys->first - t * TILE), high = min_i64(TILE, keys->end - t * TILE);
    f64 weight[TILE];
    for (i64 i = 0; i < TILE; i++) weight[i] = 0;
    for (i64 i = low; i < high; i++) weight[i] = (weights ? (f64)weights[t * TILE + i] : 1.0) * (is_int8 ? (f64)scales[i] : 1.0);
    if (low == 0 && high == TILE) {
      for (i64 d = 0; d < dim; d++)
        for (i64 i = 0; i < TILE; i++) keys->sums[d * TILE + i] += weight[i] * (f64)tile[d * TILE + i];
    } else {
      for (i64 d = 0; d < dim; d++)
        for (i64 i = low; i < high; i++) keys->sums[d * TILE + i] += weight[i] * (f64)tile[d * TILE + i];
    }
  }
  for (i64 d = 0; d < dim; d++) {
    f64 *lanes = keys->sums + d * TILE;
    for (i64 half = TILE / 2; half > 0; half /= 2)
      for (i64 i = 0; i < half; i++) lanes[i] += lanes[i + half];
    out[d] = (f32)(lanes[0] * factor);
  }
}

/*
 * Scores of some queries [headDim][rows], scaled to logarithms to base 2, with all tokens of the block, then their softmax.
 * scores: [tiles / BLOCK_TILES][rows][BLOCK_TOKENS]; they become probabilities but for the factor that `factors` gets, [rows].
 */
static void attend_keys(const Keys *keys, int rows, const f32 *queries, f32 *scores, f32 *factors) {
  const KvLayer *layer = keys->layer;
  f32 maxima[16];
  vf sums[16];
  for (int r = 0; r < rows; r++) {
    maxima[r] = MINUS_INFINITY;
    sums[r] = splat(0);
  }
  for (i64 first = 0; first < keys->tiles; first += BLOCK_TILES) {
    f32 *block = scores + first * TILE * rows;
    i64 count = min_i64(BLOCK_TILES, keys->tiles - first);
    BlockData data;
    for (i64 t = 0; t < count; t++) data.keys[t] = (u8 *)tile_at(keys, first + t, &data.key_scales[t]);
    score_tiles((int)layer->type, rows, queries, &data, layer->head_dim, 0, count, block);
    for (int r = 0; r < rows; r++)
      for (i64 t = 0; t < count; t++) {
        i64 index = (first + t) * TILE;
        f32 *at = block + r * BLOCK_TOKENS + t * TILE;
        if (layer->type == KV_INT8)
          for (i64 i = 0; i < TILE; i += VW) store(at + i, load(at + i) * load(data.key_scales[t] + i));
        if (index < keys->first || index + TILE > keys->end)
          for (i64 i = 0; i < TILE; i++)
            if (index + i < keys->first || index + i >= keys->end) at[i] = MINUS_INFINITY;
        vf most = load(at);
        for (i64 i = VW; i < TILE; i += VW) most = vmax(most, load(at + i));
        f32 largest = max_lanes(most);
        maxima[r] = largest > maxima[r] ? largest : maxima[r];
      }
  }
  for (i64 t = 0; t < keys->tiles; t++)
    for (int r = 0; r < rows; r++) {
      f32 *at = scores + t / BLOCK_TILES * BLOCK_TOKENS * rows + r * BLOCK_TOKENS + t % BLOCK_TILES * TILE;
      for (i64 i = 0; i < TILE; i += VW) {
        vf probability = exp2_vector(load(at + i) - maxima[r]);
        sums[r] += probability;
        store(at + i, probability);
      }
    }
  for (int r = 0; r < rows; r++) factors[r] = 1.0f / sum_lanes(sums[r]);
}

/* mass[index] += probability that each token of the block, taken as a query, gives to that token. */
static void gather_mass(const Keys *keys, f32 factor, f32 *queries, f32 *scores, f32 *mass) {
  i64 dim = keys->layer->head_dim;
  for (i64 t = 0; t < keys->tiles; t++) {
    i64 low = max_i64(0, keys->first - t * TILE), high = min_i64(TILE, keys->end - t * TILE);
    for (i64 lane = low; lane < high;) {
      int rows = next_rows(min_i64(high - lane, KEY_ROWS));
      const f32 *scales;
      const f32 *tile = read_tile(keys, tile_at(keys, t, &scales));
      f32 factors[16];
      for (int r = 0; r < rows; r++) {
        f32 scale = keys->layer->type == KV_INT8 ? scales[lane + r] * factor : factor;
        for (i64 d = 0; d < dim; d++) queries[d * rows + r] = tile[d * TILE + lane + r] * scale;
      }
      attend_keys(keys, rows, queries, scores, factors);
      for (int r = 0; r < rows; r++)
        for (i64 other = 0; other < keys->tiles; other++) {
          const f32 *from = scores + other / BLOCK_TILES * BLOCK_TOKENS * rows + r * BLOCK_TOKENS + other % BLOCK_TILES * TILE;
          f32 *to = mass + other * TILE;
          for (i64 i = 0; i < TILE; i += VW) store(to + i, load(to + i) + load(from + i) * factors[r]);
        }
      lane += rows;
    }
  }
}

static void chunk_feature(const Keys *keys, f64 scale, f32 *scratch, f32 *out) {
  i64 dim = keys->layer->head_dim, indices = keys->tiles * TILE;
  f32 factor = (f32)(scale * LOG2_E), last;
  f32 *queries = carve(&scratch, 16 * dim), *mass = carve(&scratch, indices), *scores = scratch;
  zero_bytes(mass, (__SIZE_TYPE__)indices * 4);
  gather_mass(keys, factor, queries, scores, mass);
  weigh_keys(keys, mass, 1.0 / (f64)(keys->end - keys->first), queries);
  for (i64 d = 0; d < dim; d++) queries[d] *= factor;
  attend_keys(keys, 1, queries, scores, &last);
  /* With one row the blocks of scores lie one after the other, as weights do. */
  weigh_keys(keys, scores, (f64)last, out);
}

static int is_current(const KvLayer *layer, const ScoredBlock *block, const Representative *known, f64 scale) {
  const i32 *pages = POINTER(const i32, block->pages);
  const i64 *stamps = POINTER(const i64, layer->stamps);
  if (known->id != block->id || (block->scoring == BY_CHUNK_FEATURE && known->scale != scale)) return 0;
  for (i64 i = 0; i * layer->page_size < block->first_slot + block->tokens; i++)
    if (stamps[pages[i]] > known->stamp) return 0;
  return 1;
}

static NOINLINE void represent_block(const OpAttention *op, const ScoredBlock *block, i64 kv_head, Worker *worker) {
  const KvLayer *layer = POINTER(const KvLayer, op->layer);
  Representative *known = representative_of(layer, block, kv_head);
  if (is_current(layer, block, known, op->scale)) return;
  f32 *at = (f32 *)worker->scratch, *out = (f32 *)(known + 1);
  Keys keys = {.layer = layer, .pages = POINTER(const i32, block->pages), .kv_head = kv_head};
  keys.base = block->first_slot / TILE * TILE;
  keys.first = block->first_slot % TILE;
  keys.end = keys.first + block->tokens;
  keys.tiles = (keys.end + TILE - 1) / TILE;
  keys.tile = carve(&at, layer->head_dim * TILE);
  keys.sums = (f64 *)carve(&at, 2 * layer->head_dim * TILE);
  if (block->scoring == BY_MEAN_KEY) weigh_keys(&keys, 0, 1.0 / (f64)block->tokens, out);
  else chunk_feature(&keys, op->scale, at, out);
  for (i64 d = layer->head_dim; d < layer->padded_dim; d++) out[d] = 0;
  known->id = block->id;
  known->stamp = op->stamp;
  known->scale = op->scale;
}

void represent_blocks(const OpAttention *op, Worker *worker) {
  const AttentionStep *step = POINTER(const AttentionStep, op->step);
  const ScoredBlock *blocks = POINTER(const ScoredBlock, step->scored);
  i64 kv_heads = POINTER(const KvLayer, op->layer)->kv_heads, count = step->scored_count * kv_heads;
  /* Nearly always all are current: few tickets, but enough for all threads where they are not. */
  i64 share = max_i64(1, count / (16 * worker->threads));
  for (i64 first = next_ticket(worker) * share; first < count; first = next_ticket(worker) * share)
    for (i64 i = first; i < min_i64(count, first + share); i++) represent_block(op, &blocks[i / kv_heads], i % kv_heads, worker);
}

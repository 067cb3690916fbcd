/* What the files of attention share: the rows of an item while they are computed. */
#ifndef KVASIR_ATTENTION_JOB_H
#define KVASIR_ATTENTION_JOB_H
#include "attention.h"
#include "attention-kernels.h"

#define MINUS_INFINITY (-__builtin_inff())

/* Most query tokens of an item: MAX_ITEM_ROWS of src/attention/step-planner.ts. */
#define MAX_ITEM_TOKENS 192

/* Everything about one item that its blocks need. Row r is query head r % group of query token r / group. */
typedef struct {
  const OpAttention *op;
  const AttentionStep *step;
  const KvLayer *layer;
  i64 group, dim, padded_dim, kv_head;
  /* The item's query tokens; results are counted by them. */
  const QueryToken *all_tokens;
  i64 all_count, all_rows;
  /* Those that are computed together now: all, or those that chose the chunk, `chosen[i]` being their indices among all. */
  const QueryToken *tokens;
  i64 token_count, rows;
  QueryToken chosen_tokens[MAX_ITEM_TOKENS];
  i32 chosen[MAX_ITEM_TOKENS];
  i32 min_position, max_position;
  /* Of the packed queries: their rotation, and whether they are those of `tokens`. */
  i32 shift, is_packed;
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

/* Rows of the next register block when `left` rows remain. */
INLINE int next_rows(i64 left) {
  if (left >= MAX_ROWS) return MAX_ROWS;
#if MAX_ROWS > 6
  if (left >= 6) return 6;
#endif
  return left >= 4 ? 4 : (int)left;
}

INLINE f32 *carve(f32 **at, i64 floats) {
  f32 *result = *at;
  *at += (floats + 15) / 16 * 16;
  return result;
}

/* Packs the queries of the job's rows, rotated by -shift and scaled so that scores are logarithms to base 2. */
void pack_queries(Job *job, i32 shift);
/* Converts `count` elements, a multiple of 16, to f32; `type` is not KV_F32. */
void widen_tile(int type, const u8 *from, f32 *to, i64 count);
/* Asks for a block's memory ahead of time: pages are scattered, so the hardware does not guess where the next one lies. */
void prefetch_block(const Job *job, const Block *block);
/* Finds the block's tiles; with many rows their elements are converted to f32 first. */
void prepare_block(const Job *job, const Block *block, BlockData *data);
/* Rows [row, row + rows) of the job over one block. */
void attend_rows(const Job *job, const BlockData *data, i64 row, int rows);
/* scores[row][token], rows BLOCK_TOKENS apart, for the tiles [first_tile, end_tile) of a block; without the scales of int8 keys. */
void score_tiles(int type, int rows, const f32 *queries, const BlockData *data, i64 dim, i64 first_tile, i64 end_tile, f32 *scores);

#endif

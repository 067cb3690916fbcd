/* What the files of attention share: the rows of an item while they are computed. */
#ifndef KVASIR_ATTENTION_JOB_H
#define KVASIR_ATTENTION_JOB_H
#include "attention.h"
#include "attention-kernels.h"
#include "functions.h"

/* Whether bf16 pages are converted to f32 for many rows as f16 ones are: taking pairs apart costs narrow vectors too much. */
#define WIDENS_PAIRS (VW == 4)

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

/* total = merge(total, state) for one row. */
INLINE void merge_row(f32 *total, f32 *total_maximum, f32 *total_sum, const f32 *out, f32 maximum, f32 sum, i64 padded_dim) {
  if (maximum == MINUS_INFINITY) return;
  f32 raised = maximum > *total_maximum ? maximum : *total_maximum;
  f32 old_factor = exp2_scalar(*total_maximum - raised), new_factor = exp2_scalar(maximum - raised);
  *total_maximum = raised;
  *total_sum = *total_sum * old_factor + sum * new_factor;
  for (i64 i = 0; i < padded_dim; i += VW) store(total + i, load(total + i) * old_factor + load(out + i) * new_factor);
}

/* Packs the queries of the job's rows, rotated by -shift and scaled so that scores are logarithms to base 2. */
void pack_queries(Job *job, i32 shift);
/* Converts `count` elements, a multiple of 16, to f32; `type` is neither KV_F32 nor KV_BF16. */
void widen_tile(int type, const u8 *from, f32 *to, i64 count);
/* The same for bf16 keys; `count` is a multiple of 32. */
void widen_key_pairs(const u8 *from, f32 *to, i64 count);
/* The same for a tile of bf16 values, with zeros for tokens that are not read. */
void widen_value_pairs(const Tile *tile, const u8 *from, f32 *to, i64 padded_dim);
/*
 * Asks for a block's memory ahead of time: pages are scattered, so the hardware does not guess where the next one lies. Each register
 * block of rows asks for its share: a core that is asked for too much at once waits until memory has answered.
 */
void prefetch_block(const Job *job, const Block *block, i64 row, i64 rows);
/* Finds the block's tiles; with many rows their elements are converted to f32 first. */
void prepare_block(const Job *job, const Block *block, BlockData *data);
/* Bit i: token i of the block is seen from `position`. */
u64 visible_tokens(const Job *job, const Block *block, i32 position);
/* Rows [row, row + rows) of the job over one block. */
void attend_rows(const Job *job, const BlockData *data, i64 row, int rows);
/* The same for bf16 pages, with what it needs: packed queries rounded, and a tile's values with zeros for tokens that are not read. */
void attend_bf16_rows(const Job *job, const BlockData *data, i64 row, int rows);
void round_queries(Job *job);
u8 *clear_unread(const Tile *tile, const u8 *values, i64 padded_dim, u8 *to);
/* scores[row][token], rows BLOCK_TOKENS apart, for the tiles [first_tile, end_tile) of a block; without the scales of int8 keys. */
void score_tiles(int type, int rows, const f32 *queries, const BlockData *data, i64 dim, i64 first_tile, i64 end_tile, f32 *scores);
/*
 * out[row] = out[row] * factors[row] + probabilities . values for the tokens [first, end) of a block that is not bf16; scales of int8
 * values are part of the probabilities.
 */
void output_tiles(int type, int rows, const f32 *probabilities, const f32 *factors, const BlockData *data, i64 padded_dim, i64 first, i64 end, f32 *out);
/* `score_tiles` for bf16 pages and queries in f32, which are not rounded. */
void score_bf16_tiles(int rows, const f32 *queries, const BlockData *data, i64 dim, i64 first_tile, i64 end_tile, f32 *scores);

#endif

/*
 * Attention over page lists.
 *
 * What a row's result is, whatever else runs beside it: the tokens its sequence reads form a list of tiles (16 token slots of a
 * page), cut into blocks of at most 4 tiles and chunks of blocks. Cuts lie at fixed positions, so they do not depend on how a
 * sequence was cut into steps or segments. Within a chunk an online softmax goes block by block; every score is one sum over
 * channels in ascending order, every output channel one sum over tokens in list order. The states of the chunks are then merged
 * one by one in list order. All kernels, thread counts and ways to share work keep to this order, so they give the same bits.
 *
 * Over bf16 pages queries (rotated and scaled) and probabilities are rounded to bf16, to nearest, ties to even, and products add up in
 * f32. Pairs of tokens are those of a tile's slots, whatever is read of them. The sum of a row's probabilities is that of the rounded
 * ones: weights then add up to 1, and an output errs in proportion to how far values lie apart, not to how large they are.
 *
 * Where a segment has a selector, chunks are cut at its blocks instead, and a row reads the chunks of the blocks it chose (selection.h).
 *
 * Masked tokens have probability exactly 0 and change nothing; blocks that a row does not see are skipped or change nothing.
 */
#ifndef KVASIR_ATTENTION_H
#define KVASIR_ATTENTION_H
#include "kv-store.h"

#define BLOCK_TILES 4
#define BLOCK_TOKENS (BLOCK_TILES * TILE)

/* Positions below are the reader's: stored position + shift. */
typedef struct {
  i32 page;
  /* Slot in the page of the tile's first token. */
  i32 slot;
  /* Position of the tile's first slot (also if that slot is not read); with `is_explicit` an index into `AttentionStep.positions`. */
  i32 position;
  /* Slots [first, end) of the tile are read. */
  u8 first, end;
  u8 is_explicit;
  u8 reserved;
} Tile;

typedef struct {
  i32 first_tile, tile_count;
  /* Of the tokens read. */
  i32 min_position, max_position;
} Block;

typedef struct {
  i32 first_block, block_count;
  /* Queries are rotated by -shift. */
  i32 shift;
  /* 1 + index in `AttentionStep.choices` of the block that rows must have chosen to read the chunk; 0 where all rows read it. */
  i32 choice;
} Chunk;

/* A row of the batch and the position of its token. */
typedef struct {
  i32 row, position;
} QueryToken;

/* A piece of work: some query tokens, of one sequence or of several that read the same chunks; all query heads of one KV head. */
typedef struct {
  i32 kv_head;
  i32 first_token, token_count;
  i32 first_chunk, end_chunk;
  /* In `AttentionStep.states`, of its first chunk; -1 where the item covers all that its rows read and finishes them. */
  i32 first_state;
  i32 reserved[2];
} Item;

/* What one chunk gave the rows of an item: f32 out [rows][padded_dim], maximum [rows], sum [rows]. */
typedef struct {
  address at;
  i64 rows;
} State;

/* Rows of a state, from `first_row` on. */
typedef struct {
  i32 state, first_row;
} StateRows;

/* Query tokens whose chunks were left as states, to be merged in order when all items are done. */
typedef struct {
  i32 kv_head;
  i32 first_token, token_count;
  i32 first_part, part_count;
  i32 reserved[3];
} Merge;

/* A block of a segment with a selector. */
typedef struct {
  i32 selection, block;
} Choice;

/* Written by the host once per step and kind of layer (src/attention/step-planner.ts). */
typedef struct {
  /* Tile, Block, Chunk, QueryToken, i32, Item, State, Merge, StateRows */
  address tiles, blocks, chunks, tokens, positions, items, states, merges, parts;
  /* ScoredBlock, Selection, Chooser of selection.h; Choice */
  address scored, selections, choosers, choices;
  i64 item_count, merge_count, scored_count, chooser_count;
} AttentionStep;

void op_attention(const OpAttention *op, Worker *worker);
void op_merge_states(const OpMergeStates *op, Worker *worker);

#endif

/*
 * Attention over page lists.
 *
 * What a row's result is, whatever else runs beside it: the tokens its sequence reads form a list of tiles (16 token slots of a
 * page), cut into blocks of at most 4 tiles and chunks of blocks. Cuts lie at fixed positions, so they do not depend on how a
 * sequence was cut into steps or segments. Within a chunk an online softmax goes block by block; every score is one sum over
 * channels in ascending order, every output channel one sum over tokens in list order. The states of the chunks are then merged
 * one by one in list order. All kernels, thread counts and ways to share work keep to this order, so they give the same bits.
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
  i32 reserved;
} Chunk;

/* A row of the batch and the position of its token. */
typedef struct {
  i32 row, position;
} QueryToken;

/* A piece of work: some query tokens, all query heads of one KV head, some chunks. */
typedef struct {
  i32 kv_head;
  i32 first_token, token_count;
  i32 first_chunk, end_chunk;
  /* Index in `AttentionStep.splits`; -1 where the item covers all chunks of its rows. */
  i32 split;
  /* Where in the split's states those of the item's first chunk lie. */
  i32 first_state;
  i32 reserved;
} Item;

/* Rows whose chunks several items compute; the last item to finish merges the states. */
typedef struct {
  /* Items still to finish, and its value when the step starts. */
  i32 pending, items;
  i32 chunk_count;
  i32 reserved;
  /* Of the first state; see state_floats in attention.c. */
  address states;
} Split;

/* Written by the host once per step and kind of layer (src/attention/attention-step.ts). */
typedef struct {
  address tiles, blocks, chunks, tokens, positions, items, splits;
  i64 item_count;
} AttentionStep;

void op_attention(const OpAttention *op, Worker *worker);
void op_merge_states(const OpMergeStates *op, Worker *worker);

/* Bytes of scratch that attention over `rows` rows of one item takes. */
i64 attention_scratch_bytes(i64 rows, i64 head_dim);

#endif

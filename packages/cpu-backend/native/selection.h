/*
 * Which blocks of a segment each row reads: `Selector` of kv-core (src/plan/selector.ts).
 *
 * Before attention, two phases: every block gets the representative of its keys unless the store still has it, and every row scores
 * the representatives and chooses. Both results are the same in whatever step, batch and number of threads they are computed: a
 * representative depends on the stored keys of its block alone, a choice on the row and the representatives alone.
 */
#ifndef KVASIR_SELECTION_H
#define KVASIR_SELECTION_H
#include "attention.h"

enum Scoring { BY_MEAN_KEY = 0, BY_CHUNK_FEATURE = 1 };

/* A full block of cached tokens and where the store keeps its representatives, those of all layers and KV heads. */
typedef struct {
  address at;
  /* i32: its pages in token order */
  address pages;
  /* Of this block since it got its place: other blocks had the place before. */
  i64 id;
  /* Slot of the first token in the first page. */
  i64 first_slot;
  i64 tokens;
  i64 scoring;
} ScoredBlock;

/* One representative; f32 [padded_dim] follow, 0 beyond headDim. Current as long as block and scale are the same and no page is newer. */
typedef struct {
  i64 id;
  /* Everything written to the store up to this stamp has been seen. */
  i64 stamp;
  f64 scale;
  i64 reserved[5];
} Representative;

INLINE Representative *representative_of(const KvLayer *layer, const ScoredBlock *block, i64 kv_head) {
  return POINTER(Representative, block->at + (u64)(layer->representative_offset + kv_head * layer->representative_stride));
}

/* The choices of all rows in one segment. Positions are the reader's. */
typedef struct {
  /* i32 [full blocks]: indices in `AttentionStep.scored` */
  address scored;
  /* u8 [kv_heads][block_count][row_count], written by the second phase */
  address chosen;
  /* i32 [length] where tokens have gaps between them, else 0 */
  address positions;
  i64 first_position, length, shift;
  i64 block_tokens, block_count;
  i64 sink_tokens, recent_tokens;
  /* Of the n tokens at or before a row, keep_tokens + keep_share * n are kept. */
  f64 keep_share, keep_tokens;
  /* Rows of the batch in `chosen`. */
  i64 first_row, row_count;
} Selection;

/* A piece of the second phase: query tokens that choose for one KV head. */
typedef struct {
  i32 selection, kv_head, first_token, token_count;
} Chooser;

/* By row of the batch, from `first_row` on: whether it chose the block. */
INLINE u8 *chosen_rows(const Selection *selection, i64 kv_head, i64 block) {
  return POINTER(u8, selection->chosen) + (kv_head * selection->block_count + block) * selection->row_count;
}

void represent_blocks(const OpAttention *op, Worker *worker);
void choose_blocks(const OpAttention *op, Worker *worker);

#endif

/*
 * Attention over encoded segments in the format of packed-format.h, added to what attention over dense pages gave.
 *
 * For a query token and a KV head: the group's queries are rotated into the basis of the keys once per state; scores are products with
 * coefficients, values add up in their own basis, and one rotation back per state gives the output. Tokens are unpacked a tile at a
 * time, for all rows that read them.
 *
 * What a row's result is, whatever else runs beside it: pieces form chunks (pieces of one state that begin in the same CHUNK_TOKENS
 * tokens of the segment), chunks tiles of PACKED_TILE tokens of those that the row reads, in order. An online softmax goes tile by tile; the
 * states of chunks are merged in order while they share a basis, then the bases, then with the dense part.
 */
#ifndef KVASIR_PACKED_ATTEND_H
#define KVASIR_PACKED_ATTEND_H
#include "attention.h"
#include "packed-format.h"

/* Tokens that are unpacked at a time. */
#define PACKED_TILE 32
/* Also in src/attention/packed-planner.ts. */
#define PACKED_CHUNK_TOKENS 2048

/* After the last block that is read: behind all tokens of a segment. */
#define NO_BLOCK 0x7fffffff

/* Of a directory, see kv-core's `EncodedDirectory`. */
#define DIRECTORY_HEADER_BYTES 16
#define DIRECTORY_ITEM_BYTES 32

/* How blocks are scored: `PACKED_SELECTORS` of src/attention/packed-planner.ts, from 1 on. */
enum PackedScoring { PACKED_READS_ALL = 0, PACKED_BY_MEAN_KEY = 1, PACKED_BY_MAX_KEY = 2 };

/* `first_token` counts from the segment's first. */
typedef struct {
  address directory;
  i64 first_token, tokens;
} PackedPiece;

/* Positions are the reader's. */
typedef struct {
  address pieces;
  i64 piece_count;
  i64 first_position, length, shift;
  i64 scoring, block_tokens, block_count, sink_tokens, recent_tokens;
  /* Of the n tokens at or before a row, keep_tokens + keep_share * n are read. */
  f64 keep_share, keep_tokens;
} PackedSegment;

/*
 * Some query tokens and pieces for one KV head; a single token where the segment's blocks are chosen. The pieces are all that the rows
 * read, or with `first_state` >= 0 a part of them that is left in states.
 */
typedef struct {
  i32 segment, kv_head, first_token, token_count;
  i32 first_piece, end_piece;
  /* In units of 64 bytes from `PackedStep.states`: where the states of the segment's first piece would lie; -1 without. */
  i32 first_state;
  /* In `PackedStep.choices`, where pieces are scored in parts; -1 where the work chooses itself, or nothing is to be chosen. */
  i32 choice;
} PackedWork;

/* i32 [block_count + 1]: how blocks rank, then those that are read in ascending order, closed by NO_BLOCK. */
typedef struct {
  address blocks;
} PackedChoice;

/* Written by the host once per step and kind of layer (src/attention/packed-planner.ts). A row is in one work of the step, or in parts of one. */
typedef struct {
  /* PackedSegment, QueryToken; PackedWork that scores pieces, chooses, attends and merges parts; PackedChoice; states */
  address segments, tokens, scorings, choosers, works, merges, choices, states;
  i64 scoring_count, chooser_count, work_count, merge_count;
} PackedStep;

/* queries, out, lse as those of OpAttention, whose `out` and `lse` this adds to. */
typedef struct {
  OpHeader header;
  address step, layer, queries, out, lse, frequencies;
  /* Of page 0. */
  address pages;
  i64 page_bytes;
  /* In a directory, the layer's item for KV head 0. */
  i64 first_item;
  i64 query_heads, window;
  f64 scale;
} OpPackedAttention;

void op_packed_attention(const OpPackedAttention *op, Worker *worker);

#endif

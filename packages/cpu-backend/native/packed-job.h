/* What the files of packed attention share. */
#ifndef KVASIR_PACKED_JOB_H
#define KVASIR_PACKED_JOB_H
#include "attention-job.h"
#include "packed-attend.h"

/* States whose rotated queries are kept: segments with more of them rotate again. */
#define PACKED_STATES 8

/* Vectors [first, first + count) of some planes. */
typedef struct {
  const PackedPlanes *planes;
  i64 first, count;
} PackedRun;

/* Queries in the basis of a state's keys: [rows][key stride], the mean of the group last. */
typedef struct {
  const u8 *state;
  f32 *queries;
} RotatedQueries;

/* A piece of the work's KV head. */
typedef struct {
  PackedItem item;
  const u8 *state;
  i64 first_token, tokens;
} OpenPiece;

/* Everything about one work. Row r is query head r % group of query token r / group. */
typedef struct {
  const OpPackedAttention *op;
  const PackedStep *step;
  const KvLayer *layer;
  const PackedSegment *segment;
  const PackedPiece *pieces;
  const QueryToken *tokens;
  i64 kv_head, group, dim, padded_dim, token_count, rows;
  /* The state at `state_at`, and the row width of vectors in the bases of its keys and values. */
  const u8 *state_at;
  PackedState state;
  i64 key_stride, value_stride;
  /* Scratch. queries: dense, [rows + 1][padded_dim], scaled, the last their unscaled mean where blocks are chosen. */
  f32 *queries;
  int has_mean;
  /* Those of the first `rotated_room` states; a further one takes the place of the oldest. */
  RotatedQueries rotated[PACKED_STATES];
  i64 rotated_room, next_rotated;
  /* tile: [PACKED_TILE][PACKED_MAX_CHANNELS]; scores: [rows][PACKED_TILE]; kept: [PACKED_TILE][KEPT_STRIDE] */
  f32 *tile, *scores, *kept;
} PackedJob;

/* Tokens [from, to) of the segment that a row sees; `to` counts all at or before it. */
typedef struct {
  i64 from, to;
} PackedSeen;

INLINE PackedSeen packed_seen(const OpPackedAttention *op, const PackedSegment *segment, i64 position) {
  i64 to = max_i64(0, min_i64(segment->length, position - segment->first_position + 1));
  i64 from = op->window ? max_i64(0, min_i64(segment->length, position - op->window - segment->first_position + 1)) : 0;
  return (PackedSeen){from, to};
}

/* Opens a piece of the segment; its state becomes that of the job. */
OpenPiece open_piece(PackedJob *job, i64 piece);
/* Where the planes of a piece lie if it has the state of the job; else 0. */
int peek_piece(const PackedJob *job, i64 piece, PackedItem *item);
/* The job's queries in the basis of its state. */
const f32 *rotated_queries(PackedJob *job);

/* packed-tile.c */
/* Loads vectors [first, first + count) into the cache. */
void bring_vectors(const PackedFormat *format, const PackedPlanes *planes, i64 first, i64 count);
/* Coefficients [count][whole_words(channels)] of vectors, 0 behind the last channel; `kept`: scratch for as many vectors. */
void unpack_vectors(const PackedFormat *format, const PackedRun *run, f32 *kept, f32 *to);
#define KEPT_STRIDE (PACKED_MAX_CHANNELS + 16)
/* scores[i] = query . vector `first + i`; has room for whole tiles. */
void score_vectors(PackedJob *job, const PackedRun *run, const f32 *query, f32 *scores);
/* See score_tile and add_tile of packed-kernels.h; any number of rows. */
void score_packed(i64 rows, const f32 *queries, const f32 *tile, i64 stride, i64 count, f32 *scores);
void add_packed(i64 rows, const f32 *weights, const f32 *factors, const f32 *tile, i64 stride, i64 count, f32 *out);
/* to[row][channel] = scale of the channel * (its axis . from[row]), 0 behind the last channel; from: [rows][padded_dim]. */
void into_basis(const PackedFormat *format, const PackedBasis *basis, i64 rows, const f32 *from, i64 padded_dim, f32 *to);
/* to[row] = sum over channels of from[row][channel] * scale * axis; to: [rows][padded_dim], undefined behind headDim. Changes `from`. */
void out_of_basis(const PackedFormat *format, const PackedBasis *basis, i64 rows, f32 *from, i64 padded_dim, f32 *to);

/* packed-select.c */
/* Ranks of the blocks of pieces [first, end). */
void rank_packed_blocks(PackedJob *job, i64 first, i64 end, i32 *blocks);
/* Turns ranks into the list of blocks that the row reads, in ascending order and closed by NO_BLOCK. */
void choose_packed_blocks(const PackedSegment *segment, PackedSeen seen, i32 *blocks);

#endif

/* Rows choose the packed blocks they read, by the rule of kv-core's `Selector` (src/plan/selector.ts). */
#include "packed-job.h"
#include "simd.h"

/* A score as a number that orders like it. */
INLINE i32 rank_of_score(f32 score) {
  i32 bits = (i32)bits_of(score + 0.0f);
  return bits ^ (bits >> 31 & 0x7fffffff);
}

static void rank_by_mean_keys(PackedJob *job, const OpenPiece *piece, i32 *blocks) {
  f32 scores[PACKED_TILE];
  const f32 *mean = rotated_queries(job) + job->rows * job->key_stride;
  for (i64 first = 0; first < piece->item.blocks; first += PACKED_TILE) {
    PackedRun run = {&piece->item.block_keys, first, min_i64(PACKED_TILE, piece->item.blocks - first)};
    score_vectors(job, &run, mean, scores);
    for (i64 i = 0; i < run.count; i++) blocks[first + i] = rank_of_score(scores[i]);
  }
}

static void rank_by_max_keys(PackedJob *job, const OpenPiece *piece, i32 *blocks) {
  i64 size = job->segment->block_tokens;
  const f32 *mean = rotated_queries(job) + job->rows * job->key_stride;
  i32 best = (i32)0x80000000;
  for (i64 first = 0; first < piece->tokens; first += PACKED_TILE) {
    f32 scores[PACKED_TILE];
    PackedRun run = {&piece->item.keys, first, min_i64(PACKED_TILE, piece->tokens - first)};
    score_vectors(job, &run, mean, scores);
    for (i64 i = 0; i < run.count; i++) {
      i32 rank = rank_of_score(scores[i]);
      best = rank > best ? rank : best;
      if ((first + i + 1) % size != 0 && first + i + 1 < piece->tokens) continue;
      blocks[(first + i) / size] = best;
      best = (i32)0x80000000;
    }
  }
}

NOINLINE void rank_packed_blocks(PackedJob *job, i64 first, i64 end, i32 *blocks) {
  for (i64 p = first; p < end; p++) {
    OpenPiece piece = open_piece(job, p);
    PackedItem next;
    if (job->segment->scoring == PACKED_BY_MEAN_KEY && p + 1 < end && peek_piece(job, p + 1, &next))
      bring_vectors(&job->state.keys, &next.block_keys, 0, next.blocks);
    i32 *at = blocks + piece.first_token / job->segment->block_tokens;
    if (job->segment->scoring == PACKED_BY_MEAN_KEY) rank_by_mean_keys(job, &piece, at);
    else rank_by_max_keys(job, &piece, at);
  }
}

/* How many of `count` ranks are at least `least`. */
static i64 count_at_least(const i32 *ranks, i64 count, i32 least) {
  vi total = splat_i32(0);
  i64 i = 0, found = 0;
  for (; i + VW <= count; i += VW) total -= (vi)(*(const vi_loose *)(ranks + i) >= splat_i32(least));
  for (int lane = 0; lane < VW; lane++) found += total[lane];
  for (; i < count; i++) found += ranks[i] >= least;
  return found;
}

/* The `places`-th largest of more ranks than that, found bit by bit; also how many lie above it. */
static i32 threshold_of(const i32 *ranks, i64 count, i64 places, i64 *above) {
  u32 threshold = 0;
  *above = 0;
  for (int bit = 31; bit >= 0; bit--) {
    u32 candidate = threshold | 1u << bit;
    i64 found = count_at_least(ranks, count, (i32)(candidate ^ 0x80000000u));
    if (found >= places) threshold = candidate;
    else *above = found;
  }
  return (i32)(threshold ^ 0x80000000u);
}

/* Blocks that a row which sees so many tokens reads, forced ones included. */
static i64 allowed_blocks(const PackedSegment *segment, i64 tokens) {
  f64 kept = segment->keep_tokens + segment->keep_share * (f64)tokens;
  i64 whole = kept < 1 ? 1 : kept < (f64)tokens ? (i64)kept : tokens;
  return max_i64(1, whole / segment->block_tokens);
}

NOINLINE void choose_packed_blocks(const PackedSegment *segment, PackedSeen seen, i32 *blocks) {
  i64 size = segment->block_tokens, first = seen.from / size, end = (seen.to + size - 1) / size;
  if (seen.to <= seen.from) first = end = 0;
  /* Candidates are [low, high): between the sinks and the recent tokens, which are read in any case, as is a block being filled. */
  i64 low = max_i64(first, min_i64(end, (segment->sink_tokens + size - 1) / size));
  i64 high = seen.to / size;
  if (segment->recent_tokens > 0) high = min_i64(high, max_i64(0, seen.to - segment->recent_tokens) / size);
  high = max_i64(low, min_i64(high, end));
  i64 candidates = high - low, places = allowed_blocks(segment, seen.to) - (end - first - candidates), above = 0;
  i32 threshold = (i32)0x80000000;
  places = max_i64(0, min_i64(places, candidates));
  if (places > 0 && places < candidates) threshold = threshold_of(blocks + low, candidates, places, &above);
  /* The list is never longer than what has been looked at. */
  i64 count = 0, ties = places - above;
  for (i64 b = first; b < low; b++) blocks[count++] = (i32)b;
  for (i64 b = low; b < high && places > 0; b++) {
    i32 rank = blocks[b];
    int is_tie = rank == threshold && ties > 0;
    ties -= is_tie;
    blocks[count] = (i32)b;
    count += rank > threshold || is_tie;
  }
  for (i64 b = high; b < end; b++) blocks[count++] = (i32)b;
  blocks[count] = NO_BLOCK;
}

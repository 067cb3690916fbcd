/* Rows choose the blocks they read: see selection.h. */
#include "functions.h"
#include "selection.h"

/* What a row sees of a segment: tokens [from, to); `to` counts all at or before the row. */
typedef struct {
  i64 from, to;
} Seen;

/* Tokens of the segment at or before a position. */
static i64 tokens_until(const Selection *selection, i64 position) {
  if (!selection->positions) return max_i64(0, min_i64(selection->length, position - selection->first_position + 1));
  const i32 *positions = POINTER(const i32, selection->positions);
  i64 low = 0, high = selection->length;
  while (low < high) {
    i64 middle = (low + high) / 2;
    if (positions[middle] <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}

/* The mean of a group's query heads, rotated by -shift; 0 from headDim to paddedDim. cosine, sine: [headDim / 2] of that rotation. */
static void mean_query(const OpAttention *op, const KvLayer *layer, i64 kv_head, i64 row, const f32 *cosine, const f32 *sine, f32 *mean) {
  i64 dim = layer->head_dim, half = dim / 2, group = op->query_heads / layer->kv_heads;
  const f32 *heads = POINTER(const f32, op->queries) + (row * op->query_heads + kv_head * group) * dim;
  for (i64 d = 0; d < layer->padded_dim; d++) mean[d] = 0;
  for (i64 h = 0; h < group; h++)
    for (i64 d = 0; d < dim; d++) mean[d] += heads[h * dim + d];
  for (i64 d = 0; d < dim; d++) mean[d] /= (f32)group;
  if (cosine)
    for (i64 i = 0; i < half; i++) {
      f32 a = mean[i], b = mean[half + i];
      mean[i] = a * cosine[i] - b * sine[i];
      mean[half + i] = b * cosine[i] + a * sine[i];
    }
}

static f32 dot(const f32 *a, const f32 *b, i64 padded_dim) {
  vf sum = splat(0);
  for (i64 i = 0; i < padded_dim; i += VW) sum += load(a + i) * load(b + i);
  return sum_lanes(sum);
}

/* Orders candidates by score, equal ones by the lower block: larger is better, and no two are the same. */
static u64 rank_of(f32 score, i64 block) {
  u32 bits = bits_of(score + 0.0f);
  bits ^= bits >> 31 ? 0xffffffffu : 0x80000000u;
  return (u64)bits << 32 | (0xffffffffu - (u32)block);
}

/* Moves the `places` largest to the front, in any order. */
static void keep_largest(u64 *ranks, i64 count, i64 places) {
  for (i64 low = 0, high = count; low < places && places < high;) {
    u64 a = ranks[low], b = ranks[(low + high) / 2], c = ranks[high - 1];
    u64 pivot = a > b ? (b > c ? b : a > c ? c : a) : (a > c ? a : b > c ? c : b);
    i64 i = low, at = low;
    for (; i < high; i++)
      if (ranks[i] > pivot) {
        u64 larger = ranks[i];
        ranks[i] = ranks[at];
        ranks[at++] = larger;
      }
    /* All of [low, at) are larger; the pivot is next. */
    for (i = at; ranks[i] != pivot; i++) {}
    ranks[i] = ranks[at];
    ranks[at] = pivot;
    if (at < places) low = at + 1;
    else high = at;
  }
}

/* Blocks that a row which sees so many tokens reads, forced ones included. */
static i64 allowed_blocks(const Selection *selection, i64 tokens) {
  f64 kept = selection->keep_tokens + selection->keep_share * (f64)tokens;
  i64 whole = kept < 1 ? 1 : kept < (f64)tokens ? (i64)kept : tokens;
  return max_i64(1, whole / selection->block_tokens);
}

/* Writes one row's choice. `query` is its mean query once that is needed; ranks: scratch for one candidate a block. */
static void choose_row(const OpAttention *op, const Selection *selection, i64 kv_head, i64 row, Seen seen, const f32 *query, u64 *ranks) {
  const KvLayer *layer = POINTER(const KvLayer, op->layer);
  const ScoredBlock *blocks = POINTER(const ScoredBlock, POINTER(const AttentionStep, op->step)->scored);
  const i32 *scored = POINTER(const i32, selection->scored);
  u8 *chosen = chosen_rows(selection, kv_head, 0) + (row - selection->first_row);
  i64 size = selection->block_tokens, stride = selection->row_count, candidates = 0, forced = 0;
  for (i64 b = 0; b < selection->block_count; b++) chosen[b * stride] = 0;
  if (seen.to <= seen.from) return;
  for (i64 b = seen.from / size; b * size < seen.to; b++) {
    i64 start = b * size, end = min_i64(start + size, selection->length);
    int is_unfinished = min_i64(end, seen.to) - start < size;
    int is_recent = selection->recent_tokens > 0 && end > seen.to - selection->recent_tokens;
    if (is_unfinished || is_recent || start < selection->sink_tokens) {
      chosen[b * stride] = 1;
      forced++;
    } else {
      ranks[candidates++] = (u64)b;
    }
  }
  i64 places = max_i64(0, allowed_blocks(selection, seen.to) - forced);
  if (places < candidates && places > 0) {
    for (i64 i = 0; i < candidates; i++) {
      i64 b = (i64)ranks[i];
      ranks[i] = rank_of(dot(query, (const f32 *)(representative_of(layer, &blocks[scored[b]], kv_head) + 1), layer->padded_dim), b);
    }
    keep_largest(ranks, candidates, places);
    for (i64 i = 0; i < places; i++) ranks[i] = 0xffffffffu - (u32)ranks[i];
  }
  for (i64 i = 0; i < min_i64(places, candidates); i++) chosen[(i64)ranks[i] * stride] = 1;
}

static NOINLINE void run_chooser(const OpAttention *op, const Chooser *chooser, Worker *worker) {
  const AttentionStep *step = POINTER(const AttentionStep, op->step);
  const KvLayer *layer = POINTER(const KvLayer, op->layer);
  const Selection *selection = POINTER(const Selection, step->selections) + chooser->selection;
  const QueryToken *tokens = POINTER(const QueryToken, step->tokens) + chooser->first_token;
  const f32 *frequencies = POINTER(const f32, op->frequencies);
  i64 half = layer->head_dim / 2;
  f32 *query = (f32 *)worker->scratch, *cosine = query + layer->padded_dim, *sine = cosine + half;
  u64 *ranks = (u64 *)(worker->scratch + 8 * 2 * layer->padded_dim);
  if (selection->shift != 0)
    for (i64 i = 0; i < half; i++) {
      f32 angle = (f32)-selection->shift * frequencies[i];
      cos_sin((f64)angle, &cosine[i], &sine[i]);
    }
  for (i64 i = 0; i < chooser->token_count; i++) {
    Seen seen = {0, tokens_until(selection, tokens[i].position)};
    if (op->window) seen.from = tokens_until(selection, tokens[i].position - op->window);
    mean_query(op, layer, chooser->kv_head, tokens[i].row, selection->shift ? cosine : 0, sine, query);
    choose_row(op, selection, chooser->kv_head, tokens[i].row, seen, query, ranks);
  }
}

void choose_blocks(const OpAttention *op, Worker *worker) {
  const AttentionStep *step = POINTER(const AttentionStep, op->step);
  const Chooser *choosers = POINTER(const Chooser, step->choosers);
  for (i64 i = next_ticket(worker); i < step->chooser_count; i = next_ticket(worker)) run_chooser(op, &choosers[i], worker);
}

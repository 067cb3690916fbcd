/* Attention of query tokens over lists of pages: see attention.h for what is computed in which order. */
#include "attention-job.h"
#include "functions.h"
#include "selection.h"

/* -- Chunks and states --------------------------------------------------------------------------------------------------- */

static f32 sum_tile(const f32 *lanes) {
  f32 lane[TILE];
  for (int i = 0; i < TILE; i++) lane[i] = lanes[i];
  for (int half = TILE / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) lane[i] += lane[i + half];
  return lane[0];
}

/*
 * Narrows the job to the query tokens that read the chunk; returns 0 where none does. A chunk of a segment with a selector lies in one
 * of its blocks. Rows that did not choose it are left out rather than masked: they cost nothing, and are no reason to raise a maximum.
 */
static int take_readers(Job *job, const Chunk *chunk) {
  u64 chosen[(MAX_ITEM_TOKENS + 63) / 64] = {0};
  i64 count = job->all_count;
  if (chunk->choice != 0) {
    const Choice *choice = POINTER(const Choice, job->step->choices) + (chunk->choice - 1);
    const Selection *selection = POINTER(const Selection, job->step->selections) + choice->selection;
    const u8 *is_chosen = chosen_rows(selection, job->kv_head, choice->block);
    count = 0;
    for (i64 i = 0; i < job->all_count; i++)
      if (is_chosen[job->all_tokens[i].row - selection->first_row]) {
        chosen[i / 64] |= 1ull << (i % 64);
        count++;
      }
    if (count == 0) return 0;
  }
  if (count == job->all_count) {
    if (job->token_count != count) job->is_packed = 0;
    job->tokens = job->all_tokens;
  } else {
    int is_same = job->tokens == job->chosen_tokens && job->token_count == count;
    i64 at = 0;
    for (i64 i = 0; i < job->all_count; i++) {
      if (!(chosen[i / 64] >> (i % 64) & 1)) continue;
      is_same = is_same && job->chosen[at] == (i32)i;
      job->chosen[at] = (i32)i;
      job->chosen_tokens[at++] = job->all_tokens[i];
    }
    if (!is_same) job->is_packed = 0;
    job->tokens = job->chosen_tokens;
  }
  job->token_count = count;
  job->rows = count * job->group;
  return 1;
}

/* Row of the item that is row `row` of those computed together. */
INLINE i64 item_row(const Job *job, i64 row) {
  if (job->token_count == job->all_count) return row;
  return job->chosen[row / job->group] * job->group + row % job->group;
}

/*
 * Computes a chunk into `out`, `maximum` and `lanes` for the rows that read it; returns 0 where none sees any of it. Unless it is the
 * item's last, the blocks of the next chunk follow it in memory.
 */
static int attend_chunk(Job *job, const Chunk *chunk, int is_last) {
  const Block *blocks = POINTER(const Block, job->step->blocks) + chunk->first_block;
  i64 window = job->op->window;
  int has_begun = 0;
  if (!take_readers(job, chunk)) return 0;
  for (i64 b = 0; b < chunk->block_count; b++) {
    const Block *block = &blocks[b];
    if (block->min_position > job->max_position) continue;
    if (window && (i64)job->min_position - block->max_position >= window) continue;
    if (!has_begun) {
      has_begun = 1;
      if (job->shift != chunk->shift || !job->is_packed) pack_queries(job, chunk->shift);
      zero_bytes(job->out, (__SIZE_TYPE__)(job->rows * job->padded_dim) * 4);
      zero_bytes(job->lanes, (__SIZE_TYPE__)(job->rows * TILE) * 4);
      for (i64 r = 0; r < job->rows; r++) job->maximum[r] = MINUS_INFINITY;
    }
    BlockData data;
    prepare_block(job, block, &data);
    /* What follows is asked for ahead of time only where the rows surely read it: not a block that they may not have chosen. */
    int has_next = b + 1 < chunk->block_count || (!is_last && chunk[1].choice == chunk->choice);
    for (i64 row = 0; row < job->rows;) {
      int rows = next_rows(job->rows - row);
      if (has_next) prefetch_block(job, block + 1, row, rows);
      attend_rows(job, &data, row, rows);
      row += rows;
    }
  }
  return has_begun;
}

/* Writes a row's result: out = total / sum, lse to the natural base. */
static void finish_row(const Job *job, i64 row, const f32 *total, f32 maximum, f32 sum) {
  i64 head = job->kv_head * job->group + row % job->group;
  i64 at = job->all_tokens[row / job->group].row * job->op->query_heads + head;
  f32 *out = POINTER(f32, job->op->out) + at * job->dim;
  f32 factor = sum > 0 ? 1.0f / sum : 0.0f;
  for (i64 d = 0; d < job->dim; d++) out[d] = total[d] * factor;
  if (job->op->lse) POINTER(f32, job->op->lse)[at] = sum > 0 ? (f32)((f64)maximum * LN_2 + log_f64(sum)) : MINUS_INFINITY;
}

static void reset_totals(Job *job) {
  zero_bytes(job->total, (__SIZE_TYPE__)(job->all_rows * job->padded_dim) * 4);
  for (i64 r = 0; r < job->all_rows; r++) {
    job->total_maximum[r] = MINUS_INFINITY;
    job->total_sum[r] = 0;
  }
}

static void finish_rows(const Job *job) {
  for (i64 r = 0; r < job->all_rows; r++) finish_row(job, r, job->total + r * job->padded_dim, job->total_maximum[r], job->total_sum[r]);
}

/* All chunks of the rows, merged at once. */
static void attend_whole(Job *job, const Item *item) {
  const Chunk *chunks = POINTER(const Chunk, job->step->chunks);
  reset_totals(job);
  for (i64 c = item->first_chunk; c < item->end_chunk; c++) {
    if (!attend_chunk(job, &chunks[c], c + 1 == item->end_chunk)) continue;
    for (i64 r = 0; r < job->rows; r++) {
      i64 to = item_row(job, r);
      merge_row(job->total + to * job->padded_dim, &job->total_maximum[to], &job->total_sum[to], job->out + r * job->padded_dim,
                job->maximum[r], sum_tile(job->lanes + r * TILE), job->padded_dim);
    }
  }
  finish_rows(job);
}

/* Some chunks of the rows, left as states. */
static void attend_part(Job *job, const Item *item) {
  const Chunk *chunks = POINTER(const Chunk, job->step->chunks);
  const State *states = POINTER(const State, job->step->states) + item->first_state;
  i64 padded_dim = job->padded_dim;
  for (i64 c = item->first_chunk; c < item->end_chunk; c++, states++) {
    f32 *out = POINTER(f32, states->at), *maximum = out + job->all_rows * padded_dim, *sum = maximum + job->all_rows;
    int is_seen = attend_chunk(job, &chunks[c], c + 1 == item->end_chunk);
    int is_whole = is_seen && job->token_count == job->all_count;
    if (!is_whole)
      for (i64 r = 0; r < job->all_rows; r++) {
        maximum[r] = MINUS_INFINITY;
        sum[r] = 0;
      }
    if (!is_seen) continue;
    if (is_whole) copy_bytes(out, job->out, (__SIZE_TYPE__)(job->rows * padded_dim) * 4);
    for (i64 r = 0; r < job->rows; r++) {
      i64 to = item_row(job, r);
      if (!is_whole) copy_bytes(out + to * padded_dim, job->out + r * padded_dim, (__SIZE_TYPE__)padded_dim * 4);
      maximum[to] = job->maximum[r];
      sum[to] = sum_tile(job->lanes + r * TILE);
    }
  }
}

/* Takes scratch memory for the rows of some query tokens. */
static void open_job(Job *job, const OpAttention *op, i64 kv_head, i64 first_token, i64 token_count, Worker *worker) {
  job->op = op;
  job->step = POINTER(const AttentionStep, op->step);
  job->layer = POINTER(const KvLayer, op->layer);
  job->group = op->query_heads / job->layer->kv_heads;
  job->all_tokens = job->tokens = POINTER(const QueryToken, job->step->tokens) + first_token;
  job->all_count = job->token_count = token_count;
  job->all_rows = job->rows = token_count * job->group;
  job->shift = 0;
  job->is_packed = 0;
  job->dim = job->layer->head_dim;
  job->padded_dim = job->layer->padded_dim;
  job->kv_head = kv_head;
  f32 *at = (f32 *)worker->scratch;
  job->total = carve(&at, job->rows * job->padded_dim);
  job->total_maximum = carve(&at, job->rows);
  job->total_sum = carve(&at, job->rows);
  job->queries = carve(&at, job->rows * job->dim);
  job->out = carve(&at, job->rows * job->padded_dim);
  job->lanes = carve(&at, job->rows * TILE);
  job->maximum = carve(&at, job->rows);
  job->cosine = carve(&at, job->dim / 2);
  job->sine = carve(&at, job->dim / 2);
  job->keys = carve(&at, BLOCK_TOKENS * job->dim);
  job->values = carve(&at, BLOCK_TOKENS * job->padded_dim);
}

static NOINLINE void attend_item(const OpAttention *op, const Item *item, Worker *worker) {
  Job job;
  open_job(&job, op, item->kv_head, item->first_token, item->token_count, worker);
  job.min_position = job.max_position = job.all_tokens[0].position;
  for (i64 i = 1; i < item->token_count; i++) {
    job.min_position = job.all_tokens[i].position < job.min_position ? job.all_tokens[i].position : job.min_position;
    job.max_position = job.all_tokens[i].position > job.max_position ? job.all_tokens[i].position : job.max_position;
  }
  if (item->first_state < 0) attend_whole(&job, item);
  else attend_part(&job, item);
}

static NOINLINE void merge_parts(const OpAttention *op, const Merge *merge, Worker *worker) {
  Job job;
  open_job(&job, op, merge->kv_head, merge->first_token, merge->token_count, worker);
  const State *states = POINTER(const State, job.step->states);
  const StateRows *parts = POINTER(const StateRows, job.step->parts) + merge->first_part;
  reset_totals(&job);
  for (i64 p = 0; p < merge->part_count; p++) {
    const State *state = &states[parts[p].state];
    const f32 *out = POINTER(f32, state->at), *maximum = out + state->rows * job.padded_dim, *sum = maximum + state->rows;
    for (i64 r = 0; r < job.all_rows; r++) {
      i64 row = parts[p].first_row + r;
      merge_row(job.total + r * job.padded_dim, &job.total_maximum[r], &job.total_sum[r], out + row * job.padded_dim, maximum[row], sum[row],
                job.padded_dim);
    }
  }
  finish_rows(&job);
}

NOINLINE void op_attention(const OpAttention *op, Worker *worker) {
  const AttentionStep *step = POINTER(const AttentionStep, op->step);
  u32 phase = worker->phase;
  if (step->chooser_count > 0) {
    if (phase == 0) represent_blocks(op, worker);
    if (phase == 1) choose_blocks(op, worker);
    if (phase < 2) return needs_phase(worker);
    phase -= 2;
  }
  if (phase == 0) {
    const Item *items = POINTER(const Item, step->items);
    for (i64 i = next_ticket(worker); i < step->item_count; i = next_ticket(worker)) attend_item(op, &items[i], worker);
    if (step->merge_count > 0) needs_phase(worker);
  } else {
    const Merge *merges = POINTER(const Merge, step->merges);
    for (i64 i = next_ticket(worker); i < step->merge_count; i = next_ticket(worker)) merge_parts(op, &merges[i], worker);
  }
}

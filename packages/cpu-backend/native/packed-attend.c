/* Attention over packed tokens: see packed-attend.h for what is computed in which order. */
#include "functions.h"
#include "packed-job.h"

/* -- Where things lie -------------------------------------------------------------------------------------------------------- */

/* `part` 0: a piece's bytes, 1: its state, for the job's layer and KV head. */
static const u8 *item_part(const PackedJob *job, i64 piece, i64 part) {
  const u8 *directory = POINTER(const u8, job->pieces[piece].directory);
  const u8 *item = directory + DIRECTORY_HEADER_BYTES + (job->op->first_item + job->kv_head) * DIRECTORY_ITEM_BYTES + part * 12;
  return POINTER(const u8, job->op->pages + (u64)packed_u32(item) * (u64)job->op->page_bytes + packed_u32(item + 4));
}

OpenPiece open_piece(PackedJob *job, i64 piece) {
  OpenPiece open = {.state = item_part(job, piece, 1), .first_token = job->pieces[piece].first_token, .tokens = job->pieces[piece].tokens};
  if (job->state_at != open.state) {
    job->state_at = open.state;
    job->state = open_packed_state(open.state);
    job->key_stride = whole_words(job->state.keys.channels);
    job->value_stride = whole_words(job->state.values.channels);
  }
  open.item = open_packed_item(&job->state, item_part(job, piece, 0), open.tokens);
  return open;
}

int peek_piece(const PackedJob *job, i64 piece, PackedItem *item) {
  if (item_part(job, piece, 1) != job->state_at) return 0;
  *item = open_packed_item(&job->state, item_part(job, piece, 0), job->pieces[piece].tokens);
  return 1;
}

/* Where the chunk ends that begins with a piece. */
static i64 chunk_end(const PackedJob *job, i64 piece, i64 end) {
  const u8 *state = item_part(job, piece, 1);
  i64 number = job->pieces[piece].first_token / PACKED_CHUNK_TOKENS, next = piece + 1;
  while (next < end && job->pieces[next].first_token / PACKED_CHUNK_TOKENS == number && item_part(job, next, 1) == state) next++;
  return next;
}

/* -- Queries ------------------------------------------------------------------------------------------------------------------ */

static void turn(f32 *head, const f32 *cosine, const f32 *sine, i64 half) {
  for (i64 i = 0; i < half; i++) {
    f32 a = head[i], b = head[half + i], c = cosine[i], s = sine[i];
    head[i] = a * c - b * s;
    head[half + i] = b * c + a * s;
  }
}

/* Queries rotated by -shift: those of rows scaled so that scores are logarithms to base 2, and their mean if blocks are to be chosen. */
static NOINLINE void take_queries(PackedJob *job) {
  const f32 *frequencies = POINTER(const f32, job->op->frequencies);
  i64 dim = job->dim, half = dim / 2, group = job->group;
  f32 cosine[PACKED_MAX_CHANNELS / 2], sine[PACKED_MAX_CHANNELS / 2], factor = (f32)(job->op->scale * LOG2_E);
  i32 shift = (i32)job->segment->shift;
  if (shift != 0)
    for (i64 i = 0; i < half; i++) {
      f32 angle = (f32)-shift * frequencies[i];
      cos_sin((f64)angle, &cosine[i], &sine[i]);
    }
  f32 *mean = job->queries + job->rows * job->padded_dim;
  zero_bytes(job->queries, (__SIZE_TYPE__)((job->rows + 1) * job->padded_dim) * 4);
  for (i64 r = 0; r < job->rows; r++) {
    i64 row = job->tokens[r / group].row * job->op->query_heads + job->kv_head * group + r % group;
    const f32 *from = POINTER(const f32, job->op->queries) + row * dim;
    f32 *to = job->queries + r * job->padded_dim;
    for (i64 d = 0; d < dim; d++) to[d] = from[d];
    if (shift != 0) turn(to, cosine, sine, half);
    if (job->has_mean)
      for (i64 d = 0; d < dim; d++) mean[d] += to[d];
    for (i64 d = 0; d < dim; d++) to[d] *= factor;
  }
  for (i64 d = 0; d < dim; d++) mean[d] /= (f32)group;
}

const f32 *rotated_queries(PackedJob *job) {
  for (i64 i = 0; i < job->rotated_room; i++)
    if (job->rotated[i].state == job->state_at) return job->rotated[i].queries;
  RotatedQueries *rotated = &job->rotated[job->next_rotated];
  job->next_rotated = (job->next_rotated + 1) % job->rotated_room;
  rotated->state = job->state_at;
  into_basis(&job->state.keys, &job->state.key_basis, job->rows + job->has_mean, job->queries, job->padded_dim, rotated->queries);
  return rotated->queries;
}

/* -- Jobs ----------------------------------------------------------------------------------------------------------------------- */

/* What rows have gathered: sums over tokens [rows][width], and for each row the largest score and the sum of probabilities. */
typedef struct {
  f32 *out, *maximum, *sum;
  i64 width;
} Gathered;

/* A work while it is done. */
typedef struct {
  PackedJob job;
  /* `chunk`: in the basis of its values; `basis`: of chunks that share one; `total`: dense. */
  Gathered chunk, basis, total;
  /* Sums of probabilities by lane [rows][VW], factors [rows], outputs turned out of a basis [rows][padded_dim]. */
  f32 *lanes, *factors, *turned;
  /* Those that are read where blocks are chosen, else 0. */
  i32 *blocks;
  /* That `basis` belongs to; 0 while it holds nothing. */
  const u8 *basis_state;
} Attending;

static void reset_gathered(Gathered *gathered, i64 rows, i64 width) {
  gathered->width = width;
  zero_bytes(gathered->out, (__SIZE_TYPE__)(rows * width) * 4);
  for (i64 r = 0; r < rows; r++) {
    gathered->maximum[r] = MINUS_INFINITY;
    gathered->sum[r] = 0;
  }
}

static Gathered carve_gathered(f32 **at, i64 rows) {
  Gathered gathered = {.out = carve(at, rows * PACKED_MAX_CHANNELS), .maximum = carve(at, rows), .sum = carve(at, rows)};
  return gathered;
}

static void open_work(Attending *a, const OpPackedAttention *op, const PackedWork *work, Worker *worker) {
  PackedJob *job = &a->job;
  job->op = op;
  job->step = POINTER(const PackedStep, op->step);
  job->layer = POINTER(const KvLayer, op->layer);
  job->segment = POINTER(const PackedSegment, job->step->segments) + work->segment;
  job->pieces = POINTER(const PackedPiece, job->segment->pieces);
  job->tokens = POINTER(const QueryToken, job->step->tokens) + work->first_token;
  job->kv_head = work->kv_head;
  job->group = op->query_heads / job->layer->kv_heads;
  job->dim = job->layer->head_dim;
  job->padded_dim = job->layer->padded_dim;
  job->token_count = work->token_count;
  job->rows = work->token_count * job->group;
  job->state_at = 0;
  job->has_mean = job->segment->scoring != PACKED_READS_ALL;
  f32 *at = (f32 *)worker->scratch, *end = at + worker->scratch_bytes / 4;
  i64 rows = job->rows + job->has_mean;
  job->tile = carve(&at, PACKED_TILE * PACKED_MAX_CHANNELS);
  job->kept = carve(&at, PACKED_TILE * KEPT_STRIDE);
  job->queries = carve(&at, rows * job->padded_dim);
  job->scores = carve(&at, rows * PACKED_TILE);
  a->chunk = carve_gathered(&at, rows);
  a->basis = carve_gathered(&at, rows);
  a->total = carve_gathered(&at, rows);
  a->turned = carve(&at, rows * job->padded_dim);
  a->lanes = carve(&at, rows * VW);
  a->factors = carve(&at, rows);
  a->basis_state = 0;
  a->blocks = 0;
  if (work->choice >= 0) a->blocks = POINTER(i32, (POINTER(const PackedChoice, job->step->choices) + work->choice)->blocks);
  else if (job->has_mean) a->blocks = (i32 *)carve(&at, job->segment->block_count + 1);
  job->rotated_room = job->next_rotated = 0;
  do {
    job->rotated[job->rotated_room].state = 0;
    job->rotated[job->rotated_room++].queries = carve(&at, rows * PACKED_MAX_CHANNELS);
  } while (job->rotated_room < PACKED_STATES && at + rows * PACKED_MAX_CHANNELS + 16 <= end);
  take_queries(job);
  reset_gathered(&a->total, job->rows, job->padded_dim);
}

/* -- Tiles ---------------------------------------------------------------------------------------------------------------------- */

/* Tokens that are computed together, of one state. */
typedef struct {
  i64 count, runs;
  PackedPlanes keys[PACKED_TILE], values[PACKED_TILE];
  i64 first[PACKED_TILE], length[PACKED_TILE];
  /* In the segment; behind the last token no row sees. */
  i32 tokens[PACKED_TILE];
} PackedTile;

/* The next token of a chunk; where blocks are chosen, the next of those. */
typedef struct {
  i64 piece, end, token;
  const i32 *block;
  OpenPiece open;
} Cursor;

/* Goes to the first token of the piece that is read. */
static void open_cursor(Attending *a, Cursor *cursor, i64 piece) {
  cursor->piece = piece;
  cursor->token = 0;
  cursor->open = open_piece(&a->job, piece);
  if (a->blocks)
    while (*cursor->block * a->job.segment->block_tokens < cursor->open.first_token) cursor->block++;
}

/* Fills a tile with what comes next of the tokens that are read. */
static void take_tile(Attending *a, Cursor *cursor, PackedTile *tile) {
  i64 size = a->job.segment->block_tokens;
  tile->count = tile->runs = 0;
  while (tile->count < PACKED_TILE && cursor->piece < cursor->end) {
    const OpenPiece *open = &cursor->open;
    i64 token = cursor->token, limit = open->tokens;
    if (a->blocks) {
      i64 start = *cursor->block * size - open->first_token;
      token = max_i64(token, start);
      limit = min_i64(limit, start + size);
    }
    if (token >= open->tokens) {
      if (++cursor->piece < cursor->end) open_cursor(a, cursor, cursor->piece);
      continue;
    }
    if (limit - token > PACKED_TILE - tile->count) limit = token + PACKED_TILE - tile->count;
    else if (a->blocks) cursor->block++;
    i64 last = tile->runs - 1;
    if (last >= 0 && tile->keys[last].elements == open->item.keys.elements && tile->first[last] + tile->length[last] == token) {
      tile->length[last] += limit - token;
    } else {
      tile->keys[tile->runs] = open->item.keys;
      tile->values[tile->runs] = open->item.values;
      tile->first[tile->runs] = token;
      tile->length[tile->runs++] = limit - token;
    }
    for (i64 i = token; i < limit; i++) tile->tokens[tile->count++] = (i32)(open->first_token + i);
    cursor->token = limit;
  }
  for (i64 i = tile->count; i < PACKED_TILE; i++) tile->tokens[i] = 0x7fffffff;
}

/* Brings in a tile ahead of time where it consists of chosen blocks, which are scattered; what is read in order comes by itself. */
static void bring_tile(const Attending *a, const PackedTile *tile) {
  const PackedJob *job = &a->job;
  if (a->blocks == 0) return;
  for (i64 i = 0; i < tile->runs; i++) {
    bring_vectors(&job->state.keys, &tile->keys[i], tile->first[i], tile->length[i]);
    bring_vectors(&job->state.values, &tile->values[i], tile->first[i], tile->length[i]);
  }
}

static void unpack_tile(const PackedJob *job, const PackedFormat *f, const PackedPlanes *planes, const PackedTile *tile, i64 stride) {
  f32 *to = job->tile;
  for (i64 i = 0; i < tile->runs; i++) {
    PackedRun run = {&planes[i], tile->first[i], tile->length[i]};
    unpack_vectors(f, &run, job->kept, to);
    to += run.count * stride;
  }
}

/* Leaves of a row's scores those of tokens that it sees. */
INLINE void mask_scores(f32 *scores, const PackedTile *tile, PackedSeen seen) {
  for (i64 i = 0; i < PACKED_TILE; i += VW) {
    vi token = *(const vi_loose *)(tile->tokens + i);
    vi is_seen = (vi)(token >= splat_i32((i32)seen.from)) & (vi)(token < splat_i32((i32)seen.to));
    store(scores + i, choose(is_seen, load(scores + i), splat(MINUS_INFINITY)));
  }
}

/* Turns a row's scores into probabilities; returns by how much what it has so far is scaled. */
INLINE f32 weigh_scores(f32 *scores, f32 *maximum, f32 *lanes) {
  vf most = load(scores);
  for (i64 i = VW; i < PACKED_TILE; i += VW) most = vmax(most, load(scores + i));
  f32 old = *maximum, largest = max_lanes(most), raised = largest > old ? largest : old;
  if (raised == MINUS_INFINITY) {
    for (i64 i = 0; i < PACKED_TILE; i++) scores[i] = 0;
    return 1;
  }
  f32 factor = exp2_scalar(old - raised);
  vf sum = load(lanes) * splat(factor);
  for (i64 i = 0; i < PACKED_TILE; i += VW) {
    vf probability = exp2_vector(load(scores + i) - splat(raised));
    sum += probability;
    store(scores + i, probability);
  }
  store(lanes, sum);
  *maximum = raised;
  return factor;
}

static void attend_tile(Attending *a, const f32 *queries, const PackedTile *tile) {
  PackedJob *job = &a->job;
  unpack_tile(job, &job->state.keys, tile->keys, tile, job->key_stride);
  score_packed(job->rows, queries, job->tile, job->key_stride, tile->count, job->scores);
  for (i64 t = 0; t < job->token_count; t++) {
    PackedSeen seen = packed_seen(job->op, job->segment, job->tokens[t].position);
    int is_whole = tile->count == PACKED_TILE && tile->tokens[0] >= seen.from && tile->tokens[PACKED_TILE - 1] < seen.to;
    for (i64 r = t * job->group; r < (t + 1) * job->group; r++) {
      f32 *scores = job->scores + r * PACKED_TILE;
      if (!is_whole) mask_scores(scores, tile, seen);
      a->factors[r] = weigh_scores(scores, &a->chunk.maximum[r], a->lanes + r * VW);
    }
  }
  unpack_tile(job, &job->state.values, tile->values, tile, job->value_stride);
  add_packed(job->rows, job->scores, a->factors, job->tile, job->value_stride, tile->count, a->chunk.out);
}

/* -- Chunks --------------------------------------------------------------------------------------------------------------------- */

/* Pieces [first, end), which form a chunk, into `chunk`. `seen`: what any of the rows sees. */
static NOINLINE void attend_chunk(Attending *a, i64 first, i64 end, PackedSeen seen) {
  PackedJob *job = &a->job;
  PackedTile tiles[2];
  Cursor cursor = {.end = end, .block = a->blocks};
  open_cursor(a, &cursor, first);
  reset_gathered(&a->chunk, job->rows, job->value_stride);
  zero_bytes(a->lanes, (__SIZE_TYPE__)(job->rows * VW) * 4);
  if (cursor.open.first_token >= seen.to || job->pieces[end - 1].first_token + job->pieces[end - 1].tokens <= seen.from) return;
  const f32 *queries = rotated_queries(job);
  PackedTile *tile = &tiles[0], *next = &tiles[1];
  take_tile(a, &cursor, tile);
  bring_tile(a, tile);
  while (tile->count > 0) {
    take_tile(a, &cursor, next);
    bring_tile(a, next);
    if (tile->tokens[0] < seen.to && tile->tokens[tile->count - 1] >= seen.from) attend_tile(a, queries, tile);
    PackedTile *done = tile;
    tile = next;
    next = done;
  }
  for (i64 r = 0; r < job->rows; r++) a->chunk.sum[r] = sum_lanes(load(a->lanes + r * VW));
}

static void merge_gathered(Gathered *to, const Gathered *from, i64 rows) {
  for (i64 r = 0; r < rows; r++)
    merge_row(to->out + r * to->width, &to->maximum[r], &to->sum[r], from->out + r * from->width, from->maximum[r], from->sum[r], to->width);
}

/* Turns what chunks of one basis have gathered out of it, into the total. */
static NOINLINE void leave_basis(Attending *a) {
  if (a->basis_state == 0) return;
  PackedJob *job = &a->job;
  PackedState state = open_packed_state(a->basis_state);
  Gathered turned = {a->turned, a->basis.maximum, a->basis.sum, job->padded_dim};
  out_of_basis(&state.values, &state.value_basis, job->rows, a->basis.out, job->padded_dim, a->turned);
  merge_gathered(&a->total, &turned, job->rows);
  a->basis_state = 0;
}

/* Adds a chunk, in the basis of the job's state. */
static void add_chunk(Attending *a, const Gathered *chunk) {
  PackedJob *job = &a->job;
  if (a->basis_state != job->state_at) {
    leave_basis(a);
    reset_gathered(&a->basis, job->rows, job->value_stride);
    a->basis_state = job->state_at;
  }
  merge_gathered(&a->basis, chunk, job->rows);
}

/* Merges the total into the results so far. */
static NOINLINE void finish_work(Attending *a) {
  PackedJob *job = &a->job;
  leave_basis(a);
  for (i64 r = 0; r < job->rows; r++) {
    f32 sum = a->total.sum[r];
    if (!(sum > 0)) continue;
    i64 at = job->tokens[r / job->group].row * job->op->query_heads + job->kv_head * job->group + r % job->group;
    f32 *out = POINTER(f32, job->op->out) + at * job->dim, *lse = POINTER(f32, job->op->lse) + at;
    const f32 *from = a->total.out + r * job->padded_dim;
    f32 here = (f32)((f64)a->total.maximum[r] * LN_2 + log_f64(sum)), before = *lse, most = before > here ? before : here;
    f32 old_weight = exp2_scalar((f32)((before - most) * LOG2_E)), new_weight = exp2_scalar((f32)((here - most) * LOG2_E));
    f32 weights = old_weight + new_weight;
    old_weight /= weights;
    new_weight /= weights * sum;
    /* A row that has seen nothing before has zeros there. */
    for (i64 d = 0; d < job->dim; d++) out[d] = out[d] * old_weight + from[d] * new_weight;
    *lse = (f32)((f64)most + log_f64(weights));
  }
}

/* -- Works ---------------------------------------------------------------------------------------------------------------------- */

/* The states of the chunk that begins with a piece, where works leave them in parts. */
static Gathered chunk_states(const Attending *a, const PackedWork *work, i64 piece) {
  i64 rows = a->job.rows, floats = rows * (a->job.padded_dim + TILE);
  f32 *at = POINTER(f32, a->job.step->states) + 16 * (i64)work->first_state + piece * floats;
  return (Gathered){at, at + rows * a->job.padded_dim, at + rows * a->job.padded_dim + rows, a->job.value_stride};
}

/* What any of the rows sees. */
static PackedSeen seen_by_any(const PackedJob *job) {
  PackedSeen all = packed_seen(job->op, job->segment, job->tokens[0].position);
  for (i64 t = 1; t < job->token_count; t++) {
    PackedSeen seen = packed_seen(job->op, job->segment, job->tokens[t].position);
    all.from = min_i64(all.from, seen.from);
    all.to = max_i64(all.to, seen.to);
  }
  return all;
}

static void choose_blocks_of(Attending *a) {
  choose_packed_blocks(a->job.segment, packed_seen(a->job.op, a->job.segment, a->job.tokens[0].position), a->blocks);
}

static NOINLINE void run_work(const OpPackedAttention *op, const PackedWork *work, Worker *worker) {
  Attending a;
  open_work(&a, op, work, worker);
  PackedSeen seen = seen_by_any(&a.job);
  if (a.blocks && work->choice < 0) {
    rank_packed_blocks(&a.job, work->first_piece, work->end_piece, a.blocks);
    choose_blocks_of(&a);
  }
  for (i64 piece = work->first_piece; piece < work->end_piece;) {
    i64 end = chunk_end(&a.job, piece, work->end_piece);
    attend_chunk(&a, piece, end, seen);
    if (work->first_state >= 0) {
      Gathered states = chunk_states(&a, work, piece);
      copy_bytes(states.out, a.chunk.out, (__SIZE_TYPE__)(a.job.rows * states.width) * 4);
      copy_bytes(states.maximum, a.chunk.maximum, (__SIZE_TYPE__)a.job.rows * 4);
      copy_bytes(states.sum, a.chunk.sum, (__SIZE_TYPE__)a.job.rows * 4);
    } else {
      add_chunk(&a, &a.chunk);
    }
    piece = end;
  }
  if (work->first_state < 0) finish_work(&a);
}

static NOINLINE void run_merge(const OpPackedAttention *op, const PackedWork *work, Worker *worker) {
  Attending a;
  open_work(&a, op, work, worker);
  for (i64 piece = work->first_piece; piece < work->end_piece;) {
    open_piece(&a.job, piece);
    Gathered states = chunk_states(&a, work, piece);
    add_chunk(&a, &states);
    piece = chunk_end(&a.job, piece, work->end_piece);
  }
  finish_work(&a);
}

static NOINLINE void run_scoring(const OpPackedAttention *op, const PackedWork *work, Worker *worker) {
  Attending a;
  open_work(&a, op, work, worker);
  rank_packed_blocks(&a.job, work->first_piece, work->end_piece, a.blocks);
}

static NOINLINE void run_chooser(const OpPackedAttention *op, const PackedWork *work, Worker *worker) {
  Attending a;
  open_work(&a, op, work, worker);
  choose_blocks_of(&a);
}

NOINLINE void op_packed_attention(const OpPackedAttention *op, Worker *worker) {
  const PackedStep *step = POINTER(const PackedStep, op->step);
  const struct {
    void (*run)(const OpPackedAttention *, const PackedWork *, Worker *);
    address works;
    i64 count;
  } phases[] = {
    {run_scoring, step->scorings, step->scoring_count},
    {run_chooser, step->choosers, step->chooser_count},
    {run_work, step->works, step->work_count},
    {run_merge, step->merges, step->merge_count},
  };
  /* Phases without works are left out. */
  int at = 0;
  for (u32 left = worker->phase; phases[at].count == 0 || left > 0; at++) left -= phases[at].count > 0;
  const PackedWork *works = POINTER(const PackedWork, phases[at].works);
  for (i64 i = next_ticket(worker); i < phases[at].count; i = next_ticket(worker)) phases[at].run(op, &works[i], worker);
  for (int next = at + 1; next < 4; next++)
    if (phases[next].count > 0) return needs_phase(worker);
}

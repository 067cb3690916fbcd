/* Measuring dense tokens: second moments, their axes, and which way of packing loses little enough. */
#include "packed-codec.h"
#include "packed-order.h"
#include "packed-vector.h"
#include "symmetric-eigen.h"

/* Channel scales below this share of the largest would blow up later vectors that do use the channel. */
#define SMALLEST_SCALE 1e-3

/* One side's part of the work memory; n = head_dim. */
typedef struct {
  /* Dense vectors [tokens][row_stride(n)]. */
  f32 *rows;
  /* [n][n], lost when the axes are there; eigenvalues [n]; work [6 n] */
  f64 *moments, *values, *work;
  /* [n][eigen_stride(n)] */
  f32 *axes;
  /* Axes in bf16 [n][n], most energy first; mean energies along them [n]. */
  u16 *basis;
  f32 *energies;
  /* The packing that was chosen, and the order of its channels. */
  i32 *order;
  i64 *chosen;
  i64 *problem;
} Side;

static u8 *take(u8 **at, i64 bytes) {
  u8 *taken = *at;
  *at += packed_aligned(bytes);
  return taken;
}

/* src/codec/packed-records.ts computes how much both sides take. */
static Side open_side(const OpPackedFit *op, i64 n, int side) {
  u8 *at = POINTER(u8, op->work);
  Side s;
  for (int i = 0; i <= side; i++) {
    s.rows = (f32 *)take(&at, op->tokens * row_stride(n) * 4);
    s.moments = (f64 *)take(&at, n * n * 8);
    s.axes = (f32 *)take(&at, n * eigen_stride(n) * 4);
    s.values = (f64 *)take(&at, n * 8);
    s.work = (f64 *)take(&at, 6 * n * 8);
    s.basis = (u16 *)take(&at, n * n * 2);
    s.energies = (f32 *)take(&at, n * 4);
    s.order = (i32 *)take(&at, n * 4);
    s.chosen = (i64 *)take(&at, 8);
    s.problem = (i64 *)take(&at, 8);
  }
  return s;
}

static i64 counted_tokens(const OpPackedFit *op, const PackedState *prior) {
  return op->tokens + (prior ? min_i64(prior->tokens, PACKED_PRIOR_TOKENS) : 0);
}

/* -- Second moments -------------------------------------------------------------------------------------------------------- */

/* Tokens whose products add up in f32 before they are added to the totals. */
#define MOMENT_BLOCK 64
/* Rows of the moments that one ticket computes, and registers of columns at a time: as many sums as registers hold. */
#define MOMENT_ROWS (VW == 16 ? 8 : 4)
#define MOMENT_WIDTH (VW == 16 ? 1 : 2)

/* Rows first .. first + MOMENT_ROWS - 1 of X^T X from the diagonal on, in f64. */
static void moment_rows(const f32 *x, i64 tokens, i64 n, i64 first, f64 *moments) {
  const i64 step = MOMENT_WIDTH * VW;
  i64 stride = row_stride(n), start = first / step * step;
  f64 totals[MOMENT_ROWS][PACKED_MAX_CHANNELS];
  zero_bytes(totals, sizeof totals);
  for (i64 block = 0; block < tokens; block += MOMENT_BLOCK) {
    i64 end = min_i64(tokens, block + MOMENT_BLOCK);
    for (i64 column = start; column < stride; column += step) {
      vf sums[MOMENT_ROWS][MOMENT_WIDTH] = {0};
      for (i64 t = block; t < end; t++) {
        const f32 *row = x + t * stride;
        for (int r = 0; r < MOMENT_ROWS; r++)
          for (int c = 0; c < MOMENT_WIDTH; c++) sums[r][c] += row[first + r] * load(row + column + c * VW);
      }
      f32 lanes[MOMENT_ROWS][MOMENT_WIDTH * VW];
      for (int r = 0; r < MOMENT_ROWS; r++)
        for (int c = 0; c < MOMENT_WIDTH; c++) store(&lanes[r][c * VW], sums[r][c]);
      for (int r = 0; r < MOMENT_ROWS; r++)
        for (int c = 0; c < MOMENT_WIDTH * VW; c++) totals[r][column + c] += (f64)lanes[r][c];
    }
  }
  for (int r = 0; r < MOMENT_ROWS; r++)
    for (i64 column = first + r; column < n; column++) moments[(first + r) * n + column] = totals[r][column];
}

/* Adds what an earlier segment measured, as if by so many tokens. */
static void add_prior(const PackedFormat *f, const PackedBasis *basis, i64 tokens, f64 *moments) {
  i64 n = f->head_dim;
  f64 row[PACKED_MAX_CHANNELS];
  for (i64 j = 0; j < f->channels; j++) {
    f64 energy = row_energy(basis->rows + j * n, n);
    if (energy == 0) continue;
    f64 weight = (f64)tokens * (f64)basis->energies[j] / energy;
    for (i64 i = 0; i < n; i++) row[i] = f32_of_bf16(basis->rows[j * n + i]);
    for (i64 i = 0; i < n; i++) {
      f64 factor = weight * row[i];
      for (i64 k = i; k < n; k++) moments[i * n + k] += factor * row[k];
    }
  }
}

/* -- Axes ------------------------------------------------------------------------------------------------------------------ */

/* Whether an axis has to be turned round so that its largest element, the first of equals, is positive. */
static int points_back(const f32 *axis, i64 n) {
  vf most = {0}, least = {0};
  for (i64 k = 0; k < eigen_stride(n); k += VW) {
    most = vmax(most, load(axis + k));
    least = vmax(least, -load(axis + k));
  }
  f32 positive = max_lanes(most), negative = max_lanes(least);
  if (positive != negative) return negative > positive;
  for (i64 k = 0; k < n; k++)
    if (__builtin_fabsf(axis[k]) == positive) return axis[k] < 0;
  return 0;
}

/* Eigenvalues, largest first, and bf16 rows. */
static void sort_axes(const Side *s, i64 n, f64 unit, i64 tokens) {
  i32 *by_energy = s->order;
  for (i64 i = 0; i < n; i++) {
    i64 at = i;
    for (; at > 0 && s->values[by_energy[at - 1]] < s->values[i]; at--) by_energy[at] = by_energy[at - 1];
    by_energy[at] = (i32)i;
  }
  for (i64 i = 0; i < n; i++) {
    const f32 *axis = s->axes + by_energy[i] * eigen_stride(n);
    f32 sign = points_back(axis, n) ? -1 : 1;
    for (i64 k = 0; k < n; k++) s->basis[i * n + k] = bf16_of(sign * axis[k]);
    f64 value = s->values[by_energy[i]];
    s->energies[i] = (f32)((value > 0 ? value : 0) * unit / (f64)tokens);
  }
}

static void find_axes(const Side *s, i64 n, i64 rotation, i64 tokens) {
  f64 largest = 0;
  for (i64 i = 0; i < n; i++) {
    f64 energy = s->moments[i * n + i];
    /* Not below either where it is NaN. */
    if (!(energy <= 1.7976931348623157e308)) *s->problem = PACKED_NOT_FINITE;
    largest = energy > largest ? energy : largest;
  }
  if (*s->problem) return;
  if (largest == 0 || rotation == PACKED_NO_ROTATION) {
    for (i64 i = 0; i < n; i++) {
      s->values[i] = s->moments[i * n + i];
      for (i64 k = 0; k < eigen_stride(n); k++) s->axes[i * eigen_stride(n) + k] = i == k;
    }
    sort_axes(s, n, 1, tokens);
    return;
  }
  /* Scaled, so that moments of tiny or huge vectors decompose as accurately as others. */
  for (i64 i = 0; i < n; i++)
    for (i64 k = i; k < n; k++) s->moments[i * n + k] = s->moments[k * n + i] = s->moments[i * n + k] / largest;
  if (!symmetric_eigen(s->moments, n, s->values, s->axes, s->work)) *s->problem = PACKED_NO_AXES;
  sort_axes(s, n, largest, tokens);
}

/* -- Candidates ------------------------------------------------------------------------------------------------------------ */

/*
 * Codes are of elements divided by the square root of their channel's root mean square: halfway between one step for all channels and one
 * in proportion to each (docs/decisions/0020-packing-strategy.md).
 */
static f32 channel_scale(const Side *s, i64 elements, i64 axis) {
  f64 largest = __builtin_sqrt((f64)s->energies[0]);
  if (elements == PACKED_BF16 || largest == 0) return 1;
  f64 own = __builtin_sqrt((f64)s->energies[axis]);
  return (f32)__builtin_sqrt(own > largest * SMALLEST_SCALE ? own : largest * SMALLEST_SCALE);
}

/* Sampled vectors along the axes: `along` [count][columns] with columns = whole_words(n), and the axes' squared lengths [n]. */
typedef struct {
  f32 *along, *lengths;
  i64 count, columns;
  f64 *energies, energy;
} Sample;

static Sample sample_side(const OpPackedFit *op, const Side *s, i64 n, u8 **scratch) {
  i64 stride = row_stride(n), columns = whole_words(n), count = min_i64(op->tokens, PACKED_SAMPLE);
  Sample sample = {.count = count, .columns = columns};
  sample.along = (f32 *)take(scratch, count * columns * 4);
  sample.lengths = (f32 *)take(scratch, columns * 4);
  sample.energies = (f64 *)take(scratch, count * 8);
  u8 *rest = *scratch;
  f32 *rows = (f32 *)take(&rest, count * stride * 4), *matrix = (f32 *)take(&rest, n * columns * 4);
  for (i64 i = 0; i < count; i++) {
    copy_bytes(rows + i * stride, s->rows + i * op->tokens / count * stride, (__SIZE_TYPE__)stride * 4);
    sample.energies[i] = energy_of(rows + i * stride, stride);
    sample.energy += sample.energies[i];
  }
  f32 factors[PACKED_MAX_CHANNELS];
  for (i64 j = 0; j < columns; j++) {
    sample.lengths[j] = j < n ? row_energy(s->basis + j * n, n) : 0;
    factors[j] = sample.lengths[j] == 0 ? 0 : 1 / sample.lengths[j];
  }
  transpose_rows(s->basis, n, n, factors, matrix, columns);
  multiply_rows(rows, count, n, matrix, columns, sample.along);
  return sample;
}

/* A vector may seem to lose a little less than nothing, since rounded axes are not quite orthogonal; all together less than this share. */
#define ROUNDED_AXES 1e-3

/* Whether a packing loses at most `max_loss` of the sample's energy; measured no further than to where that is certain not to be. */
static int loses_little(const Side *s, const Sample *sample, const PackedFormat *f, const i32 *order, f64 max_loss) {
  f32 scales[PACKED_MAX_CHANNELS] = {0}, energies[PACKED_MAX_CHANNELS] = {0}, inverse[PACKED_MAX_CHANNELS] = {0};
  f32 coefficients[PACKED_MAX_CHANNELS] = {0};
  u8 elements[2 * PACKED_MAX_CHANNELS], bitmap[PACKED_MAX_CHANNELS / 8], element_scales[2 * PACKED_MAX_CHANNELS];
  for (i64 j = 0; j < f->channels; j++) {
    scales[j] = channel_scale(s, f->elements, order[j]);
    inverse[j] = 1 / scales[j];
    energies[j] = scales[j] * scales[j] * sample->lengths[order[j]];
  }
  PackedWeights weights = {scales, energies};
  f64 lost = 0;
  for (i64 i = 0; i < sample->count; i++) {
    const f32 *along = sample->along + i * sample->columns;
    for (i64 j = 0; j < f->channels; j++) coefficients[j] = along[order[j]] * inverse[j];
    lost += sample->energies[i] - pack_vector(f, &weights, coefficients, elements, bitmap, element_scales);
    if (lost > (max_loss + ROUNDED_AXES) * sample->energy) return 0;
  }
  return lost <= 0 || lost / sample->energy <= max_loss;
}

static PackedFormat format_of(const PackedCandidate *c, i64 n) {
  return packed_format(n, c->channels, c->retained, c->group, c->elements, c->per_scale);
}

/* The first candidate whose loss is small enough, else the last. */
static void choose_packing(const OpPackedFit *op, const Side *s, i64 n, const PackedCandidate *candidates, i64 count, f64 max_loss, u8 *scratch) {
  Sample sample = {0};
  if (count > 1 || candidates[0].group > 1) sample = sample_side(op, s, n, &scratch);
  for (i64 c = 0; c < count; c++) {
    PackedFormat f = format_of(&candidates[c], n);
    *s->chosen = c;
    if (f.group == 1)
      for (i64 j = 0; j < n; j++) s->order[j] = (i32)j;
    else
      co_selection_order(sample.along, sample.count, sample.columns, &f, s->order);
    if (c + 1 < count && loses_little(s, &sample, &f, s->order, max_loss)) return;
  }
}

/* -- The state ------------------------------------------------------------------------------------------------------------- */

static void write_format(u8 *at, const PackedFormat *f) {
  u16 counts[2] = {(u16)f->channels, (u16)f->retained}, per_scale = (u16)f->per_scale;
  copy_bytes(at, counts, 4);
  at[4] = (u8)f->group;
  at[5] = (u8)f->elements;
  copy_bytes(at + 6, &per_scale, 2);
}

static void write_basis(const Side *s, const PackedFormat *f, const PackedBasis *basis) {
  for (i64 j = 0; j < f->channels; j++) {
    i64 axis = s->order[j];
    copy_bytes((u16 *)basis->rows + j * f->head_dim, s->basis + axis * f->head_dim, (__SIZE_TYPE__)f->head_dim * 2);
    ((f32 *)basis->scales)[j] = channel_scale(s, f->elements, axis);
    ((f32 *)basis->energies)[j] = s->energies[axis];
  }
}

static void write_state(const OpPackedFit *op, const Side *keys, const Side *values, i64 tokens) {
  i64 n = POINTER(const KvLayer, op->layer)->head_dim;
  const PackedSettings *settings = POINTER(const PackedSettings, op->settings);
  const PackedCandidate *candidates = (const PackedCandidate *)(settings + 1);
  PackedFitResult *result = POINTER(PackedFitResult, op->result);
  *result = (PackedFitResult){*keys->problem ? *keys->problem : *values->problem ? *values->problem | 1ll << 32 : PACKED_WHOLE, 0};
  if (result->problem) return;
  PackedFormat key_format = format_of(&candidates[*keys->chosen], n);
  PackedFormat value_format = format_of(&candidates[settings->key_count + *values->chosen], n);
  u8 *state = POINTER(u8, op->state), header[PACKED_HEADER_BYTES] = {0};
  u32 words[7] = {PACKED_STATE_MAGIC, PACKED_STATE_VERSION | (u32)n << 16, (u32)settings->block_tokens};
  copy_bytes(header, words, sizeof words);
  u32 counted = (u32)tokens;
  copy_bytes(header + 28, &counted, 4);
  write_format(header + 12, &key_format);
  write_format(header + 20, &value_format);
  copy_bytes(state, header, sizeof header);
  PackedState opened = open_packed_state(state);
  zero_bytes(state + PACKED_HEADER_BYTES, (__SIZE_TYPE__)(opened.bytes - PACKED_HEADER_BYTES));
  write_basis(keys, &opened.keys, &opened.key_basis);
  write_basis(values, &opened.values, &opened.value_basis);
  result->bytes = opened.bytes;
}

/* Phases: dense rows; moments by rows; axes and the choice, each side alone; the state. */
NOINLINE void op_packed_fit(const OpPackedFit *op, Worker *worker) {
  const KvLayer *layer = POINTER(const KvLayer, op->layer);
  const PackedSettings *settings = POINTER(const PackedSettings, op->settings);
  const PackedCandidate *candidates = (const PackedCandidate *)(settings + 1);
  i64 n = layer->head_dim;
  PackedState opened, *prior = 0;
  if (op->prior) {
    opened = open_packed_state(POINTER(const u8, op->prior));
    prior = &opened;
  }
  Side sides[2] = {open_side(op, n, 0), open_side(op, n, 1)};
  if (worker->phase == 0) {
    TokenRun run = {layer, POINTER(const i32, op->pages), op->kv_head, op->skip};
    i64 first, end, stride = row_stride(n);
    share(worker, op->tokens, PACKED_CHUNK, &first, &end);
    read_run(&run, first, end - first, sides[0].rows + first * stride, sides[1].rows + first * stride);
    needs_phase(worker);
  } else if (worker->phase == 1) {
    i64 pieces = n / MOMENT_ROWS;
    for (i64 ticket = next_ticket(worker); ticket < 2 * pieces; ticket = next_ticket(worker)) {
      const Side *s = &sides[ticket / pieces];
      moment_rows(s->rows, op->tokens, n, ticket % pieces * MOMENT_ROWS, s->moments);
    }
    needs_phase(worker);
  } else if (worker->phase == 2) {
    for (i64 side = next_ticket(worker); side < 2; side = next_ticket(worker)) {
      const Side *s = &sides[side];
      *s->problem = PACKED_WHOLE;
      i64 weight = prior ? min_i64(prior->tokens, PACKED_PRIOR_TOKENS) : 0;
      if (weight > 0) add_prior(side == 0 ? &prior->keys : &prior->values, side == 0 ? &prior->key_basis : &prior->value_basis, weight, s->moments);
      find_axes(s, n, settings->rotation, counted_tokens(op, prior));
      if (*s->problem) continue;
      if (side == 0) choose_packing(op, s, n, candidates, settings->key_count, settings->max_loss, worker->scratch);
      else choose_packing(op, s, n, candidates + settings->key_count, settings->value_count, settings->max_loss, worker->scratch);
    }
    needs_phase(worker);
  } else if (worker->thread == 0) {
    write_state(op, &sides[0], &sides[1], counted_tokens(op, prior));
  }
}

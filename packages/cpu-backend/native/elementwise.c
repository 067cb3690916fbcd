/* Operators on activations, element by element or row by row. */
#include "elementwise.h"
#include "functions.h"

void rms_norm_row(const f32 *x, const f32 *weight, f32 *out, i64 columns, f32 epsilon) {
  vf partial[4] = {{0}, {0}, {0}, {0}};
  i64 i = 0;
  for (; i + 4 * VW <= columns; i += 4 * VW)
    for (int k = 0; k < 4; k++) {
      vf v = load(x + i + k * VW);
      partial[k] += v * v;
    }
  for (; i + VW <= columns; i += VW) {
    vf v = load(x + i);
    partial[0] += v * v;
  }
  f32 sum = sum_lanes((partial[0] + partial[1]) + (partial[2] + partial[3]));
  for (; i < columns; i++) sum += x[i] * x[i];
  f32 factor = 1.0f / __builtin_sqrtf(sum / (f32)columns + epsilon);
  for (i = 0; i + VW <= columns; i += VW) store(out + i, load(x + i) * factor * load(weight + i));
  for (; i < columns; i++) out[i] = x[i] * factor * weight[i];
}

NOINLINE void op_rms_norm(const OpRmsNorm *op, Worker *worker) {
  const f32 *x = POINTER(f32, op->x), *weight = POINTER(f32, op->weight);
  f32 *out = POINTER(f32, op->out);
  i64 first = 0, end = op->rows;
  if (!(op->header.flags & FLAG_SERIAL)) share(worker, op->rows, 1, &first, &end);
  for (i64 row = first; row < end; row++)
    rms_norm_row(x + row * op->columns, weight, out + row * op->columns, op->columns, (f32)op->epsilon);
}

NOINLINE void op_add(const OpAdd *op, Worker *worker) {
  const f32 *x = POINTER(f32, op->x);
  f32 *out = POINTER(f32, op->out);
  i64 first = 0, end = op->rows * op->columns;
  if (!(op->header.flags & FLAG_SERIAL)) share(worker, end, 4 * VW, &first, &end);
  i64 i = first;
  for (; i + VW <= end; i += VW) store(out + i, load(out + i) + load(x + i));
  for (; i < end; i++) out[i] += x[i];
}

/* x * sigmoid(x) */
INLINE vf silu(vf x) { return x / (exp_vector(-x) + 1.0f); }

/* 0.5 x (1 + tanh(u)) = x * sigmoid(2 u) with u = sqrt(2 / pi) (x + 0.044715 x^3) */
INLINE vf gelu_tanh(vf x) {
  vf u = (x + x * x * x * 0.044715f) * 0.7978845608028654f;
  return x / (exp_vector(u * -2.0f) + 1.0f);
}

INLINE void gated_span(const f32 *gate, const f32 *up, f32 *out, i64 count, int kind) {
  i64 i = 0;
  for (; i + VW <= count; i += VW) {
    vf x = load(gate + i);
    store(out + i, (kind == 0 ? silu(x) : gelu_tanh(x)) * load(up + i));
  }
  if (i < count) {
    f32 lane[VW] = {0};
    for (i64 k = i; k < count; k++) lane[k - i] = gate[k];
    vf x = load(lane);
    store(lane, kind == 0 ? silu(x) : gelu_tanh(x));
    for (i64 k = i; k < count; k++) out[k] = lane[k - i] * up[k];
  }
}

NOINLINE void op_gated_activation(const OpGatedActivation *op, Worker *worker) {
  const f32 *x = POINTER(f32, op->x);
  f32 *out = POINTER(f32, op->out);
  i64 columns = op->columns, first, end;
  /* Pieces of 256 columns, so that one row spreads over all threads too. */
  i64 pieces = (columns + 255) / 256;
  share(worker, op->rows * pieces, 1, &first, &end);
  for (i64 piece = first; piece < end; piece++) {
    i64 row = piece / pieces, at = piece % pieces * 256, count = min_i64(256, columns - at);
    const f32 *gate = x + row * 2 * columns + at;
    f32 *to = out + row * columns + at;
    if (op->kind == 0) gated_span(gate, gate + columns, to, count, 0);
    else gated_span(gate, gate + columns, to, count, 1);
  }
}

NOINLINE void op_gather_rows(const OpGatherRows *op, Worker *worker) {
  const f32 *x = POINTER(f32, op->x);
  const i32 *indices = POINTER(i32, op->indices);
  f32 *out = POINTER(f32, op->out);
  i64 first = 0, end = op->rows;
  if (!(op->header.flags & FLAG_SERIAL)) share(worker, op->rows, 1, &first, &end);
  for (i64 row = first; row < end; row++)
    copy_bytes(out + row * op->columns, x + indices[row] * op->columns, (__SIZE_TYPE__)op->columns * 4);
}

/* Index of the row's largest element, the lowest of equal ones; -1 where an element is NaN or infinity, or none is finite. */
static i32 argmax_row(const f32 *x, i64 columns) {
  vf largest = splat(-__builtin_inff());
  vi at = splat_i32(-1), broken = splat_i32(0);
  i64 i = 0;
  for (; i + VW <= columns; i += VW) {
    vf v = load(x + i);
    vi is_larger = (vi)(v > largest);
    largest = choose(is_larger, v, largest);
    at = (is_larger & splat_i32((i32)i)) | (~is_larger & at);
    broken |= ~(vi)(v <= splat(__FLT_MAX__));
  }
  /* A lane keeps the first place of its largest element; among lanes the lowest of equals wins. */
  f32 best = -__builtin_inff();
  i32 index = -1;
  for (int lane = 0; lane < VW; lane++) {
    if (broken[lane]) return -1;
    const i32 place = at[lane] + lane;
    if (at[lane] >= 0 && (largest[lane] > best || (largest[lane] == best && place < index))) {
      best = largest[lane];
      index = place;
    }
  }
  for (; i < columns; i++) {
    if (!(x[i] <= __FLT_MAX__)) return -1;
    if (x[i] > best) {
      best = x[i];
      index = (i32)i;
    }
  }
  return index;
}

NOINLINE void op_argmax(const OpArgmax *op, Worker *worker) {
  const f32 *x = POINTER(f32, op->x);
  i32 *out = POINTER(i32, op->out);
  i64 first = 0, end = op->rows;
  if (!(op->header.flags & FLAG_SERIAL)) share(worker, op->rows, 1, &first, &end);
  for (i64 row = first; row < end; row++) out[row] = argmax_row(x + row * op->columns, op->columns);
}

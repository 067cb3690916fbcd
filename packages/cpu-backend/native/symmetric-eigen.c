/*
 * Householder reflections make the matrix tridiagonal, implicit QL steps with Wilkinson's shift make that diagonal (Golub and Van Loan,
 * Matrix Computations, sections 8.3.1 and 8.3.3). Everything that costs n^3 runs along rows, so that it vectorises, and passes over a
 * matrix once per step. Vectors are turned in f32: rotations keep lengths, so that errors stay near 1e-6.
 */
#include "symmetric-eigen.h"

#define MAX_STEPS 60
#define EPSILON 0x1p-52

/* Vectors of 64 bytes whatever the target: compilers cut them into registers. */
typedef f64 vd __attribute__((vector_size(64)));
typedef f64 vd_loose __attribute__((vector_size(64), aligned(8), may_alias));
typedef f32 vs __attribute__((vector_size(64)));
typedef f32 vs_loose __attribute__((vector_size(64), aligned(4), may_alias));

INLINE f64 max_f64(f64 a, f64 b) { return a > b ? a : b; }
INLINE vd read_d(const f64 *at) { return *(const vd_loose *)at; }
INLINE vs read_s(const f32 *at) { return *(const vs_loose *)at; }

INLINE f64 sum_of(vd x) { return ((x[0] + x[4]) + (x[1] + x[5])) + ((x[2] + x[6]) + (x[3] + x[7])); }

INLINE f64 product(const f64 *a, const f64 *b, i64 count) {
  vd sums = {0};
  i64 i = 0;
  for (; i + 8 <= count; i += 8) sums += read_d(a + i) * read_d(b + i);
  f64 sum = sum_of(sums);
  for (; i < count; i++) sum += a[i] * b[i];
  return sum;
}

/* row -= a w + b v; returns row . next */
INLINE f64 update_row(f64 *row, f64 a, const f64 *w, f64 b, const f64 *v, const f64 *next, i64 count) {
  vd sums = {0};
  i64 i = 0;
  for (; i + 8 <= count; i += 8) {
    vd x = read_d(row + i) - a * read_d(w + i) - b * read_d(v + i);
    *(vd_loose *)(row + i) = x;
    sums += x * read_d(next + i);
  }
  f64 sum = sum_of(sums);
  for (; i < count; i++) {
    row[i] -= a * w[i] + b * v[i];
    sum += row[i] * next[i];
  }
  return sum;
}

/* Replaces x [m] by the v of the reflection I - factor v v^T that leaves x only its first element, `*rest`. Returns the factor. */
static f64 reflect(f64 *x, i64 m, f64 *rest) {
  f64 largest = 0;
  for (i64 i = 0; i < m; i++) largest = max_f64(largest, __builtin_fabs(x[i]));
  *rest = x[0];
  if (largest == 0) return 0;
  for (i64 i = 0; i < m; i++) x[i] /= largest;
  f64 norm = __builtin_sqrt(product(x, x, m));
  /* The sign that does not cancel. */
  *rest = x[0] > 0 ? -norm * largest : norm * largest;
  x[0] = x[0] > 0 ? x[0] + norm : x[0] - norm;
  return 2 / product(x, x, m);
}

/*
 * Q^T matrix Q = T. Row k of the matrix keeps the vector of reflection k, I - factors[k] v v^T, from column k + 1 on.
 * diagonal: [n]; below: [n], T's entries beside the diagonal, the last 0; buffers: [2 n]
 *
 * A reflection takes v w^T + w v^T from what is left of the matrix. That waits until the next step, which needs those rows anyway.
 */
static void make_tridiagonal(f64 *matrix, i64 n, f64 *diagonal, f64 *below, f64 *factors, f64 *buffers) {
  f64 *w = buffers, *old_w = buffers + n;
  for (i64 k = 0; k < n; k++) {
    f64 *row = matrix + k * n, *v = row + k + 1, *old_v = row - n + k;
    i64 m = n - k - 1;
    /* old_v and old_w begin at column k. */
    int is_waiting = k > 0 && factors[k - 1] != 0;
    if (is_waiting)
      for (i64 i = 0; i <= m; i++) row[k + i] -= old_v[0] * old_w[i] + old_w[0] * old_v[i];
    diagonal[k] = row[k];
    below[k] = m > 0 ? v[0] : 0;
    factors[k] = m > 1 ? reflect(v, m, &below[k]) : 0;
    for (i64 i = 0; i < m; i++) {
      f64 *under = row + (i + 1) * n + k + 1;
      if (is_waiting) w[i] = factors[k] * update_row(under, old_v[i + 1], old_w + 1, old_w[i + 1], old_v + 1, v, m);
      else w[i] = factors[k] * product(under, v, m);
    }
    f64 half = factors[k] / 2 * product(w, v, m);
    for (i64 i = 0; i < m; i++) w[i] -= half * v[i];
    f64 *swapped = w;
    w = old_w;
    old_w = swapped;
  }
}

/* rows = Q^T = ... H_1 H_0; v, sums: f32 [eigen_stride(n)] */
static void accumulate_reflections(const f64 *matrix, i64 n, const f64 *factors, f32 *rows, f32 *v, f32 *sums) {
  i64 stride = eigen_stride(n);
  zero_bytes(rows, (__SIZE_TYPE__)(n * stride) * 4);
  for (i64 i = 0; i < n; i++) rows[i * stride + i] = 1;
  for (i64 k = n - 3; k >= 0; k--) {
    if (factors[k] == 0) continue;
    /* What lies before column k + 1 is 0 in these rows, and stays so. */
    i64 m = n - k - 1, start = (k + 1) / 16 * 16;
    for (i64 i = 0; i < m; i++) v[i] = (f32)matrix[k * n + k + 1 + i];
    f32 *under = rows + (k + 1) * stride;
    for (i64 c = start; c < stride; c += 16) {
      vs sum = {0};
      for (i64 i = 0; i < m; i++) sum += v[i] * read_s(under + i * stride + c);
      *(vs_loose *)(sums + c) = sum * (f32)factors[k];
    }
    for (i64 i = 0; i < m; i++)
      for (i64 c = start; c < stride; c += 16) *(vs_loose *)(under + i * stride + c) -= v[i] * read_s(sums + c);
  }
  for (i64 i = 0; i < n; i++)
    for (i64 j = 0; j < i; j++) {
      f32 swapped = rows[i * stride + j];
      rows[i * stride + j] = rows[j * stride + i];
      rows[j * stride + i] = swapped;
    }
}

/* For i from last - 1 down to first: (row i, row i + 1) = (c row i - s row i + 1, s row i + c row i + 1), in strips of columns. */
static void turn_rows(f32 *rows, i64 stride, i64 first, i64 last, const f64 *cosines, const f64 *sines) {
  for (i64 column = 0; column < stride; column += 32) {
    int is_wide = column + 32 <= stride;
    f32 *at = rows + last * stride + column;
    vs a = read_s(at), b = is_wide ? read_s(at + 16) : a;
    for (i64 i = last - 1; i >= first; i--, at -= stride) {
      f32 c = (f32)cosines[i], s = (f32)sines[i];
      vs x = read_s(at - stride);
      *(vs_loose *)at = s * x + c * a;
      a = c * x - s * a;
      if (!is_wide) continue;
      x = read_s(at - stride + 16);
      *(vs_loose *)(at + 16) = s * x + c * b;
      b = c * x - s * b;
    }
    *(vs_loose *)at = a;
    if (is_wide) *(vs_loose *)(at + 16) = b;
  }
}

static f64 hypotenuse(f64 a, f64 b) { return __builtin_sqrt(a * a + b * b); }

/* One implicit QL step on the unreduced block first .. last. Returns the first row that has turned. */
static i64 ql_step(f64 *diagonal, f64 *below, i64 first, i64 last, f64 *cosines, f64 *sines) {
  f64 gap = (diagonal[first + 1] - diagonal[first]) / (2 * below[first]);
  f64 root = hypotenuse(gap, 1);
  /* The distance of the last entry from the shift: that eigenvalue of the leading 2 x 2 block which is nearer to its first entry. */
  f64 bulge = diagonal[last] - diagonal[first] + below[first] / (gap + (gap >= 0 ? root : -root));
  f64 cosine = 1, sine = 1, carried = 0;
  for (i64 i = last - 1; i >= first; i--) {
    f64 f = sine * below[i], b = cosine * below[i], length = hypotenuse(f, bulge);
    below[i + 1] = length;
    if (length == 0) {
      /* The block has come apart by itself. */
      diagonal[i + 1] -= carried;
      below[last] = 0;
      return i + 1;
    }
    f64 inverse = 1 / length;
    sine = f * inverse;
    cosine = bulge * inverse;
    f64 reduced = diagonal[i + 1] - carried;
    f64 t = (diagonal[i] - reduced) * sine + 2 * cosine * b;
    carried = sine * t;
    diagonal[i + 1] = reduced + carried;
    bulge = cosine * t - b;
    cosines[i] = cosine;
    sines[i] = sine;
  }
  diagonal[first] -= carried;
  below[first] = bulge;
  below[last] = 0;
  return first;
}

int symmetric_eigen(f64 *matrix, i64 n, f64 *values, f32 *vectors, f64 *work) {
  f64 *below = work, *factors = work + n, *buffers = work + 2 * n, *cosines = work + 4 * n, *sines = work + 5 * n;
  make_tridiagonal(matrix, n, values, below, factors, buffers);
  accumulate_reflections(matrix, n, factors, vectors, (f32 *)buffers, (f32 *)cosines);
  /* Where eigenvalues vanish beside the largest one, entries that do so too count as zero. */
  f64 dust = 0;
  for (i64 i = 0; i < n; i++) dust = max_f64(dust, __builtin_fabs(values[i]) * 0x1p-60);
  for (i64 first = 0; first < n; first++)
    for (int step = 0;; step++) {
      i64 last = first;
      for (; last + 1 < n; last++) {
        f64 near = __builtin_fabs(values[last]) + __builtin_fabs(values[last + 1]);
        if (__builtin_fabs(below[last]) <= max_f64(dust, EPSILON * near)) break;
      }
      if (last == first) break;
      if (step == MAX_STEPS) return 0;
      i64 turned = ql_step(values, below, first, last, cosines, sines);
      turn_rows(vectors, eigen_stride(n), turned, last, cosines, sines);
    }
  return 1;
}

/*
 * Householder reflections make the matrix tridiagonal, implicit QL steps with Wilkinson's shift make that diagonal (Golub and Van Loan,
 * Matrix Computations, sections 8.3.1 and 8.3.3). Everything that costs n^3 runs along rows, so that it vectorises.
 */
#include "symmetric-eigen.h"

#define MAX_STEPS 60
#define EPSILON 0x1p-52

/* f64 vectors of 64 bytes whatever the target: compilers cut them into registers. */
typedef f64 vd __attribute__((vector_size(64)));
typedef f64 vd_loose __attribute__((vector_size(64), aligned(8), may_alias));

INLINE f64 max_f64(f64 a, f64 b) { return a > b ? a : b; }

/* y += factor * x */
INLINE void add_scaled(f64 *y, f64 factor, const f64 *x, i64 count) {
  i64 i = 0;
  for (; i + 8 <= count; i += 8) *(vd_loose *)(y + i) += factor * *(const vd_loose *)(x + i);
  for (; i < count; i++) y[i] += factor * x[i];
}

INLINE f64 product(const f64 *a, const f64 *b, i64 count) {
  vd sums = {0};
  i64 i = 0;
  for (; i + 8 <= count; i += 8) sums += *(const vd_loose *)(a + i) * *(const vd_loose *)(b + i);
  f64 sum = ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
  for (; i < count; i++) sum += a[i] * b[i];
  return sum;
}

/*
 * Q^T matrix Q = T. Row k of the matrix keeps the vector of reflection k, I - factors[k] v v^T, from column k + 1 on.
 * diagonal: [n]; below: [n], T's entries beside the diagonal, the last 0.
 */
static void make_tridiagonal(f64 *matrix, i64 n, f64 *diagonal, f64 *below, f64 *factors, f64 *p) {
  for (i64 k = 0; k + 2 < n; k++) {
    f64 *v = matrix + k * n + k + 1;
    i64 m = n - k - 1;
    diagonal[k] = matrix[k * n + k];
    f64 largest = 0;
    for (i64 i = 0; i < m; i++) largest = max_f64(largest, __builtin_fabs(v[i]));
    factors[k] = 0;
    below[k] = v[0];
    if (largest == 0) continue;
    for (i64 i = 0; i < m; i++) v[i] /= largest;
    f64 norm = __builtin_sqrt(product(v, v, m));
    /* The sign that does not cancel. */
    f64 head = v[0] > 0 ? v[0] + norm : v[0] - norm;
    below[k] = v[0] > 0 ? -norm * largest : norm * largest;
    v[0] = head;
    f64 factor = 2 / product(v, v, m);
    factors[k] = factor;
    for (i64 i = 0; i < m; i++) p[i] = factor * product(matrix + (k + 1 + i) * n + k + 1, v, m);
    f64 half = factor / 2 * product(p, v, m);
    for (i64 i = 0; i < m; i++) p[i] -= half * v[i];
    for (i64 i = 0; i < m; i++) {
      f64 *row = matrix + (k + 1 + i) * n + k + 1, a = v[i], b = p[i];
      for (i64 j = 0; j < m; j++) row[j] -= a * p[j] + b * v[j];
    }
  }
  for (i64 k = n < 2 ? 0 : n - 2; k < n; k++) {
    diagonal[k] = matrix[k * n + k];
    below[k] = k + 1 < n ? matrix[k * n + k + 1] : 0;
    factors[k] = 0;
  }
}

/* rows = Q^T = ... H_1 H_0; `sums` [n] */
static void accumulate_reflections(const f64 *matrix, i64 n, const f64 *factors, f64 *rows, f64 *sums) {
  zero_bytes(rows, (__SIZE_TYPE__)(n * n) * 8);
  for (i64 i = 0; i < n; i++) rows[i * n + i] = 1;
  for (i64 k = n - 3; k >= 0; k--) {
    if (factors[k] == 0) continue;
    const f64 *v = matrix + k * n + k + 1;
    i64 m = n - k - 1;
    zero_bytes(sums, (__SIZE_TYPE__)m * 8);
    for (i64 i = 0; i < m; i++) add_scaled(sums, v[i], rows + (k + 1 + i) * n + k + 1, m);
    for (i64 i = 0; i < m; i++) add_scaled(rows + (k + 1 + i) * n + k + 1, -factors[k] * v[i], sums, m);
  }
  for (i64 i = 0; i < n; i++)
    for (i64 j = 0; j < i; j++) {
      f64 swapped = rows[i * n + j];
      rows[i * n + j] = rows[j * n + i];
      rows[j * n + i] = swapped;
    }
}

/* (a, b) = (cosine a - sine b, sine a + cosine b) */
static void turn_rows(f64 *a, f64 *b, f64 cosine, f64 sine, i64 n) {
  i64 i = 0;
  for (; i + 8 <= n; i += 8) {
    vd x = *(const vd_loose *)(a + i), y = *(const vd_loose *)(b + i);
    *(vd_loose *)(a + i) = cosine * x - sine * y;
    *(vd_loose *)(b + i) = sine * x + cosine * y;
  }
  for (; i < n; i++) {
    f64 x = a[i], y = b[i];
    a[i] = cosine * x - sine * y;
    b[i] = sine * x + cosine * y;
  }
}

static f64 hypotenuse(f64 a, f64 b) { return __builtin_sqrt(a * a + b * b); }

/* One implicit QL step on the unreduced block first .. last; rows of `vectors` turn along. */
static void ql_step(f64 *diagonal, f64 *below, i64 first, i64 last, f64 *vectors, i64 n) {
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
      return;
    }
    sine = f / length;
    cosine = bulge / length;
    f64 reduced = diagonal[i + 1] - carried;
    f64 t = (diagonal[i] - reduced) * sine + 2 * cosine * b;
    carried = sine * t;
    diagonal[i + 1] = reduced + carried;
    bulge = cosine * t - b;
    turn_rows(vectors + i * n, vectors + (i + 1) * n, cosine, sine, n);
  }
  diagonal[first] -= carried;
  below[first] = bulge;
  below[last] = 0;
}

int symmetric_eigen(f64 *matrix, i64 n, f64 *values, f64 *vectors, f64 *work) {
  f64 *below = work, *factors = work + n, *p = work + 2 * n;
  make_tridiagonal(matrix, n, values, below, factors, p);
  accumulate_reflections(matrix, n, factors, vectors, p);
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
      ql_step(values, below, first, last, vectors, n);
    }
  return 1;
}

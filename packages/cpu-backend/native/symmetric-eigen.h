/* Eigenvalues and eigenvectors of symmetric matrices of a few hundred rows. */
#ifndef KVASIR_SYMMETRIC_EIGEN_H
#define KVASIR_SYMMETRIC_EIGEN_H
#include "base.h"

/* Floats from one eigenvector to the next. */
INLINE i64 eigen_stride(i64 n) { return (n + 15) / 16 * 16; }

/*
 * matrix: [n][n], both halves; its contents are lost. values: [n], in no order, to the accuracy of f64. vectors: [n][eigen_stride(n)], row i
 * the unit eigenvector of values[i], orthogonal to about 1e-6. work: f64 [6 n]. n is at least 4. Returns 0 where an eigenvalue has not converged, which no
 * finite matrix has shown.
 */
int symmetric_eigen(f64 *matrix, i64 n, f64 *values, f32 *vectors, f64 *work);

#endif

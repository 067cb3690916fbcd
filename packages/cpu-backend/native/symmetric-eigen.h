/* Eigenvalues and eigenvectors of symmetric matrices of a few hundred rows, in f64. */
#ifndef KVASIR_SYMMETRIC_EIGEN_H
#define KVASIR_SYMMETRIC_EIGEN_H
#include "base.h"

/*
 * matrix: [n][n], both halves; its contents are lost. values: [n], in no order. vectors: [n][n], row i the unit eigenvector of values[i].
 * work: f64 [4 n]. Returns 0 where an eigenvalue has not converged, which no finite matrix has shown.
 */
int symmetric_eigen(f64 *matrix, i64 n, f64 *values, f64 *vectors, f64 *work);

#endif

#ifndef KVASIR_ELEMENTWISE_H
#define KVASIR_ELEMENTWISE_H
#include "ops.h"
#include "team.h"

void op_rms_norm(const OpRmsNorm *op, Worker *worker);
void op_add(const OpAdd *op, Worker *worker);
void op_gated_activation(const OpGatedActivation *op, Worker *worker);
void op_gather_rows(const OpGatherRows *op, Worker *worker);
void op_argmax(const OpArgmax *op, Worker *worker);

/* out = x / sqrt(mean(x^2) + epsilon) * weight over `columns` elements; out may be x. */
void rms_norm_row(const f32 *x, const f32 *weight, f32 *out, i64 columns, f32 epsilon);

#endif

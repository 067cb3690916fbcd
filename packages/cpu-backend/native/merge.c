/* Merging attention states that operators left as (out, natural-log lse). */
#include "attention.h"
#include "functions.h"
#include "ops.h"

NOINLINE void op_merge_states(const OpMergeStates *op, Worker *worker) {
  f32 *out_a = POINTER(f32, op->out_a), *lse_a = POINTER(f32, op->lse_a);
  const f32 *out_b = POINTER(f32, op->out_b), *lse_b = POINTER(f32, op->lse_b);
  i64 first, end;
  share(worker, op->states, 1, &first, &end);
  for (i64 s = first; s < end; s++) {
    f32 a = lse_a[s], b = lse_b[s];
    if (b == -__builtin_inff()) continue;
    f32 *to = out_a + s * op->head_dim;
    const f32 *from = out_b + s * op->head_dim;
    f32 most = a > b ? a : b;
    f32 weight_a = exp2_scalar((f32)((a - most) * LOG2_E)), weight_b = exp2_scalar((f32)((b - most) * LOG2_E));
    f32 sum = weight_a + weight_b;
    weight_a /= sum;
    weight_b /= sum;
    for (i64 i = 0; i < op->head_dim; i++) to[i] = a == -__builtin_inff() ? from[i] : to[i] * weight_a + from[i] * weight_b;
    lse_a[s] = a == -__builtin_inff() ? b : (f32)((f64)most + log_f64(sum));
  }
}

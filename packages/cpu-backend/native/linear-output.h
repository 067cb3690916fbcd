/* What happens to finished sums. */
#ifndef KVASIR_LINEAR_OUTPUT_H
#define KVASIR_LINEAR_OUTPUT_H

#include "linear-vector.h"
#include "linear.h"

/* Adds bias and what was there, as asked, and writes `rows` rows of a panel; `sums` is `[rows][16]`. */
void linear_finish(const PanelOutput *output, const f32 *sums, i64 rows);

#endif

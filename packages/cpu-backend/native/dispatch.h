#ifndef KVASIR_DISPATCH_H
#define KVASIR_DISPATCH_H
#include "ops.h"
#include "team.h"

/* Runs this thread's share of one operation. */
void dispatch(const OpHeader *op, Worker *worker);

#endif

/*
 * A team of threads that runs a program (an array of operation records) together.
 *
 * An operator is cut into as many lanes as there are threads: `void op_x(const OpX *op, Worker *worker)` is called once per lane and does
 * the share of `worker->thread` of `worker->threads`, or takes items from `next_ticket(worker)`, which gives each number 0, 1, 2, ... to
 * exactly one caller. Any thread may run any lane, one may run several: on a busy machine, a thread that does not get a core is not
 * waited for, unless it is in the middle of a lane. So lanes must not wait for each other. An operator whose lanes have to meet in the
 * middle returns there after `needs_phase(worker)`; it is called again for every lane with the next `worker->phase` (and tickets from 0)
 * when all lanes have returned.
 *
 * The results of an operator must not depend on which thread computes what.
 */
#ifndef KVASIR_TEAM_H
#define KVASIR_TEAM_H
#include "base.h"

#define CACHE_LINE 64

/* Lives in the backend's memory, zeroed by the host; the host fills in the first three fields. */
typedef struct Team {
  i64 threads;
  /* Private memory of each thread: `scratch + thread * scratch_bytes`, 64-byte aligned, contents undefined between operators. */
  address scratch;
  i64 scratch_bytes;
  u8 pad0[CACHE_LINE - 24];
  /* From the top: 32 bits that count phases, 16 bits lanes of the phase, 16 bits next lane to run. */
  u64 claim;
  /* Threads asleep until the count of phases changes. */
  u32 sleepers;
  u8 pad1[CACHE_LINE - 12];
  /* Lanes of the phase that have returned. */
  u32 done;
  u32 ticket;
  u8 pad2[CACHE_LINE - 8];
  /* What runs; changed only between phases. */
  address program;
  i64 count, position;
  u32 phase, is_running, is_stopping;
} Team;

typedef struct Worker {
  Team *team;
  /* The lane, and how many there are. */
  i64 thread;
  i64 threads;
  /* Of the thread that runs the lane. */
  u8 *scratch;
  i64 scratch_bytes;
  u32 phase;
  u32 is_unfinished;
} Worker;

/* Tells that the operator goes on when all lanes have returned. */
INLINE void needs_phase(Worker *worker) { worker->is_unfinished = 1; }

INLINE i64 next_ticket(Worker *worker) { return (i64)__atomic_fetch_add(&worker->team->ticket, 1u, __ATOMIC_RELAXED); }

/* The contiguous part `[*first, *end)` of `count` things that belongs to this thread, in units of `granule` things. */
INLINE void share(const Worker *worker, i64 count, i64 granule, i64 *first, i64 *end) {
  i64 granules = (count + granule - 1) / granule;
  *first = min_i64(count, granules * worker->thread / worker->threads * granule);
  *end = min_i64(count, granules * (worker->thread + 1) / worker->threads * granule);
}

#endif

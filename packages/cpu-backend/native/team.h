/*
 * A team of threads that runs a program (an array of operation records) together.
 *
 * Every operator runs on all threads: `void op_x(const OpX *op, Worker *worker)` takes its share of the work from
 * `worker->thread` of `worker->threads`, or item by item from `next_ticket(worker)`, which gives each number 0, 1, 2, ... to exactly
 * one thread and starts again at 0 after every barrier. The run loop puts a barrier after each operator; an operator that needs its
 * threads to meet in the middle calls `kvasir_barrier(worker)`, on every thread, the same number of times.
 *
 * The results of an operator must not depend on which thread computes what.
 */
#ifndef KVASIR_TEAM_H
#define KVASIR_TEAM_H
#include "base.h"

#define CACHE_LINE 64

/* Lives in the backend's memory, zeroed by the host; the host fills in the first four fields. */
typedef struct Team {
  i64 threads;
  /* Private memory of each thread: `scratch + thread * scratch_bytes`, 64-byte aligned, contents undefined between operators. */
  address scratch;
  i64 scratch_bytes;
  i64 reserved;
  u8 pad0[CACHE_LINE - 32];
  /* Threads that reached the current barrier. */
  u32 arrived;
  u8 pad1[CACHE_LINE - 4];
  /* Counts barriers; threads wait for it to change. */
  u32 generation;
  /* Threads asleep on `generation`. */
  u32 sleepers;
  u8 pad2[CACHE_LINE - 8];
  u32 ticket;
  u8 pad3[CACHE_LINE - 4];
  /* Counts programs; idle threads wait for it to change. */
  u32 job;
  u32 idle;
  u32 stopping;
  u32 pad4;
  address program;
  i64 count;
} Team;

typedef struct Worker {
  Team *team;
  i64 thread;
  i64 threads;
  u8 *scratch;
  i64 scratch_bytes;
} Worker;

void kvasir_barrier(Worker *worker);

INLINE i64 next_ticket(Worker *worker) { return (i64)__atomic_fetch_add(&worker->team->ticket, 1u, __ATOMIC_RELAXED); }

/* The contiguous part `[*first, *end)` of `count` things that belongs to this thread, in units of `granule` things. */
INLINE void share(const Worker *worker, i64 count, i64 granule, i64 *first, i64 *end) {
  i64 granules = (count + granule - 1) / granule;
  *first = min_i64(count, granules * worker->thread / worker->threads * granule);
  *end = min_i64(count, granules * (worker->thread + 1) / worker->threads * granule);
}

#endif

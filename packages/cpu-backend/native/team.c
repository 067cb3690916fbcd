/* Threads, barriers and the loop that runs a program. */
#include "team.h"
#include "ops.h"
#include "dispatch.h"

#ifdef __wasm__
#define PAUSE() ((void)0)
#define YIELD() ((void)0)
#define YIELDS 0
/* Not inlined: V8 11 loses a wake-up when the wait is inlined into a loop. */
static NOINLINE void sleep_while(u32 *at, u32 value) { __builtin_wasm_memory_atomic_wait32((int *)at, (int)value, -1); }
static NOINLINE void wake_all(u32 *at) { __builtin_wasm_memory_atomic_notify((int *)at, 0x7fffffffu); }
#elif defined(__linux__)
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>
static void sleep_while(u32 *at, u32 value) { syscall(SYS_futex, at, FUTEX_WAIT_PRIVATE, value, 0, 0, 0); }
static void wake_all(u32 *at) { syscall(SYS_futex, at, FUTEX_WAKE_PRIVATE, 0x7fffffff, 0, 0, 0); }
#else
#include <sched.h>
static void sleep_while(u32 *at, u32 value) {
  (void)at;
  (void)value;
  sched_yield();
}
static void wake_all(u32 *at) { (void)at; }
#endif

#if defined(__x86_64__)
#define PAUSE() __builtin_ia32_pause()
#elif defined(__aarch64__)
#define PAUSE() __asm__ volatile("yield")
#elif !defined(__wasm__)
#define PAUSE() ((void)0)
#endif
#ifndef __wasm__
#define YIELD() sched_yield()
#define YIELDS 50
#endif

/*
 * Waiting goes in three stages: spinning, for operators that end at about the same time; yielding, so that on a busy machine the thread
 * that is waited for gets the core; sleeping. WebAssembly has no pause instruction, so its spins are shorter, and cannot yield.
 */
#ifdef __wasm__
#define SPINS 4000
#else
#define SPINS 300
#endif

static void wait_for_change(u32 *at, u32 old, u32 *sleepers) {
  for (int i = 0; i < SPINS + YIELDS; i++) {
    if (__atomic_load_n(at, __ATOMIC_ACQUIRE) != old) return;
    if (i < SPINS) PAUSE();
    else YIELD();
  }
  __atomic_fetch_add(sleepers, 1u, __ATOMIC_SEQ_CST);
  while (__atomic_load_n(at, __ATOMIC_SEQ_CST) == old) sleep_while(at, old);
  __atomic_fetch_sub(sleepers, 1u, __ATOMIC_SEQ_CST);
}

static void announce_change(u32 *at, u32 *sleepers) {
  __atomic_fetch_add(at, 1u, __ATOMIC_SEQ_CST);
  if (__atomic_load_n(sleepers, __ATOMIC_SEQ_CST) != 0) wake_all(at);
}

NOINLINE void kvasir_barrier(Worker *worker) {
  Team *team = worker->team;
  if (worker->threads == 1) {
    team->ticket = 0;
    return;
  }
  u32 generation = __atomic_load_n(&team->generation, __ATOMIC_RELAXED);
  if (__atomic_fetch_add(&team->arrived, 1u, __ATOMIC_ACQ_REL) == (u32)worker->threads - 1) {
    __atomic_store_n(&team->arrived, 0u, __ATOMIC_RELAXED);
    __atomic_store_n(&team->ticket, 0u, __ATOMIC_RELAXED);
    announce_change(&team->generation, &team->sleepers);
  } else {
    wait_for_change(&team->generation, generation, &team->sleepers);
  }
}

static NOINLINE void run_program(Worker *worker, const u8 *program, i64 count) {
  for (i64 i = 0; i < count; i++) {
    const OpHeader *op = (const OpHeader *)(program + i * RECORD_BYTES);
    u32 serial = op->flags & FLAG_SERIAL;
    if (!serial || worker->thread == 0) dispatch(op, worker);
    u32 next_serial = i + 1 < count && (((const OpHeader *)(program + (i + 1) * RECORD_BYTES))->flags & FLAG_SERIAL);
    if (!(serial && next_serial)) kvasir_barrier(worker);
  }
}

static Worker worker_of(Team *team, i64 thread) {
  Worker worker = {team, thread, team->threads, POINTER(u8, team->scratch + (u64)(thread * team->scratch_bytes)), team->scratch_bytes};
  return worker;
}

/* Runs `count` records on the whole team; the calling thread is thread 0. */
EXPORT("kvasir_run") void kvasir_run(address team_address, address program, i64 count) {
  Team *team = POINTER(Team, team_address);
  Worker worker = worker_of(team, 0);
  /* Without a barrier a thread could miss this job and take the next one twice. */
  if (count == 0) return;
  team->program = program;
  team->count = count;
  if (team->threads > 1) announce_change(&team->job, &team->idle);
  run_program(&worker, POINTER(u8, program), count);
}

/* Body of threads 1 .. threads - 1; returns after `kvasir_stop`. */
EXPORT("kvasir_worker") void kvasir_worker(address team_address, i64 thread) {
  Team *team = POINTER(Team, team_address);
  Worker worker = worker_of(team, thread);
  for (u32 job = 0;;) {
    wait_for_change(&team->job, job, &team->idle);
    /* Thread 0 cannot start another job before this one's last barrier, so exactly one has begun. */
    job++;
    if (__atomic_load_n(&team->stopping, __ATOMIC_ACQUIRE)) return;
    run_program(&worker, POINTER(u8, team->program), team->count);
  }
}

/* Makes all other threads of the team return. */
EXPORT("kvasir_stop") void kvasir_stop(address team_address) {
  Team *team = POINTER(Team, team_address);
  __atomic_store_n(&team->stopping, 1u, __ATOMIC_RELEASE);
  announce_change(&team->job, &team->idle);
}

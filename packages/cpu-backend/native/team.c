/* Threads, phases and the loop that runs a program. */
#include "team.h"
#include "ops.h"
#include "dispatch.h"

#ifdef __wasm__
#define PAUSE() ((void)0)
/* Not inlined: V8 11 loses a wake-up when the wait is inlined into a loop. */
static NOINLINE void sleep_while(u32 *at, u32 value) { __builtin_wasm_memory_atomic_wait32((int *)at, (int)value, -1); }
static NOINLINE void wake_all(u32 *at) { __builtin_wasm_memory_atomic_notify((int *)at, 0x7fffffffu); }
#elif defined(__linux__)
#include <linux/futex.h>
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

/*
 * Waiting begins with spinning, some tens of microseconds, for lanes that end at about the same time; then the thread sleeps. It never
 * yields: on a busy machine a thread that yields goes to the end of the queue, one that wakes up goes to its front.
 * WebAssembly has no pause instruction, so its spins are shorter.
 */
#ifdef __wasm__
#define SPINS 16000
#else
#define SPINS 3000
#endif

/* -- Phases -------------------------------------------------------------------------------------------------------------- */

#define PHASE_OF(claim) ((u32)((claim) >> 32))
#define LANES_OF(claim) ((u32)((claim) >> 16) & 0xffffu)
#define NEXT_OF(claim) ((u32)(claim) & 0xffffu)

/* The half of `claim` that counts phases; all targets are little-endian. */
static u32 *phase_word(Team *team) { return (u32 *)&team->claim + 1; }

static void wait_for_phase(Team *team, u32 phase) {
  for (int i = 0; i < SPINS; i++) {
    if (PHASE_OF(__atomic_load_n(&team->claim, __ATOMIC_ACQUIRE)) != phase) return;
    PAUSE();
  }
  __atomic_fetch_add(&team->sleepers, 1u, __ATOMIC_SEQ_CST);
  while (PHASE_OF(__atomic_load_n(&team->claim, __ATOMIC_SEQ_CST)) == phase) sleep_while(phase_word(team), phase);
  __atomic_fetch_sub(&team->sleepers, 1u, __ATOMIC_SEQ_CST);
}

/* Begins a phase of so many lanes. Only one thread can be here: the one that ended the phase before. */
static void begin_phase(Team *team, i64 lanes) {
  u32 phase = PHASE_OF(__atomic_load_n(&team->claim, __ATOMIC_RELAXED)) + 1;
  __atomic_store_n(&team->done, 0u, __ATOMIC_RELAXED);
  __atomic_store_n(&team->ticket, 0u, __ATOMIC_RELAXED);
  __atomic_store_n(&team->claim, (u64)phase << 32 | (u64)lanes << 16, __ATOMIC_SEQ_CST);
  if (__atomic_load_n(&team->sleepers, __ATOMIC_SEQ_CST) != 0) wake_all(phase_word(team));
}

static const OpHeader *record_at(const Team *team) {
  return (const OpHeader *)(POINTER(u8, team->program) + team->position * RECORD_BYTES);
}

static NOINLINE void run_lane(Worker *worker, i64 lane) {
  worker->thread = lane;
  worker->phase = worker->team->phase;
  worker->is_unfinished = 0;
  dispatch(record_at(worker->team), worker);
}

/* After the last lane of a phase: begins the next one, or ends the program. Operators for one thread run at once, without a phase. */
static void advance(Worker *worker) {
  Team *team = worker->team;
  if (worker->is_unfinished) {
    team->phase++;
    begin_phase(team, team->threads);
    return;
  }
  team->phase = 0;
  team->position++;
  for (; team->position < team->count && (record_at(team)->flags & FLAG_SERIAL); team->position++) run_lane(worker, 0);
  if (team->position < team->count) {
    begin_phase(team, team->threads);
  } else {
    __atomic_store_n(&team->is_running, 0u, __ATOMIC_RELEASE);
    begin_phase(team, 0);
  }
}

/* Runs lanes until the program ends (thread 0) or the team stops (the others). */
static NOINLINE void take_part(Worker *worker, int is_caller) {
  Team *team = worker->team;
  for (;;) {
    u64 claim = __atomic_fetch_add(&team->claim, 1u, __ATOMIC_ACQ_REL);
    u32 lanes = LANES_OF(claim);
    if (NEXT_OF(claim) < lanes) {
      run_lane(worker, NEXT_OF(claim));
      if (__atomic_fetch_add(&team->done, 1u, __ATOMIC_ACQ_REL) == lanes - 1) advance(worker);
      continue;
    }
    if (is_caller && !__atomic_load_n(&team->is_running, __ATOMIC_ACQUIRE)) return;
    if (!is_caller && __atomic_load_n(&team->is_stopping, __ATOMIC_ACQUIRE)) return;
    wait_for_phase(team, PHASE_OF(claim));
  }
}

static Worker worker_of(Team *team, i64 thread) {
  Worker worker = {.team = team, .threads = team->threads, .scratch_bytes = team->scratch_bytes};
  worker.scratch = POINTER(u8, team->scratch + (u64)(thread * team->scratch_bytes));
  return worker;
}

/* -- What the host calls ------------------------------------------------------------------------------------------------- */

static void run_alone(Worker *worker) {
  Team *team = worker->team;
  for (team->phase = 0; team->position < team->count;) {
    team->ticket = 0;
    run_lane(worker, 0);
    team->phase = worker->is_unfinished ? team->phase + 1 : 0;
    team->position += !worker->is_unfinished;
  }
}

/* Runs `count` records on the whole team; the calling thread is thread 0. */
EXPORT("kvasir_run") void kvasir_run(address team_address, address program, i64 count) {
  Team *team = POINTER(Team, team_address);
  Worker worker = worker_of(team, 0);
  if (count == 0) return;
  team->program = program;
  team->count = count;
  if (team->threads == 1) {
    team->position = 0;
    run_alone(&worker);
    return;
  }
  /* As if the record before the first had just ended. */
  team->position = -1;
  __atomic_store_n(&team->is_running, 1u, __ATOMIC_RELAXED);
  advance(&worker);
  take_part(&worker, 1);
}

/* Body of threads 1 .. threads - 1; returns after `kvasir_stop`. */
EXPORT("kvasir_worker") void kvasir_worker(address team_address, i64 thread) {
  Worker worker = worker_of(POINTER(Team, team_address), thread);
  take_part(&worker, 0);
}

/* Makes all other threads of the team return. */
EXPORT("kvasir_stop") void kvasir_stop(address team_address) {
  Team *team = POINTER(Team, team_address);
  __atomic_store_n(&team->is_stopping, 1u, __ATOMIC_RELEASE);
  begin_phase(team, 0);
}

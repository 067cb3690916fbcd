/* What the native tier asks of the operating system: memory and threads. The WebAssembly tier gets both from JavaScript. */
#ifndef __wasm__
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include "base.h"
#include "team.h"

extern void kvasir_worker(address team, i64 thread);
extern void kvasir_stop(address team);

/* Zeroed memory on a page boundary, or 0. Large blocks ask for huge pages. */
EXPORT("kvasir_allocate") address kvasir_allocate(i64 bytes) {
  void *at = mmap(0, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) return 0;
#ifdef MADV_HUGEPAGE
  if (bytes >= (4 << 20)) madvise(at, (size_t)bytes, MADV_HUGEPAGE);
#endif
  return ADDRESS(at);
}

EXPORT("kvasir_free") void kvasir_free(address at, i64 bytes) { munmap(POINTER(void, at), (size_t)bytes); }

typedef struct {
  address team;
  i64 thread;
} Start;

typedef struct {
  i64 count;
  pthread_t threads[];
} Crew;

static void *thread_main(void *argument) {
  Start start = *(Start *)argument;
  free(argument);
  kvasir_worker(start.team, start.thread);
  return 0;
}

/* Starts threads 1 .. threads - 1 of a team; returns a handle for `kvasir_stop_threads`, 0 where not all could be started. */
EXPORT("kvasir_start_threads") address kvasir_start_threads(address team) {
  i64 threads = POINTER(Team, team)->threads;
  Crew *crew = calloc(1, sizeof(Crew) + (size_t)threads * sizeof(pthread_t));
  if (crew == 0) return 0;
  for (i64 thread = 1; thread < threads; thread++) {
    Start *start = malloc(sizeof(Start));
    if (start == 0) break;
    start->team = team;
    start->thread = thread;
    if (pthread_create(&crew->threads[crew->count], 0, thread_main, start) != 0) {
      free(start);
      break;
    }
    crew->count++;
  }
  if (crew->count == threads - 1) return ADDRESS(crew);
  kvasir_stop(team);
  for (i64 i = 0; i < crew->count; i++) pthread_join(crew->threads[i], 0);
  free(crew);
  return 0;
}

EXPORT("kvasir_stop_threads") void kvasir_stop_threads(address team, address handle) {
  Crew *crew = POINTER(Crew, handle);
  kvasir_stop(team);
  for (i64 i = 0; i < crew->count; i++) pthread_join(crew->threads[i], 0);
  free(crew);
}
#else
typedef int kvasir_host_is_javascript;
#endif

/* The instruction sets this machine can run, asked before any code that needs them is loaded. */
#include "base.h"

#define LEVEL_BASELINE 1
#define LEVEL_V3 2
#define LEVEL_V4 4
#define LEVEL_V4_DOT 8

#if defined(__x86_64__) && !defined(__wasm__)
#include <cpuid.h>

static u64 enabled_state(void) {
  u32 low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low | ((u64)high << 32);
}

/* Bit set of the x86-64 levels whose instructions both the CPU and the operating system support. */
EXPORT("kvasir_cpu_levels") i64 kvasir_cpu_levels(void) {
  u32 a, b, c, d, extended_c, b7, c7, d7, a71 = 0, b71, c71, d71;
  i64 levels = LEVEL_BASELINE;
  if (!__get_cpuid(1, &a, &b, &c, &d)) return levels;
  u32 has_osxsave = c >> 27 & 1, has_avx = c >> 28 & 1, has_fma = c >> 12 & 1, has_f16c = c >> 29 & 1, has_movbe = c >> 22 & 1;
  if (!has_osxsave || !has_avx || !has_fma || !has_f16c || !has_movbe) return levels;
  u64 state = enabled_state();
  if ((state & 6) != 6) return levels;
  if (!__get_cpuid(0x80000001u, &a, &b, &extended_c, &d) || !(extended_c >> 5 & 1)) return levels;
  if (!__get_cpuid_count(7, 0, &a, &b7, &c7, &d7)) return levels;
  u32 subleaves = a;
  if (!(b7 >> 3 & 1) || !(b7 >> 5 & 1) || !(b7 >> 8 & 1)) return levels;
  levels |= LEVEL_V3;
  u32 has_v4 = (b7 >> 16 & 1) && (b7 >> 17 & 1) && (b7 >> 28 & 1) && (b7 >> 30 & 1) && (b7 >> 31 & 1);
  if (!has_v4 || (state & 0xe6) != 0xe6) return levels;
  levels |= LEVEL_V4;
  if (subleaves >= 1) __get_cpuid_count(7, 1, &a71, &b71, &c71, &d71);
  if ((c7 >> 11 & 1) && (a71 >> 5 & 1)) levels |= LEVEL_V4_DOT;
  return levels;
}
#else
EXPORT("kvasir_cpu_levels") i64 kvasir_cpu_levels(void) { return LEVEL_BASELINE; }
#endif

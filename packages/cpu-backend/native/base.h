/* Types and memory primitives shared by every kernel. Freestanding: no libc header is included by kernel code. */
#ifndef KVASIR_BASE_H
#define KVASIR_BASE_H

typedef signed char i8;
typedef unsigned char u8;
typedef short i16;
typedef unsigned short u16;
typedef int i32;
typedef unsigned int u32;
typedef long long i64;
typedef unsigned long long u64;
typedef float f32;
typedef double f64;

/* An address in the backend's memory as the host writes it: always 8 bytes, also where pointers have 4. */
typedef u64 address;
#define POINTER(type, at) ((type *)(__SIZE_TYPE__)(at))
#define ADDRESS(pointer) ((address)(__SIZE_TYPE__)(pointer))

#define INLINE static inline __attribute__((always_inline))
/* WebAssembly engines optimise a function only between two calls of it, so operators must stay separate functions. */
#define NOINLINE __attribute__((noinline))
#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)

#ifdef __wasm__
#define EXPORT(name) __attribute__((export_name(name), visibility("default")))
#else
#define EXPORT(name) __attribute__((visibility("default")))
#endif

INLINE void copy_bytes(void *to, const void *from, __SIZE_TYPE__ bytes) { __builtin_memcpy(to, from, bytes); }
INLINE void zero_bytes(void *to, __SIZE_TYPE__ bytes) { __builtin_memset(to, 0, bytes); }

INLINE i64 min_i64(i64 a, i64 b) { return a < b ? a : b; }
INLINE i64 max_i64(i64 a, i64 b) { return a > b ? a : b; }
INLINE u32 bits_of(f32 x) { u32 u; __builtin_memcpy(&u, &x, 4); return u; }
INLINE f32 float_of(u32 u) { f32 x; __builtin_memcpy(&x, &u, 4); return x; }

#endif

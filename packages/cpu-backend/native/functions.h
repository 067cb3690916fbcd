/* Elementary functions, vectorised where tensors need them. */
#ifndef KVASIR_FUNCTIONS_H
#define KVASIR_FUNCTIONS_H
#include "simd.h"

#define LOG2_E 1.4426950408889634
#define LN_2 0.6931471805599453

/*
 * 2^x with about 1 ulp, exactly 1 at 0 and exactly 0 below -125. x <= 127.
 * 2^x = 2^n * 2^f with n = round(x), |f| <= 1/2; 2^f = 1 + f * P(f), P interpolating at Chebyshev nodes (relative error 5e-9).
 */
INLINE vf exp2_vector(vf x) {
  vf shifted = x + 0x1.8p23f;
  vf f = x - (shifted - 0x1.8p23f);
  vf p = splat(1.54531634e-4f);
  p = p * f + 1.33908633e-3f;
  p = p * f + 9.61808302e-3f;
  p = p * f + 5.55035695e-2f;
  p = p * f + 2.40226507e-1f;
  p = p * f + 6.93147182e-1f;
  p = p * f + 1.0f;
  /* The low bits of `shifted` hold n. */
  vf result = (vf)((vi)p + ((vi)shifted << 23));
  return (vf)((vi)result & (vi)(x >= splat(-125.0f)));
}

/* The same for one number, with the same bits. */
INLINE f32 exp2_scalar(f32 x) { return exp2_vector(splat(x))[0]; }

INLINE vf exp_vector(vf x) {
  x = vmax(x, splat(-87.0f));
  x = -vmax(-x, splat(-88.0f));
  /* Cody-Waite: x * log2(e) would lose bits of large x before the fraction is taken. */
  vf n = (x * (f32)LOG2_E + 0x1.8p23f) - 0x1.8p23f;
  vf rest = x - n * 0.693359375f;
  rest = rest - n * -2.12194440e-4f;
  vf scale = (vf)((__builtin_convertvector(n, vi) + 127) << 23);
  return scale * exp2_vector(rest * (f32)LOG2_E);
}

/* Natural logarithm of a positive, finite number. */
INLINE f64 log_f64(f64 x) {
  u64 u;
  __builtin_memcpy(&u, &x, 8);
  i64 exponent = (i64)(u >> 52) - 1023;
  u = (u & 0xfffffffffffffull) | 0x3ff0000000000000ull;
  f64 m;
  __builtin_memcpy(&m, &u, 8);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    exponent++;
  }
  /* log(m) = 2 atanh(z), |z| < 0.172: ten terms leave 1e-17. */
  f64 z = (m - 1) / (m + 1), square = z * z, sum = 0;
  for (int k = 19; k >= 1; k -= 2) sum = sum * square + 1.0 / k;
  return (f64)exponent * LN_2 + 2 * z * sum;
}

/* cos and sin of a finite angle below 2^30 in magnitude; written without branches so that loops over it vectorise. */
INLINE void cos_sin(f64 angle, f32 *cosine, f32 *sine) {
  f64 shifted = angle * 0.6366197723675814 + 0x1.8p52;
  f64 n = shifted - 0x1.8p52;
  u64 bits;
  __builtin_memcpy(&bits, &shifted, 8);
  f64 r = (angle - n * 1.5707963267341256) - n * 6.077100506506192e-11;
  f64 q = r * r;
  f64 s = r + r * q * (-1.6666666666666632e-1 + q * (8.3333333332249e-3 + q * (-1.98412698298579e-4 + q * (2.7557313707070e-6 - q * 2.50507602534e-8))));
  f64 c = 1 + q * (-0.5 + q * (4.1666666666666602e-2 + q * (-1.388888888887411e-3 + q * (2.480158728947e-5 - q * 2.7557314351390e-7))));
  f64 swapped = (bits & 1) ? 1.0 : 0.0;
  f64 sin_value = swapped * c + (1 - swapped) * s;
  f64 cos_value = swapped * s + (1 - swapped) * c;
  f64 sin_sign = (bits & 2) ? -1.0 : 1.0;
  f64 cos_sign = ((bits + 1) & 2) ? -1.0 : 1.0;
  *sine = (f32)(sin_sign * sin_value);
  *cosine = (f32)(cos_sign * cos_value);
}

#endif

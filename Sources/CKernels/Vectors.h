// Vectors of LANES floats: loads, sums, exp and erf. Part of a variant: included by Kernels.h.

typedef float vec __attribute__((vector_size(4 * LANES)));
typedef int32_t ivec __attribute__((vector_size(4 * LANES)));
typedef uint32_t uvec __attribute__((vector_size(4 * LANES)));
typedef uint16_t hvec __attribute__((vector_size(2 * LANES)));
typedef float vec4 __attribute__((vector_size(16)));

#define INLINE static inline __attribute__((always_inline))

INLINE vec load(const void *p) {
  vec v;
  memcpy(&v, p, sizeof v);
  return v;
}

INLINE void store(float *p, vec v) { memcpy(p, &v, sizeof v); }

/// The first `count` < LANES floats, and `fill` in the lanes behind them.
INLINE vec load_part(const void *p, size_t count, float fill) {
  float lanes[LANES];
  for (int i = 0; i < LANES; i++) lanes[i] = fill;
  memcpy(lanes, p, count * sizeof(float));
  return load(lanes);
}

INLINE void store_part(float *p, vec v, size_t count) { memcpy(p, &v, count * sizeof(float)); }

INLINE vec all(float value) { return value - (vec){}; }

INLINE vec choose(ivec condition, vec a, vec b) {
  return (vec)((condition & (ivec)a) | (~condition & (ivec)b));
}

/// LANES sums folded to four: lane i goes to i mod 4.
INLINE vec4 fold(vec v) {
  float lanes[LANES];
  store(lanes, v);
  vec4 sum, part;
  memcpy(&sum, lanes, sizeof sum);
  for (int i = 4; i < LANES; i += 4) {
    memcpy(&part, lanes + i, sizeof part);
    sum += part;
  }
  return sum;
}

INLINE float sum_of_lanes(vec v) {
  vec4 s = fold(v);
  return (s[0] + s[2]) + (s[1] + s[3]);
}

INLINE float maximum_of_lanes(vec v) {
  float maximum = v[0];
  for (int i = 1; i < LANES; i++) maximum = v[i] > maximum ? v[i] : maximum;
  return maximum;
}

/// exp(x), relative error below 1.2e-7; results below the smallest normal number lose digits, then become 0.
///
/// x = n·ln 2 + r with integer n and |r| ≤ ln 2 / 2; exp(r) - 1 - r over r² is a minimax polynomial.
INLINE vec exponential(vec x) {
  // Beyond these the result is 0 or infinity. NaN fails both comparisons and goes on.
  x = choose(x < all(-105), all(-105), x);
  x = choose(x > all(90), all(90), x);
  // Added to a small number, this leaves its nearest integer in the low bits.
  const vec shift = all(0x1.8p23f);
  vec shifted = x * all(1.44269504f) + shift;
  vec n = shifted - shift;
  ivec exponent = (ivec)shifted - (ivec)shift;
  // ln 2 in two parts, the first so short that n times it is exact.
  vec r = x - n * all(0.693359375f);
  r = r - n * all(-2.12194440e-4f);
  vec p = all(1.990758755709976e-4f);
  p = p * r + all(1.3933652080595493e-3f);
  p = p * r + all(8.33328627049923e-3f);
  p = p * r + all(4.166646674275398e-2f);
  p = p * r + all(1.666666716337204e-1f);
  p = p * r + all(0.5f);
  p = p * (r * r) + r + all(1);
  // Twice half the power: 2ⁿ itself is out of range at both ends.
  ivec half = exponent >> 1;
  vec a = (vec)((half + 127) << 23);
  vec b = (vec)((exponent - half + 127) << 23);
  return p * a * b;
}

/// erf(x), absolute error below 1.2e-7.
///
/// Below 1 an odd polynomial; above, 1 - exp(-|x|·q(|x|)) with a polynomial q. Both are minimax fits.
INLINE vec error_function(vec x) {
  vec size = (vec)((ivec)x & 0x7fffffff);
  vec square = x * x;
  vec p = all(7.853861461626366e-5f);
  p = p * square + all(-8.010193705558777e-4f);
  p = p * square + all(5.188327748328447e-3f);
  p = p * square + all(-2.6853812858462334e-2f);
  p = p * square + all(1.128358542919159e-1f);
  p = p * square + all(-3.761262595653534e-1f);
  p = p * square + all(1.1283791065216064f);
  // The fit ends at 4, where erf is 1 to all digits.
  vec t = choose(size > all(4), all(4), size);
  vec q = all(-2.1018210193e-4f);
  q = q * t + all(3.183117602020502e-3f);
  q = q * t + all(-2.2786086425185204e-2f);
  q = q * t + all(1.0509666800498962e-1f);
  q = q * t + all(6.358463764190674e-1f);
  q = q * t + all(1.128475546836853f);
  vec tail = all(1) - exponential(-t * q);
  tail = (vec)((ivec)tail | ((ivec)x & (ivec)all(-0.0f)));
  return choose(size < all(1), p * x, tail);
}

/// LANES float16 as floats.
INLINE vec widen_float16(const void *p) {
#if defined(HAS_FLOAT16) || defined(__aarch64__)
  typedef _Float16 half_vec __attribute__((vector_size(2 * LANES)));
  half_vec halves;
  memcpy(&halves, p, sizeof halves);
  return __builtin_convertvector(halves, vec);
#else
  hvec halves;
  memcpy(&halves, p, sizeof halves);
  uvec bits = __builtin_convertvector(halves, uvec);
  // The float whose exponent is too small by 112: a multiplication puts that right, for subnormals too.
  vec size = (vec)((bits & 0x7fff) << 13) * all(0x1p112f);
  uvec special = (uvec)((bits & 0x7c00) == 0x7c00) & 0x7f800000;
  return (vec)((uvec)size | special | (bits & 0x8000) << 16);
#endif
}

/// LANES bfloat16 as floats.
INLINE vec widen_bfloat16(const void *p) {
  hvec halves;
  memcpy(&halves, p, sizeof halves);
  return (vec)(__builtin_convertvector(halves, uvec) << 16);
}

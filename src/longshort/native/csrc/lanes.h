// Lanes: a vector register full of numbers, one batch row in each. The only file that knows vector instructions.
//
// Types are the compiler's own vector types, so that + - * / and comparisons need no names; the functions below are
// what those types lack. Where no branch for a processor stands, plain loops over lanes do the work.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#define INLINE inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 32")

namespace longshort {

#if defined(__AVX512F__)
constexpr int kVectorBytes = 64;
constexpr int kRegisters = 32;
#elif defined(__AVX2__)
constexpr int kVectorBytes = 32;
constexpr int kRegisters = 16;
#else
constexpr int kVectorBytes = 16;
#if defined(__aarch64__)
constexpr int kRegisters = 32;
#else
constexpr int kRegisters = 16;
#endif
#endif

template <class T>
struct LanesOf;
template <>
struct LanesOf<float> {
  typedef float type __attribute__((vector_size(kVectorBytes)));
  typedef int32_t bits __attribute__((vector_size(kVectorBytes)));
  typedef uint8_t bytes __attribute__((vector_size(kVectorBytes / 4)));
};
template <>
struct LanesOf<double> {
  typedef double type __attribute__((vector_size(kVectorBytes)));
  typedef int64_t bits __attribute__((vector_size(kVectorBytes)));
  typedef uint8_t bytes __attribute__((vector_size(kVectorBytes / 8)));
};

template <class T>
using Lanes = typename LanesOf<T>::type;
template <class T>
using LaneBits = typename LanesOf<T>::bits;
template <class T>
using LaneBytes = typename LanesOf<T>::bytes;

template <class T>
constexpr int kLanes = kVectorBytes / int(sizeof(T));

template <class T>
INLINE Lanes<T> load(const T* from) {
  return *reinterpret_cast<const Lanes<T>*>(from);
}
template <class T>
INLINE void store(T* to, Lanes<T> value) {
  *reinterpret_cast<Lanes<T>*>(to) = value;
}
template <class T>
INLINE Lanes<T> load_unaligned(const T* from) {
  Lanes<T> value;
  std::memcpy(&value, from, sizeof value);
  return value;
}
template <class T>
INLINE void store_unaligned(T* to, Lanes<T> value) {
  std::memcpy(to, &value, sizeof value);
}

// `x` in every lane; compilers know that x - 0 is x, and load it into all lanes at once.
template <class T>
INLINE Lanes<T> splat(T x) {
  return x - Lanes<T>{};
}
template <class T>
INLINE Lanes<T> zeros() {
  return Lanes<T>{};
}

// NaN stays NaN: a comparison with it is false, and then `x` itself is taken.
template <class T>
INLINE Lanes<T> clamp(Lanes<T> x, T low, T high) {
  const Lanes<T> a = splat<T>(low), b = splat<T>(high);
  x = x < a ? a : x;
  return x > b ? b : x;
}

template <class T>
INLINE Lanes<T> square_root(Lanes<T> x) {
  UNROLL for (int lane = 0; lane < kLanes<T>; lane++) x[lane] = std::sqrt(x[lane]);
  return x;
}

// 1 / x for normal x far from the limits; float within 2^-22, from an estimate and one step of Newton's.
INLINE Lanes<float> reciprocal(Lanes<float> x) {
#if defined(__AVX512F__)
  const Lanes<float> r = (Lanes<float>)_mm512_rcp14_ps((__m512)x);
  return r * (2.0f - x * r);
#elif defined(__AVX2__)
  const Lanes<float> r = (Lanes<float>)_mm256_rcp_ps((__m256)x);
  return r * (2.0f - x * r);
#else
  return 1.0f / x;
#endif
}
INLINE Lanes<double> reciprocal(Lanes<double> x) { return 1.0 / x; }

// The sum over lanes, by halves.
template <class T>
INLINE T sum(Lanes<T> x) {
  T part[kLanes<T>];
  std::memcpy(part, &x, sizeof part);
  for (int width = kLanes<T> / 2; width; width /= 2)
    for (int lane = 0; lane < width; lane++) part[lane] += part[lane + width];
  return part[0];
}

// to[k] += the sum over lanes of x[k], for four vectors at once.
template <class T>
INLINE void add_sums(T* to, const Lanes<T>* x) {
  for (int k = 0; k < 4; k++) to[k] += sum<T>(x[k]);
}
#if defined(__AVX2__)
INLINE void add_sums(float* to, const __m256* x) {
  const __m256 a = _mm256_add_ps(_mm256_unpacklo_ps(x[0], x[2]), _mm256_unpackhi_ps(x[0], x[2]));
  const __m256 b = _mm256_add_ps(_mm256_unpacklo_ps(x[1], x[3]), _mm256_unpackhi_ps(x[1], x[3]));
  const __m256 c = _mm256_add_ps(_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b));
  const __m128 d = _mm_add_ps(_mm256_castps256_ps128(c), _mm256_extractf128_ps(c, 1));
  _mm_storeu_ps(to, _mm_add_ps(_mm_loadu_ps(to), d));
}
#if defined(__AVX512F__)
template <>
INLINE void add_sums<float>(float* to, const Lanes<float>* x) {
  __m256 half[4];
  UNROLL for (int k = 0; k < 4; k++) {
    const __m512 v = (__m512)x[k];
    half[k] = _mm256_add_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1));
  }
  add_sums(to, half);
}
#else
template <>
INLINE void add_sums<float>(float* to, const Lanes<float>* x) {
  add_sums(to, reinterpret_cast<const __m256*>(x));
}
#endif
#endif

// 0 or 1 in each byte becomes 0.0 or `factor` in each lane.
template <class T>
INLINE Lanes<T> factors(const uint8_t* kept, T factor) {
  LaneBytes<T> bytes;
  std::memcpy(&bytes, kept, sizeof bytes);
  return __builtin_convertvector(bytes, Lanes<T>) * splat<T>(factor);
}

// Registers of whole numbers: pairs of 32 bits, as many as there are float lanes.
typedef uint64_t Words __attribute__((vector_size(kVectorBytes)));

// The product of the lower 32 bits of each 64.
INLINE Words multiply_low(Words a, uint32_t b) {
#if defined(__AVX512F__)
  return (Words)_mm512_mul_epu32((__m512i)a, _mm512_set1_epi64(b));
#elif defined(__AVX2__)
  return (Words)_mm256_mul_epu32((__m256i)a, _mm256_set1_epi64x(b));
#else
  return (a & 0xFFFFFFFFu) * uint64_t(b);
#endif
}

// 32 bits in each float's lane: 1 where `word`, shifted right and cut to 16 bits, is at least the threshold, else 0.
INLINE void store_kept(uint8_t* to, Words word, int shift, uint32_t threshold) {
  const LaneBits<float> bits = ((LaneBits<float>)word >> shift) & 0xFFFF;
  const LaneBytes<float> kept = __builtin_convertvector(-(bits >= int32_t(threshold)), LaneBytes<float>);
  std::memcpy(to, &kept, sizeof kept);
}

// While one lives, numbers too small for full precision count as zero: they would cost a hundred cycles each.
class FlushSubnormals {
 public:
#if defined(__SSE2__)
  FlushSubnormals() : before_(__builtin_ia32_stmxcsr()) { __builtin_ia32_ldmxcsr(before_ | 0x8040); }
  ~FlushSubnormals() { __builtin_ia32_ldmxcsr(before_); }
#else
  FlushSubnormals() : before_(0) { (void)before_; }
#endif
  FlushSubnormals(const FlushSubnormals&) = delete;
  FlushSubnormals& operator=(const FlushSubnormals&) = delete;

 private:
  unsigned before_;
};

INLINE void pause() {
#if defined(__SSE2__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("yield");
#endif
}

}  // namespace longshort

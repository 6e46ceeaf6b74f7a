// Activations on lanes. Float: short polynomials and quotients, each within 3e-7 of the truth relative to it (sigmoid:
// where it is not nearly zero); coefficients are minimax fits of our own (docs/kernels.md says how). Double: the
// standard library's, lane by lane, for the tests.
#pragma once

#include "lanes.h"

namespace longshort {

// c[0] + c[1] x + c[2] x^2 + ...
template <class T, int N>
INLINE Lanes<T> polynomial(Lanes<T> x, const T (&c)[N]) {
  Lanes<T> y = splat<T>(c[N - 1]);
  UNROLL for (int k = N - 2; k >= 0; k--) y = y * x + splat<T>(c[k]);
  return y;
}

// 2^x for x in [-126, 126]: the whole part becomes the exponent, the rest (at most a half) a polynomial.
INLINE Lanes<float> exp2(Lanes<float> x) {
  constexpr float c[] = {1.0000000716543658f,    0.6931469670549116f,   0.24022119724873114f,
                         0.05550713289585233f,   0.009675541292950252f, 0.0013276466791876426f};
  const Lanes<float> shift = splat(12582912.0f);  // 1.5 * 2^23: adding it rounds to a whole number
  const Lanes<float> shifted = x + shift;
  const Lanes<float> mantissa = polynomial(x - (shifted - shift), c);
  return (Lanes<float>)((LaneBits<float>)mantissa + ((LaneBits<float>)shifted << 23));
}

INLINE Lanes<float> exponential(Lanes<float> x) { return exp2(clamp(x * splat(1.44269504088896f), -126.0f, 126.0f)); }

INLINE Lanes<float> sigmoid(Lanes<float> x) { return reciprocal(1.0f + exponential(-x)); }

INLINE Lanes<float> hyperbolic_tangent(Lanes<float> x) {
  constexpr float p[] = {0.9999999794944228f, 0.13381039141004372f, 0.0034956033987914507f, 2.060930363031752e-05f,
                         1.3354913431440652e-08f};
  constexpr float q[] = {1.0f, 0.4671435476293928f, 0.025877042274501133f, 0.00032856584877462427f,
                         7.776672906091588e-07f};
  const Lanes<float> y = clamp(x, -9.0f, 9.0f), square = y * y;
  return y * polynomial(square, p) * reciprocal(polynomial(square, q));
}

// log(1 + x) for x in [0, 1].
INLINE Lanes<float> log1p_of_share(Lanes<float> x) {
  constexpr float p[] = {0.99999999905991f, 1.066217937837352f, 0.23815722625201985f, 0.0034172731737053506f};
  constexpr float q[] = {1.0f, 1.5662178072973651f, 0.6879357233499102f, 0.075287169507394f};
  return x * polynomial(x, p) * reciprocal(polynomial(x, q));
}

// log(1 + exp(x)), and its slope 1 / (1 + exp(-x)).
INLINE Lanes<float> softplus(Lanes<float> x, Lanes<float>& slope) {
  const Lanes<float> zero = zeros<float>();
  const Lanes<float> small = exponential(x < zero ? x : -x);  // exp(-|x|), in (0, 1]
  const Lanes<float> share = reciprocal(1.0f + small);
  slope = x < zero ? small * share : share;
  return (x < zero ? zero : x) + log1p_of_share(small);
}

template <class Function>
INLINE Lanes<double> each(Lanes<double> x, Function function) {
  for (int lane = 0; lane < kLanes<double>; lane++) x[lane] = function(x[lane]);
  return x;
}
INLINE Lanes<double> sigmoid(Lanes<double> x) {
  return each(x, [](double v) { return 1.0 / (1.0 + std::exp(-v)); });
}
INLINE Lanes<double> hyperbolic_tangent(Lanes<double> x) {
  return each(x, [](double v) { return std::tanh(v); });
}

}  // namespace longshort

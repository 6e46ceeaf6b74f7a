// Losses of one step ahead: from raw outputs [output][lane], target and weight (1: counts, 0: does not) to the loss, and
// raw becomes the loss's gradient. The definitions are those of nn/losses.py.
#pragma once

#include "activations.h"
#include "api.h"

namespace longshort {

// Average over levels of the pinball loss (Koenker & Bassett 1978). The middle level is raw, the others lie positive
// gaps outward from it.
struct Pinball {
  const float* levels;
  int count, middle;

  INLINE Lanes<float> operator()(float* raw, Lanes<float> target, Lanes<float> weight, float* spare) const {
    const Lanes<float> share = weight * splat(1.0f / float(count)), centre = load(at(raw, middle));
    Lanes<float> loss = zeros<float>();
    pull(loss, spare, target - centre, share, middle);
    Lanes<float> value = centre;
    for (int level = middle + 1; level < count; level++) {
      value += gap(raw, level);
      pull(loss, spare, target - value, share, level);
    }
    value = centre;
    for (int level = middle - 1; level >= 0; level--) {
      value -= gap(raw, level);
      pull(loss, spare, target - value, share, level);
    }
    Lanes<float> above = zeros<float>(), below = zeros<float>();
    for (int level = count - 1; level > middle; level--) {
      above += load(at(spare, level));
      store(at(raw, level), above * load(at(raw, level)));
    }
    for (int level = 0; level < middle; level++) {
      below += load(at(spare, level));
      store(at(raw, level), -below * load(at(raw, level)));
    }
    store(at(raw, middle), load(at(spare, middle)) + above + below);
    return loss;
  }

 private:
  static INLINE float* at(float* numbers, int level) { return numbers + level * kLanes<float>; }

  // Gives a gap, and leaves its slope in raw.
  static INLINE Lanes<float> gap(float* raw, int level) {
    Lanes<float> slope;
    const Lanes<float> size = softplus(load(at(raw, level)), slope);
    store(at(raw, level), slope);
    return size;
  }

  // Adds one level's loss, and leaves its gradient in spare.
  INLINE void pull(Lanes<float>& loss, float* spare, Lanes<float> error, Lanes<float> share, int level) const {
    const Lanes<float> q = splat(levels[level]), slope = error < zeros<float>() ? q - 1.0f : q;
    loss += error * slope * share;
    store(at(spare, level), -slope * share);
  }
};

// Losses of an error; `slope` becomes the loss's derivative in the forecast.
struct Squared {
  static INLINE Lanes<float> of(Lanes<float> error, Lanes<float>& slope) {
    slope = 2.0f * error;
    return error * error;
  }
};
struct Absolute {
  static INLINE Lanes<float> of(Lanes<float> error, Lanes<float>& slope) {
    const Lanes<float> zero = zeros<float>(), one = splat(1.0f);
    slope = error > zero ? one : (error < zero ? -one : error);  // NaN stays NaN
    return slope * error;
  }
};
struct Huber {
  static INLINE Lanes<float> of(Lanes<float> error, Lanes<float>& slope) {
    slope = clamp(error, -1.0f, 1.0f);
    return slope * (error - 0.5f * slope);
  }
};

// A forecast of one number, squashed between limits where Bounded.
template <class Error, bool Bounded>
struct PointLoss {
  float low, high;

  INLINE Lanes<float> operator()(float* raw, Lanes<float> target, Lanes<float> weight, float*) const {
    Lanes<float> forecast = load(raw), inner = splat(1.0f), slope;
    if (Bounded) {
      const Lanes<float> share = sigmoid(forecast), width = splat(high - low);
      forecast = low + width * share;
      inner = width * share * (1.0f - share);
    }
    const Lanes<float> loss = Error::of(forecast - target, slope);
    store(raw, weight * slope * inner);
    return weight * loss;
  }
};

// The share between the limits against the target's own; a target beyond a limit counts as on it.
struct CrossEntropy {
  float low, high;

  INLINE Lanes<float> operator()(float* raw, Lanes<float> target, Lanes<float> weight, float*) const {
    const Lanes<float> logit = load(raw), share = clamp((target - low) / splat(high - low), 0.0f, 1.0f);
    Lanes<float> forecast;
    const Lanes<float> loss = softplus(logit, forecast) - logit * share;
    store(raw, weight * (forecast - share));
    return weight * loss;
  }
};

template <class Error, class Function>
void with_limits(const Network& network, Function function) {
  if (network.bounded) return function(PointLoss<Error, true>{network.low, network.high});
  function(PointLoss<Error, false>{0.0f, 0.0f});
}

// Calls function(loss) with the network's loss.
template <class Function>
void with_loss(const Network& network, Function function) {
  switch (network.loss) {
    case kSquared: return with_limits<Squared>(network, function);
    case kAbsolute: return with_limits<Absolute>(network, function);
    case kHuber: return with_limits<Huber>(network, function);
    case kCrossEntropy: return function(CrossEntropy{network.low, network.high});
    default: return function(Pinball{network.levels, network.outputs, network.middle});
  }
}

}  // namespace longshort

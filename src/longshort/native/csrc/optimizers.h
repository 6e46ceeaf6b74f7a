// One step of an optimizer on a stretch of a flat vector; the conventions are those of training/optimizers.py.
#pragma once

#include "api.h"
#include "lanes.h"

namespace longshort {

// What a step's number changes, computed once a step.
struct Pace {
  float shrink;          // what is left of the gradient after clipping (and of its sum after averaging)
  float first, second;   // Adam: the learning rate and the root of the square, corrected for the beginning
};

INLINE void update(const Optimizer& o, const Pace& pace, float* parameters, const float* gradient, float* const slots[2],
                   size_t from) {
  Lanes<float> p = load(parameters + from), g = load(gradient + from) * splat(pace.shrink);
  if (o.name == kAdamW) {
    p *= splat(1.0f - o.learning_rate * o.weight_decay);
  } else {
    g += splat(o.weight_decay) * p;
  }
  if (o.name == kSgd) {
    const Lanes<float> velocity = splat(o.momentum) * load(slots[0] + from) + g;
    store(slots[0] + from, velocity);
    store(parameters + from, p - splat(o.learning_rate) * velocity);
    return;
  }
  if (o.name == kRmsProp) {
    const Lanes<float> square = 0.99f * load(slots[0] + from) + 0.01f * g * g;
    const Lanes<float> velocity = splat(o.momentum) * load(slots[1] + from) + g / (square_root<float>(square) + 1e-8f);
    store(slots[0] + from, square);
    store(slots[1] + from, velocity);
    store(parameters + from, p - splat(o.learning_rate) * velocity);
    return;
  }
  Lanes<float> mean = load(slots[0] + from);
  mean += 0.1f * (g - mean);
  const Lanes<float> square = 0.999f * load(slots[1] + from) + 0.001f * g * g;
  store(slots[0] + from, mean);
  store(slots[1] + from, square);
  store(parameters + from, p - splat(pace.first) * mean / (square_root<float>(square) * splat(pace.second) + 1e-8f));
}

}  // namespace longshort

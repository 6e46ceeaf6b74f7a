// What the library can be asked to do, with one cell. Each cell is compiled in a file of its own.
#pragma once

#include "api.h"

namespace longshort {

struct Calls {
  uint64_t (*memory)(const Network&, const Windows&, int threads, bool training, int32_t precision);
  int32_t (*train)(const Network&, const Windows&, const Optimizer&, const Work&, Steps&);
  int32_t (*evaluate)(const Network&, const Windows&, const float* parameters, const Work&, int8_t split, double* loss,
                      double* count);
  int32_t (*predict)(const Network&, const Windows&, const float* parameters, const Work&, float* raw);
  uint64_t (*layer_memory)(const LayerCall&);
  void (*layer_forward)(const LayerCall&);
  void (*layer_gradient)(const LayerCall&);
};

extern const Calls kLstmCalls, kGruCalls, kRnnTanhCalls, kRnnReluCalls;

}  // namespace longshort

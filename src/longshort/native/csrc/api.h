// The C interface: plain structures and functions that longshort/kernels/native declares again in Python; smoothing.h has
// more of them, for longshort/smoothing/native. The caller owns all memory, and asks first how much is needed. Nothing is
// thrown across.
#pragma once

#include <cstdint>

#define LONGSHORT_API extern "C" __attribute__((visibility("default")))

namespace longshort {

constexpr int32_t kAbi = 4;

enum Status : int32_t { kDone = 0, kStopped = 1, kNotFinite = 2, kRefused = 3 };
enum LossName : int32_t { kPinball = 0, kSquared = 1, kAbsolute = 2, kHuber = 3, kCrossEntropy = 4 };
enum Precision : int32_t { kFloat32 = 0, kMixed = 1 };  // of a network's products
enum OptimizerName : int32_t { kAdamW = 0, kAdam = 1, kRmsProp = 2, kSgd = 3 };

// A network (nn/network.py). `outputs` numbers per step ahead; `levels` and `middle` belong to a quantile head.
struct Network {
  int32_t cell, inputs, hidden, layers, horizon, outputs, loss, bounded, middle;
  float dropout, low, high;
  const float* levels;
};

// The rows of one fold (training/batch.py: Windows).
struct Windows {
  const float *inputs, *loc, *scale, *targets;
  const int8_t* split;
  const int64_t* first;
  int64_t rows;
  int32_t length, burn_in;
};

// How parameters move (training/settings.py). No clipping: a clip of zero.
struct Optimizer {
  int32_t name;
  float learning_rate, momentum, weight_decay, clip;
};

// Chunks to work on, and what the work needs. `stop` may be set by another thread.
struct Work {
  const int64_t* ends;
  int64_t count;
  int32_t threads, precision;
  void* memory;
  uint64_t bytes;
  const volatile int32_t* stop;
};

// Steps of training, `sizes[step]` chunks each. `slots` are the optimizer's; what is summed is added to.
struct Steps {
  float* parameters;
  float* slots[2];
  const int32_t* sizes;
  int64_t first;
  int32_t steps;
  uint32_t key[2];
  double seconds;
  double loss, targets, norms;
  int32_t done;
};

// One layer on arrays [member][time][batch][feature], float or double. Weights lie as `kernels/native/layout.py` puts
// them, one vector a member; `initial`, `lengths` and `d_final` may be null. What the gradient call gives is overwritten.
struct LayerCall {
  int32_t cell, is_double, members, time, batch, inputs, hidden, threads;
  const void *x, *weights;
  const void* initial[2];
  const int64_t* lengths;
  void *outputs, *final[2];
  const void *d_outputs, *d_final[2];
  void *d_x, *d_weights, *d_initial[2];
  void* memory;
  uint64_t bytes;
};

}  // namespace longshort

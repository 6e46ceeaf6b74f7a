// Exponential smoothers over a panel, in double precision, with the bits of the definition in numpy
// (smoothing/definition.py): every operation stands there in the same order, and this source is compiled without
// contraction (build_kernels.py).
//
// One series' recursion with given parameters is a chain of dependent operations. Candidates are independent of each
// other, so each has a lane of its own, and several registers of them go side by side to hide the latency of a chain.
#pragma once

#include "arena.h"
#include "lanes.h"

namespace longshort {

enum Seasonal : int8_t { kNoSeason = 0, kAdditive = 1, kMultiplicative = 2 };

// The rows of a panel, not finite where nothing was observed, and what each series' smoother is before session `before`.
// `season[season_offsets[i] ...]` is indexed by the session modulo the season's length, which is what lies between offsets.
struct SmoothingRows {
  const double* values;
  const int64_t *sessions, *offsets, *before, *season_offsets;
  const double* season;
  const int8_t* seasonal;
  int64_t series, rows;
  int32_t threads;
  void* memory;
  uint64_t bytes;
};

// Candidates to try on every series, all `[series][candidate]`; `level` and `trend` are initial. What is found is written
// to `squares` (sums of squared one-step errors), the `final_` states, and `count` (observations, `[series]`).
struct SmoothingTrials {
  int64_t candidates;
  const double *alpha, *beta, *gamma, *phi, *level, *trend;
  double *squares, *final_level, *final_trend;
  int64_t* count;
};

// One set of parameters for each series, and the rows, rising, whose forecasts are asked for: `[row asked][horizon]`.
struct SmoothingForecasts {
  const double *alpha, *beta, *gamma, *phi, *level, *trend;
  const int64_t* asked;
  int64_t count, horizon;
  double* out;
};

constexpr int kChains = 4;                             // registers of candidates side by side
constexpr int kTogether = kChains * kLanes<double>;  // candidates side by side

// The position of a session in a season, also of sessions before zero.
INLINE int64_t position_in(int64_t session, int64_t length) {
  const int64_t rest = session % length;
  return rest < 0 ? rest + length : rest;
}

// Lets sessions without an observation pass. The step of one session, level += phi trend and trend *= phi, is applied as
// powers of two of itself, so that a gap of any size costs its logarithm.
template <class T>
INLINE void pass(T& level, T& trend, T phi, int64_t sessions) {
  T power = phi, sum = phi;
  while (sessions > 0) {
    if (sessions & 1) {
      level = level + sum * trend;
      trend = power * trend;
    }
    sessions >>= 1;
    if (sessions) {
      sum = sum + power * sum;
      power = power * power;
    }
  }
}

// Takes in one observation; gives the error of its forecast.
template <int Kind, class T>
INLINE T observe(T& level, T& trend, T* season, T value, T alpha, T beta, T gamma, T phi) {
  const T damped = phi * trend, mean = level + damped;
  T error, shock;
  if constexpr (Kind == kNoSeason) {
    shock = error = value - mean;
  } else if constexpr (Kind == kAdditive) {
    shock = error = value - (mean + *season);
    *season = *season + gamma * error;
  } else {
    error = value - mean * *season;
    shock = error / *season;
    *season = *season + gamma * (error / mean);
  }
  level = mean + alpha * shock;
  trend = damped + beta * shock;
  return error;
}

}  // namespace longshort

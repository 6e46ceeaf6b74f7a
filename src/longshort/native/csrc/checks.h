// Sizes are checked before memory is touched.
#pragma once

#include "api.h"
#include "tiles.h"

namespace longshort {

constexpr int64_t kMost = int64_t(1) << 30;  // numbers along any axis, and any product of two
constexpr int64_t kWidest = 64;              // lanes of a register, and more
constexpr int32_t kMostThreads = 1024;

INLINE bool small(int64_t a, int64_t b = 1) { return a >= 1 && b >= 1 && a <= kMost && b <= kMost && a <= kMost / b; }

INLINE bool aligned(const void* p) { return reinterpret_cast<uintptr_t>(p) % 64 == 0; }

INLINE bool valid_threads(int32_t threads) { return threads >= 1 && threads <= kMostThreads; }

inline bool valid_precision(int32_t p) { return p == kFloat32 || (p == kMixed && kHasTiles); }

inline bool valid(const Network& n) {
  return n.cell >= 0 && n.cell <= 3 && small(n.inputs, n.hidden) && small(n.hidden, int64_t(n.hidden) * 4) &&
         n.layers >= 1 && n.layers < 256 && small(n.horizon, n.outputs) &&
         small(int64_t(n.horizon) * n.outputs, n.hidden) && n.loss >= 0 && n.loss <= kCrossEntropy &&
         n.dropout >= 0.0f && n.dropout < 1.0f && small(n.inputs, kWidest) &&
         small(int64_t(n.horizon) * n.outputs, kWidest) &&
         (n.loss == kPinball ? n.levels && n.middle >= 0 && n.middle < n.outputs : n.outputs == 1);
}

inline bool valid(const Windows& w) {
  return w.inputs && w.first && w.rows >= 1 && w.length >= 1 && w.burn_in >= 0 && w.burn_in < w.length &&
         small(w.length, 1 << 8);
}

// What is kept of every position must be countable too.
inline bool fit(const Network& n, const Windows& w) {
  return small(w.length, n.inputs) && small(w.length, int64_t(n.hidden) * 4) &&
         small(w.length, int64_t(n.horizon) * n.outputs);
}

// Training and evaluation need answers too.
inline bool asks(const Windows& w) { return w.targets && w.split; }

inline bool valid(const Work& work, const Windows& w) {
  if (!work.ends || !small(work.count)) return false;
  for (int64_t k = 0; k < work.count; k++) {
    const int64_t end = work.ends[k];
    if (end < 0 || end >= w.rows || w.first[end] < 0 || w.first[end] > end) return false;
  }
  return true;
}

inline bool valid(const Steps& s, const Optimizer& o, const Work& work) {
  if (o.name < 0 || o.name > kSgd || !s.sizes || s.steps < 1 || s.first < 0) return false;
  if (!s.parameters || !s.slots[0] || (!s.slots[1] && o.name != kSgd)) return false;
  if (!aligned(s.parameters) || !aligned(s.slots[0]) || !aligned(s.slots[1])) return false;
  int64_t chunks = 0;
  for (int32_t k = 0; k < s.steps; k++) {
    if (s.sizes[k] < 1) return false;
    chunks += s.sizes[k];
  }
  return chunks == work.count;
}

inline bool valid(const LayerCall& c) {
  return c.cell >= 0 && c.cell <= 3 && small(c.inputs, c.hidden) && small(c.hidden, int64_t(c.hidden) * 4) &&
         small(c.inputs, kWidest) && small(c.time, c.inputs) && small(c.time, int64_t(c.hidden) * 4) &&
         small(c.members, int64_t(c.hidden) * 4) && small(c.members, c.inputs) && small(c.members, c.batch) &&
         small(c.time, int64_t(c.members) * c.batch) && valid_threads(c.threads);
}

// Every part of a state that is to be filled has a place.
inline bool whole(const LayerCall& c, void* const state[2]) { return state[0] && (state[1] || c.cell != 0); }

}  // namespace longshort

// The whole training step, and many of them in one call: gather, forward, loss, backward, clip, move. Python is asked for
// nothing in between.
//
// Bits do not depend on the number of threads: a batch is cut into parts by its size alone, each part has a gradient of
// its own, and these are summed in order.
#pragma once

#include <chrono>

#include "cut.h"
#include "optimizers.h"
#include "precision.h"
#include "threads.h"

namespace longshort {

constexpr size_t kReduce = 4096;  // numbers that are summed and moved at a time
constexpr int8_t kTraining = 1;

// What all threads of one call share.
template <class Cell, class Products>
struct Shared {
  std::vector<Group> groups;
  Products products;
  float* gradients;  // [part][parameter], each part a whole number of vectors
  size_t size;
  double *losses, *counts;  // of each part
  double* squares;          // of each reduced block
  std::atomic<bool> stopped{false};  // set while parts are worked off, and read before the next barrier
  bool late = false;                 // set between the two barriers that follow: each is read where nobody may set it
  int32_t done = 0;
  Status status = kDone;

  Shared(Arena& arena, const Network& n, const Windows& w, int threads)
      : groups(take_groups<Cell>(arena, n, w, threads, true)), products(arena, n, groups, true) {
    size = (readout_places<Cell>(n).end + 15) / 16 * 16;
    gradients = arena.take<float>(size * kParts);
    losses = arena.take<double>(kParts);
    counts = arena.take<double>(kParts);
    squares = arena.take<double>(size / kReduce + 1);
  }
};

// Works off the tiles of parts `from` to `to`, adding to these parts' gradients.
template <class Cell, class Products>
void work_parts(const Network& n, const Windows& w, const float* parameters, const Work& work, const int64_t* ends,
                int64_t rows, const DropoutKey& key, Shared<Cell, Products>& shared, Group& g, int from, int to) {
  constexpr int L = kLanes<float>;
  const Cut<float> cut(rows);
  std::memset(shared.gradients + shared.size * size_t(from), 0, shared.size * size_t(to - from) * sizeof(float));
  for (int part = from; part < to; part++) shared.losses[part] = shared.counts[part] = 0;
  sum_all_biases<Cell>(n, parameters, g);
  for (int tile = cut.first_tile(from); tile < cut.first_tile(to) && !shared.stopped; tile += kTiles) {
    const int tiles = std::min(kTiles, cut.first_tile(to) - tile);
    float* gradients[kTiles];
    for (int slot = 0; slot < tiles; slot++) {
      const int64_t row = int64_t(tile + slot) * L;
      const int part = cut.part_of(tile + slot);
      gather_inputs(w, n.inputs, ends + row, rows - row, g.layers[0].x, slot);
      shared.counts[part] += double(gather_targets(w, n.horizon, ends + row, rows - row, kTraining, g, slot));
      gradients[slot] = shared.gradients + shared.size * size_t(part);
    }
    with_constant<kTiles>(tiles, [&](auto constant) {
      constexpr int Tiles = decltype(constant)::value;
      forward_network<Cell, true, Tiles>(n, parameters, shared.products, w.length, g, key, int64_t(tile) * L);
      read_out<Cell, Tiles>(n, parameters, w, g);
      with_loss(n, [&](const auto& loss) {
        for (int slot = 0; slot < Tiles; slot++) {
          shared.losses[cut.part_of(tile + slot)] += score(n, loss, w.length - w.burn_in, g, slot);
        }
      });
      if (!asked_to_stop(work)) backward_network<Cell, Tiles>(n, parameters, shared.products, w, g, gradients);
    });
    if (asked_to_stop(work)) shared.stopped = true;
  }
}

// Sums the parts' gradients of blocks `from` to `to` into the first part's, in order, and each block's squares.
template <class Cell, class Products>
void reduce(Shared<Cell, Products>& shared, int parts, size_t from, size_t to) {
  constexpr size_t L = kLanes<float>;
  for (size_t block = from; block < to; block++) {
    const size_t end = std::min((block + 1) * kReduce, shared.size);
    Lanes<float> square = zeros<float>();
    for (size_t i = block * kReduce; i < end; i += L) {
      Lanes<float> total = load(shared.gradients + i);
      for (int part = 1; part < parts; part++) total += load(shared.gradients + shared.size * size_t(part) + i);
      store(shared.gradients + i, total);
      square += total * total;
    }
    shared.squares[block] = double(sum<float>(square));
  }
}

struct Totals {
  double loss = 0, count = 0, norm = 0;
};

template <class Cell, class Products>
Totals totals(const Shared<Cell, Products>& shared, int parts, size_t blocks) {
  Totals t;
  for (int part = 0; part < parts; part++) {
    t.loss += shared.losses[part];
    t.count += shared.counts[part];
  }
  for (size_t block = 0; block < blocks; block++) t.norm += shared.squares[block];
  t.norm = std::sqrt(t.norm) / std::max(t.count, 1.0);
  return t;
}

inline Pace pace_of(const Optimizer& o, const Totals& t, int64_t step) {
  double shrink = 1.0 / std::max(t.count, 1.0);
  if (o.clip > 0 && t.norm > double(o.clip)) shrink *= double(o.clip) / (t.norm + 1e-6);
  const double n = double(step + 1);
  return {float(shrink), float(double(o.learning_rate) / (1.0 - std::pow(0.9, n))),
          float(1.0 / std::sqrt(1.0 - std::pow(0.999, n)))};
}

template <class Cell, class Products>
Status train(const Network& n, const Windows& w, const Optimizer& o, const Work& work, Steps& s) {
  const auto begin = std::chrono::steady_clock::now();
  Arena arena(work.memory);
  Shared<Cell, Products> shared(arena, n, w, work.threads);
  let_stop(shared.groups, work.stop);
  const size_t blocks = (shared.size + kReduce - 1) / kReduce;
  on_threads(work.threads, [&](int thread, int threads, Barrier& barrier) {
    const int64_t* ends = work.ends;
    [[maybe_unused]] const typename Products::Thread held;
    for (int step = 0; step < s.steps; step++) {
      const int rows = s.sizes[step], parts = Cut<float>(rows).parts;
      const DropoutKey key{{s.key[0], s.key[1]}, uint32_t(s.first + step)};
      shared.products.prepare(n, s.parameters, thread, threads, barrier);
      work_parts(n, w, s.parameters, work, ends, rows, key, shared, shared.groups[size_t(thread)],
                       parts * thread / threads, parts * (thread + 1) / threads);
      barrier.wait();
      if (shared.stopped) return;
      const size_t from = blocks * size_t(thread) / size_t(threads), to = blocks * size_t(thread + 1) / size_t(threads);
      reduce(shared, parts, from, to);
      barrier.wait();
      const Totals t = totals(shared, parts, blocks);
      if (!std::isfinite(t.loss) || !std::isfinite(t.norm)) {
        if (!thread) shared.status = kNotFinite;
        return;
      }
      const Pace pace = pace_of(o, t, s.first + step);
      for (size_t i = from * kReduce; i < std::min(to * kReduce, shared.size); i += kLanes<float>) {
        update(o, pace, s.parameters, shared.gradients, s.slots, i);
      }
      if (!thread) {
        s.loss += t.loss;
        s.targets += t.count;
        s.norms += t.norm;
        shared.done = step + 1;
        if (std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() >= s.seconds) {
          shared.late = true;
        }
      }
      barrier.wait();
      if (shared.late) return;
      ends += rows;
    }
  });
  s.done = shared.done;
  if (shared.status == kDone && (shared.stopped || shared.late)) return kStopped;
  return shared.status;
}

}  // namespace longshort

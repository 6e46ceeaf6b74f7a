// The whole training step, and many of them in one call: gather, forward, loss, backward, clip, move. Python is asked for
// nothing in between.
//
// Bits do not depend on the number of threads: a batch is cut into parts by its size alone, each part has a gradient of
// its own, and these are summed in order.
#include <chrono>

#include "checks.h"
#include "group.h"
#include "optimizers.h"
#include "threads.h"

namespace longshort {
namespace {

constexpr int kParts = 8;                // gradients that are kept apart, and so the most threads that one member can use
constexpr size_t kReduce = 4096;         // numbers that are summed and moved at a time
constexpr int8_t kTraining = 1;

struct Cut {
  int tiles, parts;

  explicit Cut(int64_t rows)
      : tiles(int((rows + kLanes<float> - 1) / kLanes<float>)), parts(tiles < kParts ? tiles : kParts) {}
  int first_tile(int part) const { return int(int64_t(tiles) * part / parts); }
  int part_of(int tile) const { return int((int64_t(tile + 1) * parts - 1) / tiles); }
};

// What all threads of one call share.
template <class Cell>
struct Shared {
  std::vector<Group> groups;
  float* gradients;  // [part][parameter], each part a whole number of vectors
  size_t size;
  double *losses, *counts;  // of each part
  double* squares;          // of each reduced block
  std::atomic<bool> stopped{false};
  int32_t done = 0;
  Status status = kDone;

  Shared(Arena& arena, const Network& n, const Windows& w, int threads) {
    size = (readout_places<Cell>(n).end + 15) / 16 * 16;
    gradients = arena.take<float>(size * kParts);
    losses = arena.take<double>(kParts);
    counts = arena.take<double>(kParts);
    squares = arena.take<double>(size / kReduce + 1);
    for (int k = 0; k < threads; k++) groups.push_back(take_group<Cell>(arena, n, w, true));
  }
};

bool asked_to_stop(const Work& work) { return work.stop && *work.stop; }

// Works off the tiles of parts `from` to `to`, adding to these parts' gradients.
template <class Cell>
void work_parts(const Network& n, const Windows& w, const float* parameters, const Work& work, const int64_t* ends,
                int64_t rows, const DropoutKey& key, Shared<Cell>& shared, Group& g, int from, int to) {
  constexpr int L = kLanes<float>;
  const Cut cut(rows);
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
      forward_network<Cell, true, Tiles>(n, parameters, w.length, g, key, int64_t(tile) * L);
      read_out<Cell, Tiles>(n, parameters, w, g);
      with_loss(n, [&](const auto& loss) {
        for (int slot = 0; slot < Tiles; slot++) {
          shared.losses[cut.part_of(tile + slot)] += score(n, loss, w.length - w.burn_in, g, slot);
        }
      });
      if (!asked_to_stop(work)) backward_network<Cell, Tiles>(n, parameters, w, g, gradients);
    });
    if (asked_to_stop(work)) shared.stopped = true;
  }
}

// Sums the parts' gradients of blocks `from` to `to` into the first part's, in order, and each block's squares.
template <class Cell>
void reduce(Shared<Cell>& shared, int parts, size_t from, size_t to) {
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

template <class Cell>
Totals totals(const Shared<Cell>& shared, int parts, size_t blocks) {
  Totals t;
  for (int part = 0; part < parts; part++) {
    t.loss += shared.losses[part];
    t.count += shared.counts[part];
  }
  for (size_t block = 0; block < blocks; block++) t.norm += shared.squares[block];
  t.norm = std::sqrt(t.norm) / std::max(t.count, 1.0);
  return t;
}

Pace pace_of(const Optimizer& o, const Totals& t, int64_t step) {
  double shrink = 1.0 / std::max(t.count, 1.0);
  if (o.clip > 0 && t.norm > double(o.clip)) shrink *= double(o.clip) / (t.norm + 1e-6);
  const double n = double(step + 1);
  return {float(shrink), float(double(o.learning_rate) / (1.0 - std::pow(0.9, n))),
          float(1.0 / std::sqrt(1.0 - std::pow(0.999, n)))};
}

template <class Cell>
Status train(const Network& n, const Windows& w, const Optimizer& o, const Work& work, Steps& s) {
  const auto begin = std::chrono::steady_clock::now();
  Arena arena(work.memory);
  Shared<Cell> shared(arena, n, w, work.threads);
  const size_t blocks = (shared.size + kReduce - 1) / kReduce;
  on_threads(work.threads, [&](int thread, int threads, Barrier& barrier) {
    const int64_t* ends = work.ends;
    for (int step = 0; step < s.steps; step++) {
      const int rows = s.sizes[step], parts = Cut(rows).parts;
      const DropoutKey key{{s.key[0], s.key[1]}, uint32_t(s.first + step)};
      work_parts<Cell>(n, w, s.parameters, work, ends, rows, key, shared, shared.groups[size_t(thread)],
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
          shared.stopped = true;
        }
      }
      barrier.wait();
      if (shared.stopped) return;
      ends += rows;
    }
  });
  s.done = shared.done;
  if (shared.status == kDone && shared.stopped) return kStopped;
  return shared.status;
}

// Forward only: a thread takes a couple of tiles, calls use(tile, slot, group) on each, and takes the next couple.
template <class Cell, class Use>
Status forward_only(const Network& n, const Windows& w, const float* parameters, const Work& work,
                    std::vector<Group>& groups, Use use) {
  const int tiles = int((work.count + kLanes<float> - 1) / kLanes<float>);
  std::atomic<int> next{0};
  std::atomic<bool> stopped{false};
  on_threads(work.threads, [&](int thread, int, Barrier&) {
    constexpr int L = kLanes<float>;
    Group& g = groups[size_t(thread)];
    sum_all_biases<Cell>(n, parameters, g);
    for (int tile; (tile = next.fetch_add(kTiles)) < tiles && !stopped;) {
      const int many = std::min(kTiles, tiles - tile);
      for (int slot = 0; slot < many; slot++) {
        const int64_t row = int64_t(tile + slot) * L;
        gather_inputs(w, n.inputs, work.ends + row, work.count - row, g.layers[0].x, slot);
      }
      with_constant<kTiles>(many, [&](auto constant) {
        constexpr int Tiles = decltype(constant)::value;
        forward_network<Cell, false, Tiles>(n, parameters, w.length, g, DropoutKey{}, 0);
        read_out<Cell, Tiles>(n, parameters, w, g);
      });
      for (int slot = 0; slot < many; slot++) use(tile + slot, slot, g);
      if (asked_to_stop(work)) stopped = true;
    }
  });
  return stopped ? kStopped : kDone;
}

template <class Cell>
std::vector<Group> take_groups(Arena& arena, const Network& n, const Windows& w, int threads) {
  std::vector<Group> groups;
  for (int k = 0; k < threads; k++) groups.push_back(take_group<Cell>(arena, n, w, false));
  return groups;
}

// The loss of every tile apart, summed in order.
template <class Cell>
Status evaluate(const Network& n, const Windows& w, const float* parameters, const Work& work, int8_t split, double* loss,
                double* count) {
  constexpr int L = kLanes<float>;
  const size_t tiles = size_t((work.count + L - 1) / L);
  std::vector<double> losses(tiles), counts(tiles);
  Arena arena(work.memory);
  std::vector<Group> groups = take_groups<Cell>(arena, n, w, work.threads);
  const Status status = forward_only<Cell>(n, w, parameters, work, groups, [&](int tile, int slot, Group& g) {
    const int64_t row = int64_t(tile) * L;
    counts[size_t(tile)] = double(gather_targets(w, n.horizon, work.ends + row, work.count - row, split, g, slot));
    with_loss(n, [&](const auto& of) { losses[size_t(tile)] = score(n, of, w.length - w.burn_in, g, slot); });
  });
  for (size_t tile = 0; tile < tiles; tile++) {
    *loss += losses[tile];
    *count += counts[tile];
  }
  return status;
}

// The raw outputs at each chunk's last position, [chunk][output].
template <class Cell>
Status predict(const Network& n, const Windows& w, const float* parameters, const Work& work, float* raw) {
  constexpr int L = kLanes<float>;
  const int outputs = n.horizon * n.outputs, last = w.length - w.burn_in - 1;
  Arena arena(work.memory);
  std::vector<Group> groups = take_groups<Cell>(arena, n, w, work.threads);
  return forward_only<Cell>(n, w, parameters, work, groups, [&](int tile, int slot, Group& g) {
    for (int64_t lane = 0, row = int64_t(tile) * L; lane < L && row < work.count; lane++, row++) {
      for (int o = 0; o < outputs; o++) raw[row * outputs + o] = g.raw.at(slot, last)[o * L + lane];
    }
  });
}

template <class Cell>
uint64_t memory(const Network& n, const Windows& w, int threads, bool training) {
  Arena arena;
  if (training) {
    Shared<Cell> shared(arena, n, w, threads);
  } else {
    take_groups<Cell>(arena, n, w, threads);
  }
  return arena.bytes();
}

// Runs a call that may find no memory for its few small lists.
template <class Call>
int32_t guarded(Call call) {
  try {
    return call();
  } catch (const std::exception&) {
    return kRefused;
  }
}

}  // namespace
}  // namespace longshort

using namespace longshort;

// Bytes that `longshort_train` (training = 1), or `longshort_evaluate` and `longshort_predict` (0), need; 0 for a network
// or windows that no call would take.
LONGSHORT_API uint64_t longshort_memory(const Network* n, const Windows* w, int32_t threads, int32_t training) {
  if (!valid(*n) || !valid(*w) || threads < 1) return 0;
  return with_cell(n->cell, [&](auto cell) { return memory<decltype(cell)>(*n, *w, threads, training != 0); });
}

LONGSHORT_API int32_t longshort_train(const Network* n, const Windows* w, const Optimizer* o, const Work* work, Steps* s) {
  if (!valid(*n) || !valid(*w) || !valid(*work, *w) || !valid(*s, *work) || !asks(*w)) return kRefused;
  if (work->bytes < longshort_memory(n, w, work->threads, 1)) return kRefused;
  return guarded([&] {
    return with_cell(n->cell, [&](auto cell) { return train<decltype(cell)>(*n, *w, *o, *work, *s); });
  });
}

LONGSHORT_API int32_t longshort_evaluate(const Network* n, const Windows* w, const float* parameters, const Work* work,
                                         int8_t split, double* loss, double* count) {
  if (!valid(*n) || !valid(*w) || !valid(*work, *w) || !asks(*w)) return kRefused;
  if (work->bytes < longshort_memory(n, w, work->threads, 0)) return kRefused;
  return guarded([&] {
    return with_cell(n->cell, [&](auto cell) {
      return evaluate<decltype(cell)>(*n, *w, parameters, *work, split, loss, count);
    });
  });
}

LONGSHORT_API int32_t longshort_predict(const Network* n, const Windows* w, const float* parameters, const Work* work,
                                        float* raw) {
  if (!valid(*n) || !valid(*w) || !valid(*work, *w)) return kRefused;
  if (work->bytes < longshort_memory(n, w, work->threads, 0)) return kRefused;
  return guarded([&] {
    return with_cell(n->cell, [&](auto cell) { return predict<decltype(cell)>(*n, *w, parameters, *work, raw); });
  });
}

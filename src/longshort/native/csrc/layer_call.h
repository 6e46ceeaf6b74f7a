// One layer on plain arrays, forward and backward: rows are laid into lanes, run, and laid back. The gradient runs the
// forward pass again rather than keep it.
#pragma once

#include <algorithm>
#include <vector>

#include "arena.h"
#include "cut.h"
#include "group.h"
#include "threads.h"

namespace longshort {

// Double precision is for tests: a tile at a time is enough, and compiled sooner.
template <class T>
constexpr int kTogether = std::is_same_v<T, double> ? 1 : kTiles;

template <class T>
struct LayerGroup {
  LayerFields<T> fields;
  BackwardFields<T> back;
  T *bias, *bias_gradient;
};

template <class Cell, class T>
LayerGroup<T> take_layer_group(Arena& arena, const LayerCall& c) {
  LayerGroup<T> g;
  g.fields.x = take_sequence<T>(arena, c.inputs, c.time);
  g.fields.hidden = take_sequence<T>(arena, c.hidden, c.time);
  g.fields.gates = take_sequence<T>(arena, c.hidden * Cell::sums, c.time);
  g.fields.start_hidden = take_sequence<T>(arena, c.hidden, 1);
  if (Cell::memory) {
    g.fields.memory = take_sequence<T>(arena, c.hidden * Cell::memory, c.time);
    g.fields.start_memory = take_sequence<T>(arena, c.hidden, 1);
  }
  if (c.lengths) g.fields.lengths = take_sequence<T>(arena, 1, 1);
  g.back.d_out = take_sequence<T>(arena, c.hidden, c.time);
  g.back.from = 0;
  g.back.d_hidden = take_sequence<T>(arena, c.hidden, 1);
  g.back.d_memory = take_sequence<T>(arena, c.hidden, 1);
  g.back.d_x = take_sequence<T>(arena, c.inputs, c.time);
  g.back.spare = take_sequence<T>(arena, 2 * c.hidden, 1);
  g.bias = arena.take<T>(size_t(c.hidden) * Cell::sums);
  g.bias_gradient = arena.take<T>(size_t(c.hidden) * Cell::sums);
  return g;
}

template <class Cell, class T>
struct LayerShared {
  LayerPlaces places;
  std::vector<LayerGroup<T>> groups;
  T* gradients;  // [member][part][weight]

  LayerShared(Arena& arena, const LayerCall& c) {
    places = layer_places<Cell>(0, size_t(c.inputs), size_t(c.hidden));
    gradients = arena.take<T>(places.end * kParts * size_t(c.members));
    for (int k = 0; k < c.threads; k++) groups.push_back(take_layer_group<Cell, T>(arena, c));
  }
};

template <class Cell, class T>
uint64_t layer_memory(const LayerCall& c) {
  Arena arena;
  LayerShared<Cell, T> shared(arena, c);
  return arena.bytes();
}

// Lays [time][batch][width] into a tile's lanes; zeros in lanes without a row and where `lengths` says that a row has ended.
template <class T>
void to_lanes(const T* from, int times, int batch, int width, int row, const int64_t* lengths, Sequence<T> to, int slot) {
  constexpr int L = kLanes<T>;
  for (int t = 0; t < times; t++) {
    for (int lane = 0; lane < L; lane++) {
      const bool there = from && row + lane < batch && !(lengths && t >= lengths[row + lane]);
      const T* source = there ? from + (size_t(t) * size_t(batch) + size_t(row + lane)) * size_t(width) : nullptr;
      for (int u = 0; u < width; u++) to.at(slot, t)[u * L + lane] = there ? source[u] : T(0);
    }
  }
}

// The way back; `every` vectors lie between two units.
template <class T>
void from_lanes(const T* tile, size_t time, int every, int times, int batch, int width, int row, T* to) {
  constexpr int L = kLanes<T>;
  for (int t = 0; t < times; t++) {
    for (int lane = 0; lane < L && row + lane < batch; lane++) {
      T* target = to + (size_t(t) * size_t(batch) + size_t(row + lane)) * size_t(width);
      for (int u = 0; u < width; u++) target[u] = tile[size_t(t) * time + size_t(u * every) * L + size_t(lane)];
    }
  }
}

// Where a member's numbers begin in an array of `each` numbers a member; null stays null.
template <class T, class V>
T* member_of(V* array, int member, size_t each) {
  return array ? static_cast<T*>(array) + size_t(member) * each : nullptr;
}

// Runs `Tiles` tiles of one member forward, gates and all.
template <class Cell, int Tiles, class T>
LayerWeights<T> run_layer(const LayerCall& c, const LayerPlaces& at, LayerGroup<T>& g, int member, int tile) {
  constexpr int L = kLanes<T>;
  const size_t steps = size_t(c.time) * size_t(c.batch), state = size_t(c.batch) * size_t(c.hidden);
  const T* weights = member_of<const T>(c.weights, member, at.end);
  const int64_t* lengths = c.lengths ? c.lengths + size_t(member) * size_t(c.batch) : nullptr;
  sum_biases<Cell>(weights + at.bias, weights + at.recurrent_bias, c.hidden, g.bias);
  const Sequence<T> starts[2] = {g.fields.start_hidden, g.fields.start_memory};
  for (int slot = 0; slot < Tiles; slot++) {
    const int row = (tile + slot) * L;
    to_lanes(member_of<const T>(c.x, member, steps * size_t(c.inputs)), c.time, c.batch, c.inputs, row, lengths,
             g.fields.x, slot);
    for (int k = 0; k < (Cell::memory ? 2 : 1); k++) {
      to_lanes(member_of<const T>(c.initial[k], member, state), 1, c.batch, c.hidden, row, nullptr, starts[k], slot);
    }
    for (int lane = 0; lengths && lane < L; lane++) {
      g.fields.lengths.at(slot, 0)[lane] = T(row + lane < c.batch ? lengths[row + lane] : c.time);
    }
  }
  const LayerWeights<T> w{weights + at.input, weights + at.recurrent, g.bias, c.inputs, c.hidden};
  forward_tiles<Cell, true, Tiles>(w, g.fields, 0, c.time);
  return w;
}

// Calls function(group, member, tile, constant tiles) for every couple of tiles of every part of every member; a part is
// one thread's.
template <class Cell, class T, class Function>
void over_parts(const LayerCall& c, LayerShared<Cell, T>& shared, Function function) {
  const Cut<T> cut(c.batch);
  std::atomic<int> next{0};
  on_threads(c.threads, [&](int thread, int, Barrier&) {
    for (int task; (task = next.fetch_add(1)) < c.members * cut.parts;) {
      const int member = task / cut.parts, part = task % cut.parts, end = cut.first_tile(part + 1);
      for (int tile = cut.first_tile(part); tile < end; tile += kTogether<T>) {
        with_constant<kTogether<T>>(std::min(kTogether<T>, end - tile), [&](auto tiles) {
          function(shared.groups[size_t(thread)], member, part, tile, tiles);
        });
      }
    }
  });
}

template <class Cell, class T>
void layer_forward(const LayerCall& c) {
  constexpr int L = kLanes<T>;
  Arena arena(c.memory);
  LayerShared<Cell, T> shared(arena, c);
  over_parts<Cell>(c, shared, [&](LayerGroup<T>& g, int member, int, int tile, auto tiles) {
    run_layer<Cell, decltype(tiles)::value>(c, shared.places, g, member, tile);
    const size_t state = size_t(c.batch) * size_t(c.hidden);
    for (int slot = 0; slot < tiles; slot++) {
      const int row = (tile + slot) * L, last = c.time - 1;
      from_lanes(g.fields.hidden.at(slot, 0), g.fields.hidden.time, 1, c.time, c.batch, c.hidden, row,
                 member_of<T>(c.outputs, member, state * size_t(c.time)));
      from_lanes(g.fields.hidden.at(slot, last), 0, 1, 1, c.batch, c.hidden, row, member_of<T>(c.final[0], member, state));
      if (Cell::memory) {
        from_lanes(g.fields.memory.at(slot, last), 0, Cell::memory, 1, c.batch, c.hidden, row,
                   member_of<T>(c.final[1], member, state));
      }
    }
  });
}

template <class Cell, class T>
void layer_gradient(const LayerCall& c) {
  constexpr int L = kLanes<T>;
  Arena arena(c.memory);
  LayerShared<Cell, T> shared(arena, c);
  const LayerPlaces& at = shared.places;
  const size_t steps = size_t(c.time) * size_t(c.batch), state = size_t(c.batch) * size_t(c.hidden);
  const Cut<T> cut(c.batch);
  std::fill_n(shared.gradients, at.end * kParts * size_t(c.members), T(0));
  over_parts<Cell>(c, shared, [&](LayerGroup<T>& g, int member, int part, int tile, auto tiles) {
    constexpr int Tiles = decltype(tiles)::value;
    const LayerWeights<T> w = run_layer<Cell, Tiles>(c, at, g, member, tile);
    const Sequence<T> states[2] = {g.back.d_hidden, g.back.d_memory};
    for (int slot = 0; slot < Tiles; slot++) {
      const int row = (tile + slot) * L;
      to_lanes(member_of<const T>(c.d_outputs, member, steps * size_t(c.hidden)), c.time, c.batch, c.hidden, row, nullptr,
               g.back.d_out, slot);
      for (int k = 0; k < (Cell::memory ? 2 : 1); k++) {
        to_lanes(member_of<const T>(c.d_final[k], member, state), 1, c.batch, c.hidden, row, nullptr, states[k], slot);
      }
    }
    backward_tiles<Cell, Tiles>(w, g.fields, g.back, 0, c.time);
    T* gradient = shared.gradients + at.end * (size_t(member) * kParts + size_t(part));
    for (int slot = 0; slot < Tiles; slot++) {
      const int row = (tile + slot) * L;
      std::fill_n(g.bias_gradient, size_t(c.hidden) * Cell::sums, T(0));
      weight_gradient<Cell>(w, g.fields, slot, c.time, gradient + at.input, gradient + at.recurrent, g.bias_gradient);
      add_bias_gradients<Cell>(g.bias_gradient, c.hidden, gradient + at.bias, gradient + at.recurrent_bias);
      from_lanes(g.back.d_x.at(slot, 0), g.back.d_x.time, 1, c.time, c.batch, c.inputs, row,
                 member_of<T>(c.d_x, member, steps * size_t(c.inputs)));
      for (int k = 0; k < (Cell::memory ? 2 : 1); k++) {
        from_lanes(states[k].at(slot, 0), 0, 1, 1, c.batch, c.hidden, row, member_of<T>(c.d_initial[k], member, state));
      }
    }
  });
  for (int member = 0; member < c.members; member++) {
    T* total = member_of<T>(c.d_weights, member, at.end);
    for (size_t i = 0; i < at.end; i++) {
      total[i] = T(0);
      for (int part = 0; part < cut.parts; part++) {
        total[i] += shared.gradients[at.end * (size_t(member) * kParts + size_t(part)) + i];
      }
    }
  }
}

}  // namespace longshort

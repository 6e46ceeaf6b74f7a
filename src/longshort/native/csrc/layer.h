// One recurrent layer over time, on tiles: a tile is as many batch rows as a register has lanes.
//
// Numbers lie as [tile][time][unit][lane]. Tiles never meet but in the weights' gradient, so each thread takes some, and
// a tile's numbers do not depend on its company.
#pragma once

#include "cells.h"

namespace longshort {

// A stretch of numbers per tile and time. The step from one time to the next is an odd number of cache lines: with a
// power of two, all times of a unit would fall into the same few places of the nearest cache.
template <class T>
struct Sequence {
  T* data = nullptr;
  size_t time = 0, tile = 0;

  T* at(int tile_number, int t) const { return data + size_t(tile_number) * tile + size_t(t) * time; }
  explicit operator bool() const { return data != nullptr; }

  static size_t step(int vectors) {
    constexpr size_t line = 64 / sizeof(T);
    const size_t lines = (size_t(vectors) * kLanes<T> + line - 1) / line;
    return (lines | 1) * line;
  }
};

// Weights as [unit][k][gate]; biases summed per unit and sum, [unit][sum].
template <class T>
struct LayerWeights {
  const T *input, *recurrent, *bias;
  int inputs, hidden;
};

template <class T>
struct LayerFields {
  Sequence<T> x, hidden, memory, gates;       // memory and gates: one time's place where nothing is kept
  Sequence<T> start_hidden, start_memory;     // the state before the first position; zeros where empty
  Sequence<T> lengths;                        // each row's own length; full where empty
  const volatile int32_t* stop = nullptr;     // where it becomes other than zero, what follows is not computed

  bool stopped() const { return stop && *stop; }
};

// Gives a row that has ended the state before; each time's memory must then have its own place.
template <class T>
void hold(const LayerFields<T>& f, int tile, int t, int hidden, int memory) {
  constexpr int L = kLanes<T>;
  const auto ended = load(f.lengths.at(tile, 0)) <= splat(T(t));
  T *now = f.hidden.at(tile, t), *before = f.hidden.at(tile, t - 1);
  for (int u = 0; u < hidden; u++) {
    store(now + u * L, ended ? load(before + u * L) : load(now + u * L));
    if (memory) {
      T *c = f.memory.at(tile, t) + u * memory * L, *c_before = f.memory.at(tile, t - 1) + u * memory * L;
      store(c, ended ? load(c_before) : load(c));
    }
  }
}

// From the sums of units `first` on to their hidden state, and what is kept.
template <class Cell, bool Keep, int Units, int Sums, int Tiles, class T>
INLINE void step_units(const Lanes<T> (&sums)[Units][Sums][Tiles], const LayerFields<T>& f, int tile, int t, int first) {
  constexpr int L = kLanes<T>, M = Cell::memory;
  const Sequence<T>&hiddens = t ? f.hidden : f.start_hidden, &memories = t ? f.memory : f.start_memory;
  const T* before = hiddens ? hiddens.at(tile, t ? t - 1 : 0) : nullptr;
  UNROLL for (int u = 0; u < Units; u++) {
    UNROLL for (int v = 0; v < Tiles; v++) {
      Lanes<T> s[Sums], memory[2] = {};
      UNROLL for (int k = 0; k < Sums; k++) s[k] = sums[u][k][v];
      const size_t unit = size_t(first + u) * L;
      if (M && memories) memory[0] = load(memories.at(tile + v, t ? t - 1 : 0) + unit * (t ? M : 1));
      const Lanes<T> hidden_before = before ? load(before + v * hiddens.tile + unit) : zeros<T>();
      store(f.hidden.at(tile + v, t) + unit, Cell::template forward<T>(s, hidden_before, memory));
      if (Keep) {
        UNROLL for (int k = 0; k < Sums; k++) store(f.gates.at(tile + v, t) + unit * Sums + k * L, s[k]);
      }
      UNROLL for (int k = 0; k < (Keep ? M : M / 2); k++) store(f.memory.at(tile + v, t) + unit * M + k * L, memory[k]);
    }
  }
}

template <class Cell, bool Keep, int Units, int Tiles, class T>
INLINE void forward_block(const LayerWeights<T>& w, const LayerFields<T>& f, int tile, int t, int first) {
  constexpr int S = Cell::sums;
  using X = typename Cell::FromInput;
  using H = typename Cell::FromHidden;
  Lanes<T> sums[Units][S][Tiles];
  UNROLL for (int u = 0; u < Units; u++) {
    UNROLL for (int s = 0; s < S; s++) {
      UNROLL for (int v = 0; v < Tiles; v++) sums[u][s][v] = splat(w.bias[(first + u) * S + s]);
    }
  }
  const size_t x_stride = size_t(w.inputs) * X::count, h_stride = size_t(w.hidden) * H::count;
  accumulate<X>(sums, w.input + first * x_stride, x_stride, f.x.at(tile, t), f.x.tile, w.inputs);
  const Sequence<T>& source = t ? f.hidden : f.start_hidden;
  const T* before = source ? source.at(tile, t ? t - 1 : 0) : nullptr;
  if (before) accumulate<H>(sums, w.recurrent + first * h_stride, h_stride, before, source.tile, w.hidden);
  step_units<Cell, Keep>(sums, f, tile, t, first);
}

// One time of all units, from weights that are multiplied on lanes. What is laid into tiles has its own way (mixed.h).
template <class Cell, bool Keep, int Tiles, class T>
INLINE void forward_time(const LayerWeights<T>& w, const LayerFields<T>& f, int tile, int t) {
  in_blocks<kUnits<Cell::FromInput::count>>(w.hidden, [&](int first, auto units) __attribute__((always_inline)) {
    forward_block<Cell, Keep, decltype(units)::value, Tiles>(w, f, tile, t, first);
  });
}

// Runs `Tiles` tiles from `tile` on through `times` positions; keeps what the backward pass needs where Keep.
template <class Cell, bool Keep, int Tiles, class Weights, class T>
void forward_tiles(const Weights& w, const LayerFields<T>& f, int tile, int times) {
  for (int t = 0; t < times && !f.stopped(); t++) {
    forward_time<Cell, Keep, Tiles>(w, f, tile, t);
    if (f.lengths && t) {
      for (int v = 0; v < Tiles; v++) hold(f, tile + v, t, w.hidden, Cell::memory);
    }
  }
}

// What flows back through a layer. `d_hidden` and `d_memory` hold one time's; on return the start state's.
template <class T>
struct BackwardFields {
  Sequence<T> d_out;           // gradient of the layer's outputs from `from` on
  int from;
  Sequence<T> d_hidden, d_memory;
  Sequence<T> d_x;             // empty where nobody asks
  Sequence<T> spare;           // two vectors a unit, needed with lengths
};

// Turns one time's gates into the gradients of its sums; `d_hidden` becomes what goes past the product.
template <class Cell, class T>
void backward_gates(const LayerFields<T>& f, const BackwardFields<T>& b, int tile, int t, int hidden) {
  constexpr int L = kLanes<T>, S = Cell::sums, M = Cell::memory;
  const Sequence<T>&hiddens = t ? f.hidden : f.start_hidden, &memories = t ? f.memory : f.start_memory;
  const T* before = hiddens ? hiddens.at(tile, t ? t - 1 : 0) : nullptr;
  const T* memory_before = M && memories ? memories.at(tile, t ? t - 1 : 0) : nullptr;
  const T* from_above = t >= b.from ? b.d_out.at(tile, t) : nullptr;
  T *gates = f.gates.at(tile, t), *d_hidden = b.d_hidden.at(tile, 0), *d_memory = M ? b.d_memory.at(tile, 0) : nullptr;
  const T *now = f.hidden.at(tile, t), *memory = M ? f.memory.at(tile, t) : nullptr;
  for (int u = 0; u < hidden; u++) {
    Lanes<T> s[S], m[2] = {}, dm = zeros<T>(), m_before = zeros<T>();
    for (int k = 0; k < S; k++) s[k] = load(gates + (u * S + k) * L);
    for (int k = 0; k < M; k++) m[k] = load(memory + (u * M + k) * L);
    if (M) dm = load(d_memory + u * L);
    if (memory_before) m_before = load(memory_before + u * (t ? M : 1) * L);
    const Lanes<T> h_before = before ? load(before + u * L) : zeros<T>();
    Lanes<T> d = load(d_hidden + u * L);
    if (from_above) d += load(from_above + u * L);
    store(d_hidden + u * L, Cell::template backward<T>(s, load(now + u * L), h_before, m, m_before, d, dm));
    for (int k = 0; k < S; k++) store(gates + (u * S + k) * L, s[k]);
    if (M) store(d_memory + u * L, dm);
  }
}

// For rows that have ended: remember the gradients that must go past this time whole ...
template <class T>
void remember_held(const BackwardFields<T>& b, int tile, int t, int hidden, bool memory) {
  constexpr int L = kLanes<T>;
  const T* from_above = t >= b.from ? b.d_out.at(tile, t) : nullptr;
  for (int u = 0; u < hidden; u++) {
    T* to = b.spare.at(tile, 0) + 2 * u * L;
    Lanes<T> d = load(b.d_hidden.at(tile, 0) + u * L);
    if (from_above) d += load(from_above + u * L);
    store(to, d);
    store(to + L, memory ? load(b.d_memory.at(tile, 0) + u * L) : zeros<T>());
  }
}

// ... and put them back; their sums get no gradient.
template <class T>
void restore_held(const LayerFields<T>& f, const BackwardFields<T>& b, int tile, int t, int hidden, int sums, bool memory) {
  constexpr int L = kLanes<T>;
  const auto ended = load(f.lengths.at(tile, 0)) <= splat(T(t));
  for (int u = 0; u < hidden; u++) {
    const T* from = b.spare.at(tile, 0) + 2 * u * L;
    T *d = b.d_hidden.at(tile, 0) + u * L, *gates = f.gates.at(tile, t) + u * sums * L;
    store(d, ended ? load(from) : load(d));
    if (memory) store(b.d_memory.at(tile, 0) + u * L, ended ? load(from + L) : load(b.d_memory.at(tile, 0) + u * L));
    for (int k = 0; k < sums; k++) store(gates + k * L, ended ? zeros<T>() : load(gates + k * L));
  }
}

// From one time's gradients of the sums to those of what they are sums of.
template <class Cell, int Tiles, class T>
INLINE void backward_time(const LayerWeights<T>& w, const LayerFields<T>& f, const BackwardFields<T>& b, int tile, int t) {
  using X = typename Cell::FromInput;
  using H = typename Cell::FromHidden;
  constexpr int S = Cell::sums;
  const T* d = f.gates.at(tile, t);
  if (t || f.start_hidden) {
    project<H, S, Tiles, true>(w.recurrent, size_t(w.hidden) * H::count, w.hidden, d, f.gates.tile,
                               b.d_hidden.at(tile, 0), b.d_hidden.tile, w.hidden);
  }
  if (b.d_x) {
    project<X, S, Tiles, false>(w.input, size_t(w.inputs) * X::count, w.hidden, d, f.gates.tile, b.d_x.at(tile, t),
                                b.d_x.tile, w.inputs);
  }
}

// Runs `Tiles` tiles backward through time; gates become the sums' gradients.
template <class Cell, int Tiles, class Weights, class T>
void backward_tiles(const Weights& w, const LayerFields<T>& f, const BackwardFields<T>& b, int tile, int times) {
  for (int t = times - 1; t >= 0 && !f.stopped(); t--) {
    for (int v = tile; v < tile + Tiles; v++) {
      if (f.lengths) remember_held(b, v, t, w.hidden, Cell::memory > 0);
      backward_gates<Cell>(f, b, v, t, w.hidden);
      if (f.lengths) restore_held(f, b, v, t, w.hidden, Cell::sums, Cell::memory > 0);
    }
    backward_time<Cell, Tiles>(w, f, b, tile, t);
  }
}

// Adds one tile's products over time to the gradients of what it is multiplied by.
template <class Cell, class T>
void outer_times(const LayerWeights<T>& w, const LayerFields<T>& f, int tile, int times, T* input, T* recurrent) {
  using X = typename Cell::FromInput;
  using H = typename Cell::FromHidden;
  constexpr int S = Cell::sums;
  const T* d = f.gates.at(tile, 0);
  const size_t step = f.gates.time;
  outer<X, S>(d, step, w.hidden, f.x.at(tile, 0), f.x.time, w.inputs, times, input);
  if (f.start_hidden) outer<H, S>(d, step, w.hidden, f.start_hidden.at(tile, 0), 0, w.hidden, 1, recurrent);
  outer<H, S>(d + step, step, w.hidden, f.hidden.at(tile, 0), f.hidden.time, w.hidden, times - 1, recurrent);
}

// Adds one tile's part to the weights' gradients (as the weights lie; `bias` per unit and sum).
template <class Cell, class Weights, class T>
void weight_gradient(const Weights& w, const LayerFields<T>& f, int tile, int times, T* input, T* recurrent, T* bias) {
  constexpr int L = kLanes<T>, S = Cell::sums;
  outer_times<Cell>(w, f, tile, times, input, recurrent);
  const T* d = f.gates.at(tile, 0);
  const size_t step = f.gates.time;
  for (int u = 0; u < w.hidden; u++) {
    Lanes<T> sums[4] = {};
    for (int t = 0; t < times; t++) {
      UNROLL for (int s = 0; s < S; s++) sums[s] += load(d + t * step + (size_t(u) * S + s) * L);
    }
    T total[4] = {};
    add_sums<T>(total, sums);
    for (int s = 0; s < S; s++) bias[u * S + s] += total[s];
  }
}

}  // namespace longshort

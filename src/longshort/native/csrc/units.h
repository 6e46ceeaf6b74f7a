// One layer where rows are few and units many: here a lane holds a unit, not a batch row. Weights are packed once, in
// the order in which a row meets them, so that memory is read in order.
//
// A unit adds its products in the order of the batch kernels (layer.h), by the same equations (cells.h).
#pragma once

#include <algorithm>

#include "arena.h"
#include "cells.h"

namespace longshort {

// Blocks of units, or rows, whose every one needs `Sums` sums: as many as registers hold beside a weight and a number.
template <int Sums>
constexpr int kGroup = std::min(12, (kRegisters == 32 ? 24 : 12) / Sums);

inline int count_blocks(int units) { return (units + kLanes<float> - 1) / kLanes<float>; }

// Numbers of a packed weight, [group of blocks][k][block][gate][lane].
template <class Pick>
INLINE size_t packed(int blocks, int inputs) {
  return size_t(blocks) * size_t(inputs) * Pick::count * kLanes<float>;
}

// Packs a weight [gate][unit][k]; lanes beyond the last unit get zeros.
template <class Pick, int Sums>
void pack(const float* weight, int units, int inputs, float* to) {
  constexpr int L = kLanes<float>, G = Pick::count;
  in_blocks<kGroup<Sums>>(count_blocks(units), [&](int first, auto blocks) {
    for (int k = 0; k < inputs; k++) {
      for (int unit = first * L; unit < (first + blocks) * L; unit += L) {
        for (int g = 0; g < G; g++) {
          for (int u = unit; u < unit + L; u++) *to++ = u < units ? weight[(size_t(g) * units + u) * inputs + k] : 0.0f;
        }
      }
    }
  });
}

// sums[t][block][gate] += sum over k of weight[k][block][gate] * x[t][k]
template <class Pick, int Times, int Blocks, int Sums>
INLINE void add_products(Lanes<float> (&sums)[Times][Blocks][Sums], const float* weight, size_t stride, const float* x,
                         size_t x_time, int count) {
  for (int k = 0; k < count; k++, weight += stride) {
    Lanes<float> row[Times];
    UNROLL for (int t = 0; t < Times; t++) row[t] = splat(x[t * x_time + k]);
    UNROLL for (int b = 0; b < Blocks; b++) {
      UNROLL for (int g = 0; g < Pick::count; g++) {
        const Lanes<float> w = load(weight + (b * Pick::count + g) * kLanes<float>);
        UNROLL for (int t = 0; t < Times; t++) sums[t][b][Pick::at[g]] += w * row[t];
      }
    }
  }
}

// Adds a bias [gate][unit] to [block][sum][lane].
template <class Pick, int Sums>
void add_bias(const float* bias, int units, float* to) {
  constexpr int L = kLanes<float>;
  for (int g = 0; g < Pick::count; g++) {
    for (int u = 0; u < units; u++) to[(u / L * Sums + Pick::at[g]) * L + u % L] += bias[g * units + u];
  }
}

struct UnitLayer {
  int inputs, units, blocks;
  float *input, *recurrent, *bias;  // bias as [block][sum][lane]
  float *hidden, *memory;           // the state
};

template <class Cell>
UnitLayer take_layer(Arena& arena, int inputs, int units) {
  constexpr size_t L = kLanes<float>;
  UnitLayer l{inputs, units, count_blocks(units), nullptr, nullptr, nullptr, nullptr, nullptr};
  const size_t blocks = size_t(l.blocks);
  l.bias = arena.take<float>(blocks * Cell::sums * L);
  l.input = arena.take<float>(packed<typename Cell::FromInput>(l.blocks, inputs));
  l.recurrent = arena.take<float>(packed<typename Cell::FromHidden>(l.blocks, units));
  l.hidden = arena.take<float>(blocks * L);
  l.memory = arena.take<float>(blocks * (Cell::memory / 2) * L);
  return l;
}

struct UnitReadout {
  float *weight, *bias;
};

inline UnitReadout take_readout(Arena& arena, int hidden, int outputs) {
  UnitReadout r;
  r.bias = arena.take<float>(size_t(count_blocks(outputs)) * kLanes<float>);
  r.weight = arena.take<float>(packed<One>(count_blocks(outputs), hidden));
  return r;
}

// What the input adds to the sums of `Times` rows in `Blocks` blocks.
template <class Cell, int Times, int Blocks>
INLINE void input_block(const UnitLayer& l, int block, const float* weight, size_t stride, const float* x,
                        size_t x_time, float* out) {
  constexpr int L = kLanes<float>, S = Cell::sums;
  Lanes<float> sums[Times][Blocks][S];
  UNROLL for (int t = 0; t < Times; t++) {
    UNROLL for (int b = 0; b < Blocks; b++) {
      UNROLL for (int k = 0; k < S; k++) sums[t][b][k] = load(l.bias + ((block + b) * S + k) * L);
    }
  }
  add_products<typename Cell::FromInput>(sums, weight, stride, x, x_time, l.inputs);
  UNROLL for (int t = 0; t < Times; t++) {
    UNROLL for (int b = 0; b < Blocks; b++) {
      UNROLL for (int k = 0; k < S; k++) store(out + ((t * l.blocks + block + b) * S + k) * L, sums[t][b][k]);
    }
  }
}

// One block of units and all rows, several rows to each weight read.
template <class Cell>
void input_rows(const UnitLayer& l, int block, const float* weight, size_t stride, const float* x, size_t x_time,
                int times, float* out) {
  in_blocks<kGroup<Cell::sums>>(times, [&](int t, auto many) __attribute__((always_inline)) {
    input_block<Cell, decltype(many)::value, 1>(l, block, weight, stride, x + t * x_time, x_time,
                                                out + size_t(t) * l.blocks * Cell::sums * kLanes<float>);
  });
}

template <class Cell>
void input_sums(const UnitLayer& l, const float* x, size_t x_time, int times, float* out) {
  constexpr int L = kLanes<float>, G = Cell::FromInput::count;
  in_blocks<kGroup<Cell::sums>>(l.blocks, [&](int first, auto blocks) __attribute__((always_inline)) {
    constexpr int B = decltype(blocks)::value;
    const float* weight = l.input + packed<typename Cell::FromInput>(first, l.inputs);
    if (times == 1) {
      input_block<Cell, 1, B>(l, first, weight, B * G * L, x, x_time, out);
    } else {
      for (int b = 0; b < B; b++) input_rows<Cell>(l, first + b, weight + b * G * L, B * G * L, x, x_time, times, out);
    }
  });
}

// Like in_blocks, in either direction.
template <int Most, class Function>
INLINE void in_blocks_from(bool end, int n, Function function) {
  const int blocks = (n + Most - 1) / Most;
  for (int k = 0; k < blocks; k++) {
    const int block = end ? blocks - 1 - k : k;
    const int first = int(int64_t(n) * block / blocks), size = int(int64_t(n) * (block + 1) / blocks) - first;
    with_constant<Most>(size, [&](auto constant) __attribute__((always_inline)) { function(first, constant); });
  }
}

// One step in time: `sums` hold bias and input, `before` and `after` hidden states. Every other step begins at the end,
// where the nearest cache still holds what the step before read last.
template <class Cell>
void recurrent_step(const UnitLayer& l, const float* sums, const float* before, float* after,
                    bool from_end) {
  constexpr int L = kLanes<float>, S = Cell::sums, M = Cell::memory / 2;
  using H = typename Cell::FromHidden;
  in_blocks_from<kGroup<S>>(from_end, l.blocks, [&](int first, auto blocks) __attribute__((always_inline)) {
    constexpr int B = decltype(blocks)::value;
    Lanes<float> s[1][B][S];
    UNROLL for (int b = 0; b < B; b++) {
      UNROLL for (int k = 0; k < S; k++) s[0][b][k] = load(sums + ((first + b) * S + k) * L);
    }
    add_products<H>(s, l.recurrent + packed<H>(first, l.units), B * H::count * L, before, 0, l.units);
    UNROLL for (int b = 0; b < B; b++) {
      const int unit = (first + b) * L;
      Lanes<float> memory[2] = {};
      if (M) memory[0] = load(l.memory + unit);
      store(after + unit, Cell::template forward<float>(s[0][b], load(before + unit), memory));
      if (M) store(l.memory + unit, memory[0]);
    }
  });
}

// Runs a layer over some rows; `sums` is room, `out` gets a hidden state for each.
template <class Cell>
void run_layer(const UnitLayer& l, const float* x, size_t x_time, int times, float* sums, float* out) {
  const size_t width = size_t(l.blocks) * kLanes<float>;
  input_sums<Cell>(l, x, x_time, times, sums);
  for (int t = 0; t < times; t++) {
    recurrent_step<Cell>(l, sums + t * width * Cell::sums, t ? out + (t - 1) * width : l.hidden, out + t * width,
                         t % 2 == 1);
  }
  std::memcpy(l.hidden, out + (times - 1) * width, width * sizeof(float));
}

inline void read_out(const UnitReadout& r, int units, int outputs, const float* hidden, float* out) {
  constexpr int L = kLanes<float>;
  in_blocks<kGroup<1>>(count_blocks(outputs), [&](int first, auto blocks) __attribute__((always_inline)) {
    constexpr int B = decltype(blocks)::value;
    Lanes<float> sums[1][B][1];
    UNROLL for (int b = 0; b < B; b++) sums[0][b][0] = load(r.bias + (first + b) * L);
    add_products<One>(sums, r.weight + packed<One>(first, units), B * L, hidden, 0, units);
    float answers[B * L];
    UNROLL for (int b = 0; b < B; b++) store_unaligned(answers + b * L, sums[0][b][0]);
    const int left = outputs - first * L, many = left < B * L ? left : B * L;
    std::memcpy(out + first * L, answers, size_t(many) * sizeof(float));
  });
}

}  // namespace longshort

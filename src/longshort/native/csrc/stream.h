// Networks that go on row by row, or through one window: states stay between calls.
#pragma once

#include "network.h"
#include "units.h"

namespace longshort {

// Several networks of one shape that see the same rows. The caller owns the memory and keeps it between calls.
struct Stream {
  int32_t cell, inputs, hidden, layers, outputs, members;
  void* memory;
  uint64_t bytes;
};

constexpr int kChunk = 32;  // rows that go through a layer together

// Room for one member's chunk, used again by each.
struct Scratch {
  float *sums, *out[2];
};

template <class Cell>
Scratch take_scratch(Arena& arena, const Stream& s) {
  constexpr size_t L = kLanes<float>;
  const size_t blocks = size_t(count_blocks(s.hidden));
  Scratch scratch;
  scratch.sums = arena.take<float>(kChunk * blocks * Cell::sums * L);
  for (float*& out : scratch.out) out = arena.take<float>(kChunk * blocks * L);
  return scratch;
}

// Takes one member's layers in order, calling use(layer, number), and gives its readout.
template <class Cell, class Use>
UnitReadout take_member(Arena& arena, const Stream& s, Use use) {
  for (int layer = 0; layer < s.layers; layer++) {
    use(take_layer<Cell>(arena, layer ? s.hidden : s.inputs, s.hidden), layer);
  }
  return take_readout(arena, s.hidden, s.outputs);
}

template <class Cell>
uint64_t stream_memory(const Stream& s) {
  Arena arena;
  take_scratch<Cell>(arena, s);
  for (int member = 0; member < s.members; member++) {
    take_member<Cell>(arena, s, [](const UnitLayer&, int) {});
  }
  return arena.bytes();
}

// Packs one member's parameters. `parts` are each layer's input and recurrent weight [gate][unit][k] and bias
// [gate][unit], a GRU's recurrent bias too, then the readout's weight [output][unit] and bias.
template <class Cell>
void stream_pack(const Stream& s, int32_t chosen, const float* const* parts) {
  using X = typename Cell::FromInput;
  using H = typename Cell::FromHidden;
  constexpr int S = Cell::sums;
  Arena arena(s.memory);
  take_scratch<Cell>(arena, s);
  for (int member = 0; member < chosen; member++) take_member<Cell>(arena, s, [](const UnitLayer&, int) {});
  const UnitReadout r = take_member<Cell>(arena, s, [&](const UnitLayer& l, int) {
    pack<X, S>(*parts++, l.units, l.inputs, l.input);
    pack<H, S>(*parts++, l.units, l.units, l.recurrent);
    std::memset(l.bias, 0, size_t(l.blocks) * S * kLanes<float> * sizeof(float));
    add_bias<X, S>(*parts++, l.units, l.bias);
    if (kTwoBiases<Cell>) add_bias<H, S>(*parts++, l.units, l.bias);
  });
  pack<One, 1>(*parts++, s.outputs, s.hidden, r.weight);
  pack<One, 1>(*parts++, s.outputs, 1, r.bias);
}

template <class Cell>
void stream_rest(const Stream& s) {
  constexpr size_t L = kLanes<float>;
  Arena arena(s.memory);
  take_scratch<Cell>(arena, s);
  for (int member = 0; member < s.members; member++) {
    take_member<Cell>(arena, s, [](const UnitLayer& l, int) {
      std::memset(l.hidden, 0, size_t(l.blocks) * L * sizeof(float));
      std::memset(l.memory, 0, size_t(l.blocks) * L * (Cell::memory / 2) * sizeof(float));
    });
  }
}

// Lets every member see `times` rows [time][input] and say what it makes of the last one, [member][output].
template <class Cell>
void stream_steps(const Stream& s, const float* rows, int64_t times, float* out) {
  const size_t width = size_t(count_blocks(s.hidden)) * kLanes<float>;
  FlushSubnormals flush;
  Arena arena(s.memory);
  const Scratch scratch = take_scratch<Cell>(arena, s);
  for (int member = 0; member < s.members; member++) {
    const Arena begin = arena;
    for (int64_t row = 0; row < times; row += kChunk) {
      const int many = times - row < kChunk ? int(times - row) : kChunk;
      const float* x = rows + row * s.inputs;
      size_t x_time = size_t(s.inputs);
      arena = begin;
      const UnitReadout r = take_member<Cell>(arena, s, [&](const UnitLayer& l, int layer) {
        run_layer<Cell>(l, x, x_time, many, scratch.sums, scratch.out[layer % 2]);
        x = scratch.out[layer % 2];
        x_time = width;
      });
      if (row + many == times) {
        read_out(r, s.hidden, s.outputs, x + size_t(many - 1) * width, out + size_t(member) * size_t(s.outputs));
      }
    }
  }
}

}  // namespace longshort

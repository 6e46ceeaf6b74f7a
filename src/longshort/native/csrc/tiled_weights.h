// A layer's weights rounded to bfloat16 and laid into tiles, once a step: whole for the forward pass, transposed for the
// backward pass, both filled up with zeros.
//
// The matrix has a row for each unit's sum, [unit][sum], and a column for each number that it multiplies: the hidden
// state's, then the input's, each an even number of them, so that no pair of columns belongs to both. A weight that a
// cell does not have (a GRU's sums 2 and 3) is zero.
#pragma once

#include "network.h"
#include "tiles.h"

namespace longshort {

INLINE int in_parts(int n, int of) { return (n + of - 1) / of; }

struct Columns {
  int hidden, inputs;

  int first_input() const { return in_parts(hidden, 2) * 2; }
  int count() const { return first_input() + inputs; }
};

constexpr size_t kTileNumbers = size_t(kTileRows) * kTileDepth;

// Tiles as [tile of 16 rows][tile of 32 numbers deep][row][number].
struct TiledMatrix {
  uint16_t* tiles = nullptr;
  int rows = 0, depth = 0;

  static TiledMatrix take(Arena& arena, int rows, int depth) {
    TiledMatrix m{nullptr, in_parts(rows, kTileRows), in_parts(depth, kTileDepth)};
    m.tiles = arena.take<uint16_t>(m.numbers(0, m.rows));
    return m;
  }
  size_t numbers(int from_row_tile, int to_row_tile) const {
    return size_t(to_row_tile - from_row_tile) * size_t(depth) * kTileNumbers;
  }
  const uint16_t* tile(int row_tile, int deep) const { return tiles + (size_t(row_tile) * depth + deep) * kTileNumbers; }
  uint16_t& at(int row, int k) const {
    const size_t tile = size_t(row / kTileRows) * depth + size_t(k / kTileDepth);
    return tiles[tile * kTileNumbers + size_t(row % kTileRows) * kTileDepth + size_t(k % kTileDepth)];
  }
};

struct TiledWeights {
  TiledMatrix forward, backward;

  // `keep`: for a backward pass too.
  template <class Cell>
  static TiledWeights take(Arena& arena, const Columns& columns, bool keep) {
    const int rows = columns.hidden * Cell::sums;
    TiledWeights w;
    w.forward = TiledMatrix::take(arena, rows, columns.count());
    if (keep) w.backward = TiledMatrix::take(arena, columns.count(), rows);
    return w;
  }
};

// Lays weights [unit][k][gate] of units `from` to `to` into columns from `first` on.
template <class Pick, int Sums>
void lay_forward(const float* weight, int count, int first, int from, int to, const TiledMatrix& m) {
  for (int unit = from; unit < to; unit++) {
    for (int g = 0; g < Pick::count; g++) {
      const float* source = weight + size_t(unit) * count * Pick::count + g;
      for (int k = 0; k < count;) {
        const int end = std::min(count, k + kTileDepth - (first + k) % kTileDepth);
        uint16_t* target = &m.at(unit * Sums + Pick::at[g], first + k);
        for (; k < end; k++) *target++ = bfloat16(source[k * Pick::count]);
      }
    }
  }
}

// The same, transposed: of all units, columns `from` to `to`.
template <class Pick, int Sums>
void lay_backward(const float* weight, int count, int first, int units, int from, int to, const TiledMatrix& m) {
  for (int k = std::max(0, from - first); k < std::min(count, to - first); k++) {
    for (int unit = 0; unit < units; unit++) {
      const float* source = weight + (size_t(unit) * count + k) * Pick::count;
      uint16_t* target = &m.at(first + k, unit * Sums);  // a unit's sums never lie in two tiles
      for (int g = 0; g < Pick::count; g++) target[Pick::at[g]] = bfloat16(source[g]);
    }
  }
}

// Lays one thread's part of a layer's weights.
template <class Cell>
void lay_weights(const float* input, const float* recurrent, const Columns& columns, int thread, int threads,
                 const TiledWeights& w) {
  using X = typename Cell::FromInput;
  using H = typename Cell::FromHidden;
  constexpr int S = Cell::sums, units = kTileRows / S;
  static_assert(kTileRows % S == 0, "a unit's sums lie in one tile");
  const int from = w.forward.rows * thread / threads, to = w.forward.rows * (thread + 1) / threads;
  const int end = std::min(columns.hidden, to * units);
  std::memset(w.forward.tiles + w.forward.numbers(0, from), 0, w.forward.numbers(from, to) * sizeof(uint16_t));
  lay_forward<H, S>(recurrent, columns.hidden, 0, from * units, end, w.forward);
  lay_forward<X, S>(input, columns.inputs, columns.first_input(), from * units, end, w.forward);
  if (!w.backward.tiles) return;
  const int low = w.backward.rows * thread / threads, high = w.backward.rows * (thread + 1) / threads;
  std::memset(w.backward.tiles + w.backward.numbers(0, low), 0, w.backward.numbers(low, high) * sizeof(uint16_t));
  lay_backward<H, S>(recurrent, columns.hidden, 0, columns.hidden, low * kTileRows, high * kTileRows, w.backward);
  lay_backward<X, S>(input, columns.inputs, columns.first_input(), columns.hidden, low * kTileRows, high * kTileRows,
                     w.backward);
}

}  // namespace longshort

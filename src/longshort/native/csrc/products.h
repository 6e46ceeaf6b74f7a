// The three products of a recurrent network on lanes. Batch rows lie in the lanes, so a weight is a number that meets a
// whole vector of rows, and nothing is ever shuffled.
//
//   accumulate   sums[unit][gate] += sum over k of weight[unit][k][gate] * x[k]          (forward)
//   project      out[k] = sum over unit, gate of weight[unit][k][gate] * d[unit][gate]   (backward, to what is below)
//   outer        gradient[unit][k][gate] += sum over time, rows of d[unit][gate] * x[k]  (backward, to the weights)
//
// Weights lie as [unit][k][gate]: the forward pass reads them in order, the backward pass in short runs, and the
// gradient is written in the same order, so that nothing is ever packed.
#pragma once

#include <algorithm>
#include <numeric>
#include <type_traits>

#include "lanes.h"

namespace longshort {

// Which of a unit's sums a product feeds: all four of an LSTM's, three of a GRU's four.
template <int... Sums>
struct Picks {
  static constexpr int count = sizeof...(Sums);
  static constexpr int at[] = {Sums...};
};
using One = Picks<0>;

// Rows of sums, two tiles wide, that fit into registers beside what they are multiplied with.
constexpr int kRows = kRegisters == 32 ? 12 : 6;

// Calls function(constant n) for 1 <= n <= Most.
template <int Most, class Function>
INLINE void with_constant(int n, Function function) {
  if constexpr (Most > 1) {
    if (n < Most) return with_constant<Most - 1>(n, function);
  }
  function(std::integral_constant<int, Most>{});
}

// Cuts 0..n into the fewest blocks of at most `Most`, of nearly equal sizes: function(first, constant size).
template <int Most, class Function>
INLINE void in_blocks(int n, Function function) {
  const int blocks = (n + Most - 1) / Most;
  for (int block = 0; block < blocks; block++) {
    const int first = int(int64_t(n) * block / blocks), size = int(int64_t(n) * (block + 1) / blocks) - first;
    with_constant<Most>(size, [&](auto constant) __attribute__((always_inline)) { function(first, constant); });
  }
}

// As many sums as registers hold, those numbered `First` to `First + Rows` when all units' gates are counted through.
template <class Pick, int First, int Rows, int Units, int Sums, int Tiles, class T>
INLINE void accumulate_rows(Lanes<T> (&sums)[Units][Sums][Tiles], const T* weight, size_t unit_stride, const T* x,
                            size_t tile, int count) {
  constexpr int G = Pick::count;
  Lanes<T> held[Rows][Tiles];
  UNROLL for (int r = 0; r < Rows; r++) {
    UNROLL for (int v = 0; v < Tiles; v++) held[r][v] = sums[(First + r) / G][Pick::at[(First + r) % G]][v];
  }
  for (int k = 0; k < count; k++) {
    Lanes<T> row[Tiles];
    UNROLL for (int v = 0; v < Tiles; v++) row[v] = load(x + v * tile + size_t(k) * kLanes<T>);
    UNROLL for (int r = 0; r < Rows; r++) {
      const Lanes<T> w = splat(weight[(First + r) / G * unit_stride + size_t(k) * G + (First + r) % G]);
      UNROLL for (int v = 0; v < Tiles; v++) held[r][v] += w * row[v];
    }
  }
  UNROLL for (int r = 0; r < Rows; r++) {
    UNROLL for (int v = 0; v < Tiles; v++) sums[(First + r) / G][Pick::at[(First + r) % G]][v] = held[r][v];
  }
}

template <class Pick, int Part, int Parts, int Units, int Sums, int Tiles, class T>
INLINE void accumulate_parts(Lanes<T> (&sums)[Units][Sums][Tiles], const T* weight, size_t unit_stride, const T* x,
                             size_t tile, int count) {
  constexpr int rows = Units * Pick::count, first = rows * Part / Parts, end = rows * (Part + 1) / Parts;
  accumulate_rows<Pick, first, end - first>(sums, weight, unit_stride, x, tile, count);
  if constexpr (Part + 1 < Parts) {
    accumulate_parts<Pick, Part + 1, Parts>(sums, weight, unit_stride, x, tile, count);
  }
}

// `x` holds `count` vectors; the next tile's lie `tile` numbers further on.
template <class Pick, int Units, int Sums, int Tiles, class T>
INLINE void accumulate(Lanes<T> (&sums)[Units][Sums][Tiles], const T* weight, size_t unit_stride, const T* x, size_t tile,
                       int count) {
  constexpr int parts = (Units * Pick::count + kRows - 1) / kRows;
  accumulate_parts<Pick, 0, parts>(sums, weight, unit_stride, x, tile, count);
}

// The fewest units whose gates, counted through, fill the registers without rest.
template <int Gates>
constexpr int kUnits = std::lcm(Gates, kRows) / Gates;

// out[first .. first + Rows) of each tile, from all units' `d` ([unit][sum]); adds to `out` where Add.
template <class Pick, int Sums, int Rows, int Tiles, bool Add, class T>
INLINE void project_block(const T* weight, size_t unit_stride, int units, const T* d, size_t d_tile, T* out,
                          size_t out_tile) {
  constexpr int L = kLanes<T>;
  Lanes<T> sums[Rows][Tiles];
  UNROLL for (int r = 0; r < Rows; r++) {
    UNROLL for (int v = 0; v < Tiles; v++) sums[r][v] = Add ? load(out + v * out_tile + r * L) : zeros<T>();
  }
  for (int u = 0; u < units; u++) {
    UNROLL for (int g = 0; g < Pick::count; g++) {
      Lanes<T> gate[Tiles];
      UNROLL for (int v = 0; v < Tiles; v++) gate[v] = load(d + v * d_tile + (size_t(u) * Sums + Pick::at[g]) * L);
      UNROLL for (int r = 0; r < Rows; r++) {
        const Lanes<T> w = splat(weight[r * Pick::count + g]);
        UNROLL for (int v = 0; v < Tiles; v++) sums[r][v] += w * gate[v];
      }
    }
    weight += unit_stride;
  }
  UNROLL for (int r = 0; r < Rows; r++) {
    UNROLL for (int v = 0; v < Tiles; v++) store(out + v * out_tile + r * L, sums[r][v]);
  }
}

template <class Pick, int Sums, int Tiles, bool Add, class T>
void project(const T* weight, size_t unit_stride, int units, const T* d, size_t d_tile, T* out, size_t out_tile,
             int count) {
  in_blocks<kRows>(count, [&](int first, auto rows) __attribute__((always_inline)) {
    project_block<Pick, Sums, decltype(rows)::value, Tiles, Add>(weight + first * Pick::count, unit_stride, units, d,
                                                                 d_tile, out + size_t(first) * kLanes<T>, out_tile);
  });
}

template <class Pick, int Sums, int Units, int Columns, class T>
INLINE void outer_block(const T* d, size_t d_time, const T* x, size_t x_time, int times, T* gradient,
                        size_t unit_stride) {
  constexpr int L = kLanes<T>, G = Pick::count, N = (Columns * G + 3) / 4 * 4;
  Lanes<T> sums[Units][N];
  UNROLL for (int u = 0; u < Units; u++) {
    UNROLL for (int i = 0; i < N; i++) sums[u][i] = zeros<T>();
  }
  for (int t = 0; t < times; t++) {
    Lanes<T> column[Columns];
    UNROLL for (int c = 0; c < Columns; c++) column[c] = load(x + c * L);
    UNROLL for (int u = 0; u < Units; u++) {
      UNROLL for (int g = 0; g < G; g++) {
        const Lanes<T> gate = load(d + (u * Sums + Pick::at[g]) * L);
        UNROLL for (int c = 0; c < Columns; c++) sums[u][c * G + g] += gate * column[c];
      }
    }
    d += d_time;
    x += x_time;
  }
  UNROLL for (int u = 0; u < Units; u++) {
    T* to = gradient + u * unit_stride;
    UNROLL for (int i = 0; i + 4 <= Columns * G; i += 4) add_sums<T>(to + i, sums[u] + i);
    if constexpr (Columns * G % 4 != 0) {
      T rest[4] = {};
      add_sums<T>(rest, sums[u] + N - 4);
      for (int i = N - 4; i < Columns * G; i++) to[i] += rest[i - (N - 4)];
    }
  }
}

// Adds one tile's part to the gradient [unit][k][gate] of a weight that turns `columns` numbers into `units` units.
// A stretch of time whose d stays in the second cache is met by panels of x that stay in the first.
template <class Pick, int Sums, class T>
void outer(const T* d, size_t d_time, int units, const T* x, size_t x_time, int columns, int times, T* gradient) {
  constexpr int L = kLanes<T>, G = Pick::count;
  constexpr int Columns = G > 1 ? 2 * kRows / G : kRows == 12 ? 6 : 4, Units = 2 * kRows / (Columns * G);
  constexpr int64_t kFirstCache = 14 << 10, kSecondCache = 160 << 10, kVector = L * sizeof(T);
  const int stretch = int(std::clamp<int64_t>(kSecondCache / (int64_t(units) * Sums * kVector), 16, 64));
  const int held = std::clamp(times, 1, stretch);
  const int panels = int(std::max<int64_t>(kFirstCache / (held * kVector) / Columns, 1)) * Columns;
  for (int t = 0; t < times; t += stretch) {
    const int length = std::min(stretch, times - t);
    for (int panel = 0; panel < columns; panel += panels) {
      in_blocks<Units>(units, [&](int u, auto size) __attribute__((always_inline)) {
        in_blocks<Columns>(std::min(panels, columns - panel), [&](int c, auto many) __attribute__((always_inline)) {
          outer_block<Pick, Sums, decltype(size)::value, decltype(many)::value>(
              d + t * d_time + size_t(u) * Sums * L, d_time, x + t * x_time + size_t(panel + c) * L, x_time, length,
              gradient + (size_t(u) * columns + panel + c) * G, size_t(columns) * G);
        });
      });
    }
  }
}

}  // namespace longshort

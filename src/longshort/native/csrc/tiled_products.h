// The products of products.h on tiles: weights lie in tiles, what they meet is rounded to bfloat16 and laid beside them.
//
// Lanes stay batch rows, so the tile of sums is what the cells' equations read. Four tiles of sums are worked on at a
// time: that many hide the instruction's latency, and each tile that is loaded meets two others.
#pragma once

#include "tiled_weights.h"
#include "transpose.h"

namespace longshort {

constexpr int kTileWords = kTileRows * kLanes<float>;      // of a tile of columns or sums
constexpr int kTimesDeep = kTileDepth / kLanes<float>;     // times whose lanes fill a row of a tile
constexpr int kWordVectors = kTileRows / kLanes<float>;    // registers that hold a row of 16 words
constexpr int kStretch = 32;                               // tiles' depths that a product over time takes at once
constexpr int kPanel = 8;                                  // tiles of rows that it takes at once

// Calls function(constant k) for 0 <= k < Count, written out.
template <int Count, class Function>
INLINE void repeat(Function function) {
  if constexpr (Count > 1) repeat<Count - 1>(function);
  function(std::integral_constant<int, Count - 1>{});
}

// One thread's place for what is laid beside the weights.
struct TileSpace {
  uint32_t *columns = nullptr, *left = nullptr, *right = nullptr;
  size_t next = 0;  // words from one tile's columns to the next's

  // For layers of so many rows and columns at most; `keep`: for a backward pass too.
  static TileSpace take(Arena& arena, int tiles, int rows, int columns, bool keep) {
    TileSpace space;
    space.next = size_t(in_parts(keep ? std::max(rows, columns) : columns, kTileDepth)) * kTileWords;
    space.columns = arena.take<uint32_t>(space.next * size_t(tiles));
    if (keep) {
      space.left = arena.take<uint32_t>(size_t(kPanel) * kStretch * kTileRows * kTileRows);
      space.right = arena.take<uint32_t>(size_t(in_parts(columns, kLanes<float>)) * kStretch * kTileWords);
    }
    return space;
  }
};

// Lays `count` vectors down as pairs, the last with zero where they are odd; zeros where there is no `from`. Gives how far.
INLINE uint32_t* lay_pairs(const float* from, int count, uint32_t* to) {
  constexpr int L = kLanes<float>;
  for (int k = 0; k < count; k += 2) {
    const Lanes<float> a = from ? load(from + k * L) : zeros<float>();
    const Lanes<float> b = from && k + 1 < count ? load(from + (k + 1) * L) : zeros<float>();
    const LaneBits<float> pair = interleaved(a, b);
    std::memcpy(to, &pair, sizeof pair);
    to += L;
  }
  return to;
}

// Fills the last tile up with zeros.
INLINE void end_pairs(uint32_t* to, const uint32_t* begin, int depth) {
  std::memset(to, 0, (size_t(depth) * kTileWords - size_t(to - begin)) * sizeof(uint32_t));
}

// Multiplies the first `row_tiles` of a matrix with `Tiles` tiles' columns: use(first row, rows, sums) for blocks of rows,
// sums as [row][tile][lane].
template <int Tiles, class Use>
INLINE void multiply(const TiledMatrix& m, int row_tiles, const TileSpace& space, Use use) {
  constexpr int L = kLanes<float>;
  in_blocks<kSumTiles / Tiles>(row_tiles, [&](int first, auto size) __attribute__((always_inline)) {
    constexpr int Rows = decltype(size)::value;
    alignas(64) float sums[Rows * kTileRows * Tiles * L];
    repeat<Rows * Tiles>([](auto n) __attribute__((always_inline)) { tile_zero<decltype(n)::value>(); });
    for (int k = 0; k < m.depth; k++) {
      repeat<Tiles>([&](auto v) __attribute__((always_inline)) {
        tile_load<kColumnTile + decltype(v)::value>(space.columns + v * space.next + size_t(k) * kTileWords, kLaneStride);
      });
      repeat<Rows>([&](auto r) __attribute__((always_inline)) {
        constexpr int R = decltype(r)::value, Weights = kWeightTile + R % 2;
        tile_load<Weights>(m.tile(first + R, k), kTileStride);
        repeat<Tiles>([&](auto v) __attribute__((always_inline)) {
          constexpr int V = decltype(v)::value;
          tile_multiply<R * Tiles + V, Weights, kColumnTile + V>();
        });
      });
    }
    repeat<Rows * Tiles>([&](auto n) __attribute__((always_inline)) {
      constexpr int N = decltype(n)::value;
      tile_store<N>(sums + (N / Tiles * kTileRows * Tiles + N % Tiles) * L, Tiles * kLaneStride);
    });
    use(first * kTileRows, Rows * kTileRows, sums);
  });
}

// A product over time, of `chunks` depths: `left` as [tile of 16 rows][chunk][row][16 words], `right` as [tile of columns]
// [chunk][16 pairs][lane]. Calls use(row tile, column tile, sums), sums as [row][column].
template <class Use>
INLINE void multiply_over_time(const TileSpace& space, int row_tiles, int column_tiles, int chunks, Use use) {
  constexpr size_t left_tile = kTileRows * kTileRows, right_tile = kTileWords;
  in_blocks<2>(row_tiles, [&](int row, auto rows) __attribute__((always_inline)) {
    in_blocks<2>(column_tiles, [&](int column, auto columns) __attribute__((always_inline)) {
      constexpr int R = decltype(rows)::value, C = decltype(columns)::value;
      repeat<R * C>([](auto n) __attribute__((always_inline)) { tile_zero<decltype(n)::value>(); });
      for (int chunk = 0; chunk < chunks; chunk++) {
        repeat<C>([&](auto c) __attribute__((always_inline)) {
          const size_t at = size_t(column + c) * kStretch + size_t(chunk);
          tile_load<kColumnTile + decltype(c)::value>(space.right + at * right_tile, kLaneStride);
        });
        repeat<R>([&](auto r) __attribute__((always_inline)) {
          const size_t at = size_t(row + r) * kStretch + size_t(chunk);
          tile_load<kWeightTile + decltype(r)::value>(space.left + at * left_tile, kTileStride);
          repeat<C>([&](auto c) __attribute__((always_inline)) {
            constexpr int I = decltype(r)::value, J = decltype(c)::value;
            tile_multiply<I * C + J, kWeightTile + I, kColumnTile + J>();
          });
        });
      }
      alignas(64) float sums[kTileWords];
      repeat<R * C>([&](auto n) __attribute__((always_inline)) {
        constexpr int N = decltype(n)::value;
        tile_store<N>(sums, kLaneStride);
        use(row + N / C, column + N % C, sums);
      });
    });
  });
}

// One row of `left`: the lanes of kTimesDeep times of one number; zeros where `at` gives no place.
template <class At>
INLINE void gather_row(At at, LaneBits<float> (&words)[kWordVectors]) {
  UNROLL for (int k = 0; k < kWordVectors; k++) {
    const float *a = at(2 * k), *b = at(2 * k + 1);
    words[k] = side_by_side(a ? load(a) : zeros<float>(), b ? load(b) : zeros<float>());
  }
}

// Adds a tile's sums [row][column] to the gradient of weights [unit][k][gate], which turn `count` columns from `begin` on
// into `units` units; the tile's rows begin with unit `unit`, its columns with `first`.
template <class Pick, int Sums>
INLINE void add_gradient(const float* sums, int unit, int units, int first, int begin, int count, float* gradient) {
  constexpr int L = kLanes<float>, G = Pick::count;
  const int from = std::max(begin, first), to = std::min(begin + count, first + L);
  for (int u = 0; u < kTileRows / Sums && unit + u < units; u++) {
    float* target = gradient + (size_t(unit + u) * size_t(count) + size_t(std::max(first - begin, 0))) * G;
    for (int k = from; k < to; k++) {
      for (int g = 0; g < G; g++) *target++ += sums[(u * Sums + Pick::at[g]) * L + k - first];
    }
  }
}

}  // namespace longshort

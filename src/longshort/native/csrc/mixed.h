// Mixed precision: a layer's products in bfloat16 with float32 sums, on tiles. States, activations, biases and the
// gradients of the sums stay float32; what a product takes is rounded as it is laid down.
//
// The three functions are layer.h's own for weights that lie in tiles.
#pragma once

#include "layer.h"
#include "tiled_products.h"

namespace longshort {

struct MixedWeights {
  TiledWeights tiled;
  const float* bias;  // per unit and sum
  int inputs, hidden;
  TileSpace space;

  Columns columns() const { return {hidden, inputs}; }
};

template <class Cell, bool Keep, int Tiles>
INLINE void forward_time(const MixedWeights& w, const LayerFields<float>& f, int tile, int t) {
  constexpr int L = kLanes<float>, S = Cell::sums;
  const Sequence<float>& before = t ? f.hidden : f.start_hidden;
  for (int v = 0; v < Tiles; v++) {
    uint32_t* begin = w.space.columns + size_t(v) * w.space.next;
    uint32_t* to = lay_pairs(before ? before.at(tile + v, t ? t - 1 : 0) : nullptr, w.hidden, begin);
    end_pairs(lay_pairs(f.x.at(tile + v, t), w.inputs, to), begin, w.tiled.forward.depth);
  }
  multiply<Tiles>(w.tiled.forward, w.tiled.forward.rows, w.space, [&](int first, int rows, const float* products)
                  __attribute__((always_inline)) {
    for (int row = 0; row < rows && first + row < w.hidden * S; row += S) {
      Lanes<float> sums[1][S][Tiles];
      UNROLL for (int s = 0; s < S; s++) {
        UNROLL for (int v = 0; v < Tiles; v++) {
          sums[0][s][v] = load(products + ((row + s) * Tiles + v) * L) + splat(w.bias[first + row + s]);
        }
      }
      step_units<Cell, Keep>(sums, f, tile, t, (first + row) / S);
    }
  });
}

template <class Cell, int Tiles>
INLINE void backward_time(const MixedWeights& w, const LayerFields<float>& f, const BackwardFields<float>& b, int tile,
                          int t) {
  constexpr int L = kLanes<float>;
  const bool to_hidden = t || f.start_hidden;
  if (!to_hidden && !b.d_x) return;
  for (int v = 0; v < Tiles; v++) {
    uint32_t* begin = w.space.columns + size_t(v) * w.space.next;
    end_pairs(lay_pairs(f.gates.at(tile + v, t), w.hidden * Cell::sums, begin), begin, w.tiled.backward.depth);
  }
  const Columns columns = w.columns();
  const int needed = b.d_x ? w.tiled.backward.rows : in_parts(w.hidden, kTileRows);
  multiply<Tiles>(w.tiled.backward, needed, w.space, [&](int first, int rows, const float* products)
                  __attribute__((always_inline)) {
    for (int row = 0; row < rows; row++) {
      const int k = first + row, input = k - columns.first_input();
      for (int v = 0; v < Tiles; v++) {
        const Lanes<float> d = load(products + (row * Tiles + v) * L);
        if (k < w.hidden && to_hidden) {
          float* to = b.d_hidden.at(tile + v, 0) + k * L;
          store(to, load(to) + d);
        }
        if (b.d_x && input >= 0 && input < w.inputs) store(b.d_x.at(tile + v, t) + input * L, d);
      }
    }
  });
}

// Lays kStretch times' worth of what the weights multiplied, from time `begin` on, [tile of columns][chunk][pair][column].
inline void lay_right(const MixedWeights& w, const LayerFields<float>& f, int tile, int begin, int times, int chunks) {
  constexpr int L = kLanes<float>;
  const Columns columns = w.columns();
  const int column_tiles = in_parts(columns.count(), L);
  for (int chunk = 0; chunk < chunks; chunk++) {
    const float *hidden[kTimesDeep], *x[kTimesDeep];
    for (int k = 0; k < kTimesDeep; k++) {
      const int t = begin + chunk * kTimesDeep + k;
      const Sequence<float>& before = t ? f.hidden : f.start_hidden;
      hidden[k] = before && t < times ? before.at(tile, t ? t - 1 : 0) : nullptr;
      x[k] = t < times ? f.x.at(tile, t) : nullptr;
    }
    for (int column_tile = 0; column_tile < column_tiles; column_tile++) {
      LaneBits<float> squares[kWordVectors][L];
      for (int lane = 0; lane < L; lane++) {
        const int column = column_tile * L + lane, input = column - columns.first_input();
        const bool there = column < w.hidden || (input >= 0 && input < w.inputs);
        const float* const* from = column < w.hidden ? hidden : x;
        const size_t place = size_t(column < w.hidden ? column : input) * L;
        LaneBits<float> words[kWordVectors];
        gather_row([&](int k) { return there && from[k] ? from[k] + place : nullptr; }, words);
        for (int k = 0; k < kWordVectors; k++) squares[k][lane] = words[k];
      }
      uint32_t* to = w.space.right + (size_t(column_tile) * kStretch + size_t(chunk)) * kTileWords;
      for (int k = 0; k < kWordVectors; k++) {
        transpose(squares[k]);
        std::memcpy(to + k * L * L, squares[k], sizeof squares[k]);
      }
    }
  }
}

// Lays the gradients of the sums of up to kPanel tiles of rows down beside them, [tile of rows][chunk][row][16 words].
inline void lay_left(const MixedWeights& w, const LayerFields<float>& f, int tile, int begin, int times, int chunks,
                     int first_row, int last_row, int row_tiles) {
  constexpr int L = kLanes<float>;
  for (int row = 0; row < row_tiles * kTileRows; row++) {
    uint32_t* to = w.space.left + (size_t(row / kTileRows) * kStretch * kTileRows + size_t(row % kTileRows)) * kTileRows;
    for (int chunk = 0; chunk < chunks; chunk++) {
      LaneBits<float> words[kWordVectors];
      const auto at = [&](int k) {
        const int t = begin + chunk * kTimesDeep + k;
        return t < times && first_row + row < last_row ? f.gates.at(tile, t) + size_t(first_row + row) * L : nullptr;
      };
      gather_row(at, words);
      std::memcpy(to + size_t(chunk) * kTileRows * kTileRows, words, sizeof words);
    }
  }
}

template <class Cell>
void outer_times(const MixedWeights& w, const LayerFields<float>& f, int tile, int times, float* input,
                 float* recurrent) {
  using X = typename Cell::FromInput;
  using H = typename Cell::FromHidden;
  constexpr int L = kLanes<float>, S = Cell::sums, Step = kStretch * kTimesDeep;
  const Columns columns = w.columns();
  const int rows = w.hidden * S;
  for (int begin = 0; begin < times; begin += Step) {
    const int chunks = in_parts(std::min(Step, times - begin), kTimesDeep);
    lay_right(w, f, tile, begin, times, chunks);
    for (int panel = 0; panel < in_parts(rows, kTileRows); panel += kPanel) {
      const int row_tiles = std::min(kPanel, in_parts(rows, kTileRows) - panel);
      lay_left(w, f, tile, begin, times, chunks, panel * kTileRows, rows, row_tiles);
      const auto add = [&](int row_tile, int column_tile, const float* sums) {
        const int unit = (panel + row_tile) * kTileRows / S, first = column_tile * L;
        add_gradient<H, S>(sums, unit, w.hidden, first, 0, w.hidden, recurrent);
        add_gradient<X, S>(sums, unit, w.hidden, first, columns.first_input(), w.inputs, input);
      };
      multiply_over_time(w.space, row_tiles, in_parts(columns.count(), L), chunks, add);
    }
  }
}

}  // namespace longshort

// Rows become columns: a square of words, one register a row, by swapping ever smaller squares beside its diagonal.
#pragma once

#include <utility>

#include "lanes.h"

namespace longshort {

// Of two rows that lie `Width` apart: the upper keeps its left halves of 2 * Width words and takes the lower's left ones.
template <int Width, size_t... Lane>
INLINE void swap_squares(LaneBits<float>& a, LaneBits<float>& b, std::index_sequence<Lane...>) {
  constexpr int L = kLanes<float>;
#if defined(__clang__)
  const LaneBits<float> upper = __builtin_shufflevector(a, b, (int(Lane) & Width ? L + int(Lane) - Width : int(Lane))...);
  const LaneBits<float> lower = __builtin_shufflevector(a, b, (int(Lane) & Width ? L + int(Lane) : int(Lane) + Width)...);
#else
  const LaneBits<float> above = {(int(Lane) & Width ? L + int(Lane) - Width : int(Lane))...};
  const LaneBits<float> below = {(int(Lane) & Width ? L + int(Lane) : int(Lane) + Width)...};
  const LaneBits<float> upper = __builtin_shuffle(a, b, above), lower = __builtin_shuffle(a, b, below);
#endif
  a = upper;
  b = lower;
}

template <int Width = kLanes<float> / 2>
INLINE void transpose(LaneBits<float> (&rows)[kLanes<float>]) {
  UNROLL for (int row = 0; row < kLanes<float>; row++) {
    if (!(row & Width)) swap_squares<Width>(rows[row], rows[row + Width], std::make_index_sequence<kLanes<float>>());
  }
  if constexpr (Width > 1) transpose<Width / 2>(rows);
}

}  // namespace longshort

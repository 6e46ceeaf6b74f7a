// Which values dropout keeps: a counter-based generator, Philox 4x32 with ten rounds (Salmon et al. 2011), so that a mask
// depends on its place alone, on no thread, tile or order. One draw serves eight units of one batch row with 16 bits each.
#pragma once

#include "lanes.h"

namespace longshort {

struct DropoutKey {
  uint32_t key[2];
  uint32_t step;
};

// Both halves of the products of 32 bits in every lane.
INLINE void multiply_wide(Words x, uint32_t by, Words& high, Words& low) {
  const Words even = multiply_low(x, by), odd = multiply_low(x >> 32, by);
  high = (even >> 32) | (odd & 0xFFFFFFFF00000000u);
  low = (even & 0xFFFFFFFFu) | (odd << 32);
}

// The same 32 bits in every lane, and `first`, `first` + 1, ...
INLINE Words repeat(uint32_t x) { return Words{} + (uint64_t(x) << 32 | x); }
INLINE Words count_from(uint32_t first) {
  uint32_t numbers[kLanes<float>];
  for (int lane = 0; lane < kLanes<float>; lane++) numbers[lane] = first + uint32_t(lane);
  Words words;
  std::memcpy(&words, numbers, sizeof words);
  return words;
}

// Fills kept[unit][lane] with 1 (kept) or 0 for a tile's rows, from `row` on, at one position above one layer.
inline void draw_kept(const DropoutKey& key, uint32_t layer, uint32_t position, uint32_t row, int units, uint32_t threshold,
                      uint8_t* kept) {
  for (int unit = 0; unit < units; unit += 8) {
    Words word[4] = {count_from(row), repeat(position), repeat((layer << 24) + uint32_t(unit / 8)), repeat(key.step)};
    uint32_t key0 = key.key[0], key1 = key.key[1];
    for (int round = 0; round < 10; round++, key0 += 0x9E3779B9u, key1 += 0xBB67AE85u) {
      Words high[2], low[2];
      multiply_wide(word[0], 0xD2511F53u, high[0], low[0]);
      multiply_wide(word[2], 0xCD9E8D57u, high[1], low[1]);
      word[0] = high[1] ^ word[1] ^ repeat(key0);
      word[2] = high[0] ^ word[3] ^ repeat(key1);
      word[1] = low[1];
      word[3] = low[0];
    }
    for (int j = 0; j < 8 && unit + j < units; j++) {
      store_kept(kept + size_t(unit + j) * kLanes<float>, word[j / 2], j % 2 * 16, threshold);
    }
  }
}

}  // namespace longshort

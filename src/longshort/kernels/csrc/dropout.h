// Which values dropout keeps: a counter-based generator, Philox 4x32 with ten rounds (Salmon et al. 2011), so that a mask
// depends on its place alone, on no thread, tile or order. One draw serves eight units of one batch row with 16 bits each.
#pragma once

#include "lanes.h"

namespace longshort {

struct DropoutKey {
  uint32_t key[2];
  uint32_t step;
};

// Fills kept[unit][lane] with 1 (kept) or 0 for the rows `row` .. `row` + Rows at one position below one layer.
template <int Rows>
void draw_kept(const DropoutKey& key, uint32_t layer, uint32_t position, uint32_t row, int units, uint32_t threshold,
               uint8_t* kept) {
  for (int unit = 0; unit < units; unit += 8) {
    uint32_t a[Rows], b[Rows], c[Rows], d[Rows];
    for (int k = 0; k < Rows; k++) {
      a[k] = row + uint32_t(k);
      b[k] = position;
      c[k] = (layer << 24) + uint32_t(unit / 8);
      d[k] = key.step;
    }
    uint32_t key0 = key.key[0], key1 = key.key[1];
    for (int round = 0; round < 10; round++) {
      for (int k = 0; k < Rows; k++) {
        const uint64_t first = uint64_t(0xD2511F53u) * a[k], second = uint64_t(0xCD9E8D57u) * c[k];
        const uint32_t x = uint32_t(second >> 32) ^ b[k] ^ key0, z = uint32_t(first >> 32) ^ d[k] ^ key1;
        b[k] = uint32_t(second);
        d[k] = uint32_t(first);
        a[k] = x;
        c[k] = z;
      }
      key0 += 0x9E3779B9u;
      key1 += 0xBB67AE85u;
    }
    const uint32_t* words[4] = {a, b, c, d};
    for (int j = 0; j < 8 && unit + j < units; j++) {
      uint8_t* to = kept + size_t(unit + j) * Rows;
      const uint32_t* word = words[j / 2];
      const int shift = j % 2 * 16;
      for (int k = 0; k < Rows; k++) to[k] = ((word[k] >> shift) & 0xFFFFu) >= threshold;
    }
  }
}

}  // namespace longshort

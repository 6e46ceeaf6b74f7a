// How a batch is cut up: by its size alone, never by the number of threads, so that sums come out the same.
#pragma once

#include "api.h"
#include "lanes.h"

namespace longshort {

constexpr int kParts = 8;  // gradients that are kept apart, and so the most threads that one member can use

// Tiles of a batch, in parts of neighbouring tiles.
template <class T>
struct Cut {
  int tiles, parts;

  explicit Cut(int64_t rows)
      : tiles(int((rows + kLanes<T> - 1) / kLanes<T>)), parts(tiles < kParts ? tiles : kParts) {}
  int first_tile(int part) const { return int(int64_t(tiles) * part / parts); }
  int part_of(int tile) const { return int((int64_t(tile + 1) * parts - 1) / tiles); }
};

inline bool asked_to_stop(const Work& work) { return work.stop && *work.stop; }

}  // namespace longshort

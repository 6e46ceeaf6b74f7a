// How a network's products are made: `Float32` multiplies parameters as they lie, `Mixed` rounds them to bfloat16 and lays
// them into tiles first. Both give a layer's weights, and layer.h's templates do the rest.
#pragma once

#include "group.h"
#include "threads.h"

namespace longshort {

template <class Cell>
struct Float32 {
  struct Thread {};  // what a thread holds while it multiplies

  Float32(Arena&, const Network&, std::vector<Group>&, bool) {}

  void prepare(const Network&, const float*, int, int, Barrier&) const {}

  LayerWeights<float> layer(const Network& n, const float* parameters, const Group& g, int layer) const {
    return layer_weights<Cell>(n, parameters, g, layer);
  }
};

template <class Cell>
struct Mixed {
  using Thread = TileRegisters;

  std::vector<TiledWeights> tiled;  // of each layer, shared by all threads

  // `keep`: for a backward pass too.
  Mixed(Arena& arena, const Network& n, std::vector<Group>& groups, bool keep) {
    int most = 0;
    for (int layer = 0; layer < n.layers; layer++) {
      const Columns columns = columns_of(n, layer);
      tiled.push_back(TiledWeights::take<Cell>(arena, columns, keep));
      most = std::max(most, columns.count());
    }
    for (Group& g : groups) g.tiles = TileSpace::take(arena, kTiles, n.hidden * Cell::sums, most, keep);
  }

  static Columns columns_of(const Network& n, int layer) { return {n.hidden, layer ? n.hidden : n.inputs}; }

  // Lays the parameters into tiles, each thread its part; nobody goes on before all is laid.
  void prepare(const Network& n, const float* parameters, int thread, int threads, Barrier& barrier) const {
    for (int layer = 0; layer < n.layers; layer++) {
      const LayerPlaces at = layer_places<Cell>(n, layer);
      lay_weights<Cell>(parameters + at.input, parameters + at.recurrent, columns_of(n, layer), thread, threads,
                        tiled[size_t(layer)]);
    }
    barrier.wait();
  }

  MixedWeights layer(const Network& n, const float*, const Group& g, int layer) const {
    const Columns columns = columns_of(n, layer);
    return {tiled[size_t(layer)], g.biases[size_t(layer)], columns.inputs, columns.hidden, g.tiles};
  }
};

template <class T>
struct Type {
  using type = T;
};

// Calls function(Type<...>{}) with what makes the products of that precision, which was checked at the door.
template <class Cell, class Function>
auto with_products(int32_t precision, Function function) {
  if constexpr (kHasTiles) {
    if (precision == kMixed) return function(Type<Mixed<Cell>>{});
  }
  return function(Type<Float32<Cell>>{});
}

}  // namespace longshort

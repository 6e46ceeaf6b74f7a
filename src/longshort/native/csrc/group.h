// One thread's place of work: a couple of tiles on their whole way through a network, forward and backward. Only what a
// couple of tiles needs is kept, however large the batch.
#pragma once

#include <vector>

#include "arena.h"
#include "dropout.h"
#include "losses.h"
#include "mixed.h"
#include "network.h"

namespace longshort {

constexpr int kTiles = 2;  // tiles that a thread takes at a time: each weight read meets two vectors of rows

template <class T>
Sequence<T> take_sequence(Arena& arena, int vectors, int times) {
  Sequence<T> s;
  s.time = Sequence<T>::step(vectors);
  s.tile = s.time * size_t(times);
  s.data = arena.take<T>(s.tile * kTiles);
  return s;
}

struct Group {
  std::vector<LayerFields<float>> layers;
  std::vector<Sequence<uint8_t>> kept;  // what dropout keeps of each layer's outputs, but the last one's
  std::vector<float*> biases;           // per unit and sum
  Sequence<float> d_out[2], d_hidden, d_memory;
  Sequence<float> targets, weights, raw;
  float* spare;
  float* bias_gradient;
  TileSpace tiles;  // mixed precision only

  const Sequence<float>& top() const { return layers.back().hidden; }
};

// Lays a group out; `keep`: what the backward pass needs too.
template <class Cell>
Group take_group(Arena& arena, const Network& n, const Windows& w, bool keep) {
  constexpr int L = kLanes<float>;
  Group g;
  const int times = w.length, answers = w.length - w.burn_in, outputs = n.horizon * n.outputs;
  const bool drop = keep && n.dropout > 0;
  Sequence<float> x = take_sequence<float>(arena, n.inputs, times), shared[2];
  if (!keep) {
    for (int k = 0; k < 2 && k < n.layers; k++) shared[k] = take_sequence<float>(arena, n.hidden, times);
  }
  for (int layer = 0; layer < n.layers; layer++) {
    LayerFields<float> f;
    f.x = x;
    f.hidden = keep ? take_sequence<float>(arena, n.hidden, times) : shared[layer % 2];
    if (Cell::memory) f.memory = take_sequence<float>(arena, n.hidden * Cell::memory, keep ? times : 1);
    if (Cell::memory && !keep) f.memory.time = 0;
    if (keep) f.gates = take_sequence<float>(arena, n.hidden * Cell::sums, times);
    x = f.hidden;
    if (drop && layer + 1 < n.layers) {
      Sequence<uint8_t> kept;
      kept.time = size_t(n.hidden) * L;
      kept.tile = kept.time * size_t(times);
      kept.data = arena.take<uint8_t>(kept.tile * kTiles);
      g.kept.push_back(kept);
      x = take_sequence<float>(arena, n.hidden, times);
    }
    g.layers.push_back(f);
    g.biases.push_back(arena.take<float>(size_t(n.hidden) * Cell::sums));
  }
  g.targets = take_sequence<float>(arena, n.horizon, answers);
  g.weights = take_sequence<float>(arena, n.horizon, answers);
  g.raw = take_sequence<float>(arena, outputs, answers);
  g.spare = arena.take<float>(size_t(n.outputs) * L);
  if (keep) {
    for (Sequence<float>& d : g.d_out) d = take_sequence<float>(arena, n.hidden, times);
    g.d_hidden = take_sequence<float>(arena, n.hidden, 1);
    g.d_memory = take_sequence<float>(arena, n.hidden, 1);
    g.bias_gradient = arena.take<float>(size_t(n.hidden) * Cell::sums);
  }
  return g;
}

template <class Cell>
std::vector<Group> take_groups(Arena& arena, const Network& n, const Windows& w, int threads, bool keep) {
  std::vector<Group> groups;
  for (int k = 0; k < threads; k++) groups.push_back(take_group<Cell>(arena, n, w, keep));
  return groups;
}

// Lets a request to stop be seen at every position.
inline void let_stop(std::vector<Group>& groups, const volatile int32_t* stop) {
  for (Group& g : groups) {
    for (LayerFields<float>& f : g.layers) f.stop = stop;
  }
}

template <class Cell>
LayerWeights<float> layer_weights(const Network& n, const float* parameters, const Group& g, int layer) {
  const LayerPlaces at = layer_places<Cell>(n, layer);
  return {parameters + at.input, parameters + at.recurrent, g.biases[size_t(layer)], layer ? n.hidden : n.inputs,
          n.hidden};
}

template <class Cell>
void sum_all_biases(const Network& n, const float* parameters, Group& g) {
  for (int layer = 0; layer < n.layers; layer++) {
    const LayerPlaces at = layer_places<Cell>(n, layer);
    sum_biases<Cell>(parameters + at.bias, parameters + at.recurrent_bias, n.hidden, g.biases[size_t(layer)]);
  }
}

// Gathers the inputs of the chunks of one tile; zeros before a series begins and in lanes without a chunk.
inline void gather_inputs(const Windows& w, int inputs, const int64_t* ends, int64_t count, Sequence<float> x, int slot) {
  constexpr int L = kLanes<float>;
  for (int lane = 0; lane < L; lane++) {
    const int64_t end = lane < count ? ends[lane] : -1, begin = end - w.length + 1;
    const int64_t first = end < 0 ? w.length : w.first[end];
    const float* loc = w.loc && end >= 0 ? w.loc + end * inputs : nullptr;
    const float* scale = w.scale && end >= 0 ? w.scale + end * inputs : nullptr;
    for (int t = 0; t < w.length; t++) {
      float* to = x.at(slot, t) + lane;
      const bool inside = end >= 0 && begin + t >= first;
      const float* row = inside ? w.inputs + (begin + t) * inputs : nullptr;
      for (int d = 0; d < inputs; d++) {
        float value = inside ? row[d] : 0.0f;
        if (inside && loc) value -= loc[d];
        if (inside && scale) value *= scale[d];
        to[d * L] = value;
      }
    }
  }
}

// Gathers the targets that count for `split`, with weight 1, all others zero with weight 0; gives how many count.
inline int64_t gather_targets(const Windows& w, int horizon, const int64_t* ends, int64_t count, int8_t split, Group& g,
                              int slot) {
  constexpr int L = kLanes<float>;
  int64_t counted = 0;
  for (int lane = 0; lane < L; lane++) {
    const int64_t end = lane < count ? ends[lane] : -1;
    for (int t = w.burn_in; t < w.length; t++) {
      const int64_t row = end - w.length + 1 + t;
      const bool asked = end >= 0 && row >= w.first[end] && w.split[row] == split;
      float *target = g.targets.at(slot, t - w.burn_in) + lane, *weight = g.weights.at(slot, t - w.burn_in) + lane;
      for (int k = 0; k < horizon; k++) {
        const float value = asked ? w.targets[row * horizon + k] : 0.0f;
        const bool counts = asked && value == value;
        target[k * L] = counts ? value : 0.0f;
        weight[k * L] = counts ? 1.0f : 0.0f;
        counted += counts;
      }
    }
  }
  return counted;
}

// Multiplies what dropout keeps by 1 / (1 - rate), the rest by zero.
inline void drop(const Network& n, Sequence<float> from, Sequence<uint8_t> kept, Sequence<float> to, int slot, int t) {
  constexpr int L = kLanes<float>;
  const float factor = 1.0f / (1.0f - n.dropout);
  for (int u = 0; u < n.hidden; u++) {
    store(to.at(slot, t) + u * L, load(from.at(slot, t) + u * L) * factors<float>(kept.at(slot, t) + u * L, factor));
  }
}

template <class Cell, bool Keep, int Tiles, class Products>
void forward_network(const Network& n, const float* parameters, const Products& products, int times, Group& g,
                     const DropoutKey& key, int64_t row) {
  constexpr int L = kLanes<float>;
  const uint32_t threshold = uint32_t(n.dropout * 65536.0f + 0.5f);
  for (int layer = 0; layer < n.layers; layer++) {
    const LayerFields<float>& f = g.layers[size_t(layer)];
    forward_tiles<Cell, Keep, Tiles>(products.layer(n, parameters, g, layer), f, 0, times);
    if (!Keep || size_t(layer) >= g.kept.size()) continue;
    const Sequence<uint8_t>& kept = g.kept[size_t(layer)];
    for (int slot = 0; slot < Tiles; slot++) {
      for (int t = 0; t < times; t++) {
        draw_kept(key, uint32_t(layer), uint32_t(t), uint32_t(row + slot * L), n.hidden, threshold, kept.at(slot, t));
        drop(n, f.hidden, kept, g.layers[size_t(layer) + 1].x, slot, t);
      }
    }
  }
}

// Reads every answering position out into raw.
template <class Cell, int Tiles>
void read_out(const Network& n, const float* parameters, const Windows& w, Group& g) {
  constexpr int L = kLanes<float>;
  const ReadoutPlaces at = readout_places<Cell>(n);
  const Sequence<float>& top = g.top();
  for (int t = w.burn_in; t < w.length; t++) {
    in_blocks<kUnits<1>>(n.horizon * n.outputs, [&](int first, auto rows) __attribute__((always_inline)) {
      constexpr int R = decltype(rows)::value;
      Lanes<float> sums[R][1][Tiles];
      UNROLL for (int r = 0; r < R; r++) {
        UNROLL for (int v = 0; v < Tiles; v++) sums[r][0][v] = splat(parameters[at.bias + size_t(first + r)]);
      }
      accumulate<One>(sums, parameters + at.weight + size_t(first) * size_t(n.hidden), size_t(n.hidden), top.at(0, t),
                      top.tile, n.hidden);
      UNROLL for (int r = 0; r < R; r++) {
        UNROLL for (int v = 0; v < Tiles; v++) store(g.raw.at(v, t - w.burn_in) + (first + r) * L, sums[r][0][v]);
      }
    });
  }
}

// Sums one tile's loss; raw becomes its gradient.
template <class Loss>
double score(const Network& n, const Loss& loss, int answers, Group& g, int slot) {
  constexpr int L = kLanes<float>;
  Lanes<float> total = zeros<float>();
  for (int t = 0; t < answers; t++) {
    for (int k = 0; k < n.horizon; k++) {
      total += loss(g.raw.at(slot, t) + k * n.outputs * L, load(g.targets.at(slot, t) + k * L),
                    load(g.weights.at(slot, t) + k * L), g.spare);
    }
  }
  return double(sum<float>(total));
}

// From the loss's gradient in raw back to every weight; tile `slot` adds to the gradient `gradients[slot]`.
template <class Cell, int Tiles, class Products>
void backward_network(const Network& n, const float* parameters, const Products& products, const Windows& w, Group& g,
                      float* const gradients[]) {
  constexpr int L = kLanes<float>;
  const ReadoutPlaces out = readout_places<Cell>(n);
  const int outputs = n.horizon * n.outputs, answers = w.length - w.burn_in;
  for (int t = w.burn_in; t < w.length; t++) {
    project<One, 1, Tiles, false>(parameters + out.weight, size_t(n.hidden), outputs, g.raw.at(0, t - w.burn_in),
                                  g.raw.tile, g.d_out[(n.layers - 1) % 2].at(0, t), g.d_out[0].tile, n.hidden);
  }
  for (int slot = 0; slot < Tiles; slot++) {
    outer<One, 1>(g.raw.at(slot, 0), g.raw.time, outputs, g.top().at(slot, w.burn_in), g.top().time, n.hidden, answers,
                  gradients[slot] + out.weight);
    for (int o = 0; o < outputs; o++) {
      Lanes<float> total = zeros<float>();
      for (int t = 0; t < answers; t++) total += load(g.raw.at(slot, t) + o * L);
      gradients[slot][out.bias + size_t(o)] += sum<float>(total);
    }
  }
  for (int layer = n.layers - 1; layer >= 0; layer--) {
    const LayerFields<float>& f = g.layers[size_t(layer)];
    const auto weights = products.layer(n, parameters, g, layer);
    BackwardFields<float> b;
    b.d_out = g.d_out[layer % 2];
    b.from = layer == n.layers - 1 ? w.burn_in : 0;
    b.d_hidden = g.d_hidden;
    b.d_memory = g.d_memory;
    if (layer) b.d_x = g.d_out[(layer + 1) % 2];
    std::memset(b.d_hidden.data, 0, b.d_hidden.tile * kTiles * sizeof(float));
    std::memset(b.d_memory.data, 0, b.d_memory.tile * kTiles * sizeof(float));
    backward_tiles<Cell, Tiles>(weights, f, b, 0, w.length);
    const LayerPlaces at = layer_places<Cell>(n, layer);
    for (int slot = 0; slot < Tiles; slot++) {
      float* gradient = gradients[slot];
      std::memset(g.bias_gradient, 0, size_t(n.hidden) * Cell::sums * sizeof(float));
      weight_gradient<Cell>(weights, f, slot, w.length, gradient + at.input, gradient + at.recurrent, g.bias_gradient);
      add_bias_gradients<Cell>(g.bias_gradient, n.hidden, gradient + at.bias, gradient + at.recurrent_bias);
      if (layer && size_t(layer) <= g.kept.size()) {
        for (int t = 0; t < w.length; t++) drop(n, b.d_x, g.kept[size_t(layer) - 1], b.d_x, slot, t);
      }
    }
  }
}

}  // namespace longshort

// Forward only, on many chunks: the loss of each, or what the network says at its last position.
#pragma once

#include "cut.h"
#include "precision.h"

namespace longshort {

// Forward only: a thread takes a couple of tiles, calls use(tile, slot, group) on each, and takes the next couple.
template <class Cell, class Products, class Use>
Status forward_only(const Network& n, const Windows& w, const float* parameters, const Work& work, Use use) {
  Arena arena(work.memory);
  std::vector<Group> groups = take_groups<Cell>(arena, n, w, work.threads, false);
  let_stop(groups, work.stop);
  const Products products(arena, n, groups, false);
  const int tiles = int((work.count + kLanes<float> - 1) / kLanes<float>);
  std::atomic<int> next{0};
  std::atomic<bool> stopped{false};
  on_threads(work.threads, [&](int thread, int threads, Barrier& barrier) {
    constexpr int L = kLanes<float>;
    Group& g = groups[size_t(thread)];
    [[maybe_unused]] const typename Products::Thread held;
    products.prepare(n, parameters, thread, threads, barrier);
    sum_all_biases<Cell>(n, parameters, g);
    for (int tile; (tile = next.fetch_add(kTiles)) < tiles && !stopped;) {
      const int many = std::min(kTiles, tiles - tile);
      for (int slot = 0; slot < many; slot++) {
        const int64_t row = int64_t(tile + slot) * L;
        gather_inputs(w, n.inputs, work.ends + row, work.count - row, g.layers[0].x, slot);
      }
      with_constant<kTiles>(many, [&](auto constant) {
        constexpr int Tiles = decltype(constant)::value;
        forward_network<Cell, false, Tiles>(n, parameters, products, w.length, g, DropoutKey{}, 0);
        read_out<Cell, Tiles>(n, parameters, w, g);
      });
      for (int slot = 0; slot < many; slot++) use(tile + slot, slot, g);
      if (asked_to_stop(work)) stopped = true;
    }
  });
  return stopped ? kStopped : kDone;
}

// The loss of every tile apart, summed in order.
template <class Cell, class Products>
Status evaluate(const Network& n, const Windows& w, const float* parameters, const Work& work, int8_t split, double* loss,
                double* count) {
  constexpr int L = kLanes<float>;
  const size_t tiles = size_t((work.count + L - 1) / L);
  std::vector<double> losses(tiles), counts(tiles);
  const Status status = forward_only<Cell, Products>(n, w, parameters, work, [&](int tile, int slot, Group& g) {
    const int64_t row = int64_t(tile) * L;
    counts[size_t(tile)] = double(gather_targets(w, n.horizon, work.ends + row, work.count - row, split, g, slot));
    with_loss(n, [&](const auto& of) { losses[size_t(tile)] = score(n, of, w.length - w.burn_in, g, slot); });
  });
  for (size_t tile = 0; tile < tiles; tile++) {
    *loss += losses[tile];
    *count += counts[tile];
  }
  return status;
}

// The raw outputs at each chunk's last position, [chunk][output].
template <class Cell, class Products>
Status predict(const Network& n, const Windows& w, const float* parameters, const Work& work, float* raw) {
  constexpr int L = kLanes<float>;
  const int outputs = n.horizon * n.outputs, last = w.length - w.burn_in - 1;
  return forward_only<Cell, Products>(n, w, parameters, work, [&](int tile, int slot, Group& g) {
    for (int64_t lane = 0, row = int64_t(tile) * L; lane < L && row < work.count; lane++, row++) {
      for (int o = 0; o < outputs; o++) raw[row * outputs + o] = g.raw.at(slot, last)[o * L + lane];
    }
  });
}

}  // namespace longshort

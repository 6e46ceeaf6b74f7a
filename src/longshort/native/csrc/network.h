// Where a network's parameters lie in their flat vector, in the order in which training/executor_native.py puts them:
// each layer's input weight [unit][k][gate], recurrent weight [unit][k][gate], bias [unit][gate] and, for a GRU, its
// recurrent bias [unit][gate]; then the readout's weight [output][unit] and bias [output].
#pragma once

#include "api.h"
#include "layer.h"

namespace longshort {

struct LayerPlaces {
  size_t input, recurrent, bias, recurrent_bias, end;
};

template <class Cell>
constexpr bool kTwoBiases = !std::is_same_v<typename Cell::FromInput, typename Cell::FromHidden>;

template <class Cell>
LayerPlaces layer_places(size_t begin, size_t inputs, size_t hidden) {
  constexpr size_t x = Cell::FromInput::count, h = Cell::FromHidden::count;
  LayerPlaces places;
  places.input = begin;
  places.recurrent = places.input + hidden * inputs * x;
  places.bias = places.recurrent + hidden * hidden * h;
  places.recurrent_bias = places.bias + hidden * x;
  places.end = places.recurrent_bias + (kTwoBiases<Cell> ? hidden * h : 0);
  return places;
}

template <class Cell>
LayerPlaces layer_places(const Network& n, int layer) {
  const size_t hidden = size_t(n.hidden), first = size_t(n.inputs);
  LayerPlaces places = layer_places<Cell>(0, first, hidden);
  for (int k = 1; k <= layer; k++) places = layer_places<Cell>(places.end, hidden, hidden);
  return places;
}

// Sums the biases per unit and sum.
template <class Cell, class T>
void sum_biases(const T* bias, const T* recurrent_bias, int hidden, T* sums) {
  constexpr int S = Cell::sums, X = Cell::FromInput::count, H = Cell::FromHidden::count;
  for (int u = 0; u < hidden; u++) {
    for (int s = 0; s < S; s++) sums[u * S + s] = T(0);
    for (int g = 0; g < X; g++) sums[u * S + Cell::FromInput::at[g]] += bias[u * X + g];
    if (kTwoBiases<Cell>) {
      for (int g = 0; g < H; g++) sums[u * S + Cell::FromHidden::at[g]] += recurrent_bias[u * H + g];
    }
  }
}

// Adds the sums' gradients to the biases'.
template <class Cell, class T>
void add_bias_gradients(const T* sums, int hidden, T* bias, T* recurrent_bias) {
  constexpr int S = Cell::sums, X = Cell::FromInput::count, H = Cell::FromHidden::count;
  for (int u = 0; u < hidden; u++) {
    for (int g = 0; g < X; g++) bias[u * X + g] += sums[u * S + Cell::FromInput::at[g]];
    if (kTwoBiases<Cell>) {
      for (int g = 0; g < H; g++) recurrent_bias[u * H + g] += sums[u * S + Cell::FromHidden::at[g]];
    }
  }
}

struct ReadoutPlaces {
  size_t weight, bias, end;
};

template <class Cell>
ReadoutPlaces readout_places(const Network& n) {
  const size_t outputs = size_t(n.horizon) * size_t(n.outputs), weight = layer_places<Cell>(n, n.layers - 1).end;
  return {weight, weight + outputs * size_t(n.hidden), weight + outputs * (size_t(n.hidden) + 1)};
}

}  // namespace longshort

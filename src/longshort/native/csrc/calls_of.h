// The calls with one cell, made from the templates.
#pragma once

#include "calls.h"
#include "infer.h"
#include "layer_call.h"
#include "train.h"

namespace longshort {

template <class Cell>
uint64_t memory_of(const Network& n, const Windows& w, int threads, bool training, int32_t precision) {
  return with_products<Cell>(precision, [&](auto type) {
    using Products = typename decltype(type)::type;
    Arena arena;
    if (training) {
      Shared<Cell, Products> shared(arena, n, w, threads);
    } else {
      std::vector<Group> groups = take_groups<Cell>(arena, n, w, threads, false);
      Products products(arena, n, groups, false);
    }
    return uint64_t(arena.bytes());
  });
}

template <class Cell>
int32_t train_of(const Network& n, const Windows& w, const Optimizer& o, const Work& work, Steps& s) {
  return with_products<Cell>(work.precision, [&](auto type) {
    return train<Cell, typename decltype(type)::type>(n, w, o, work, s);
  });
}

template <class Cell>
int32_t evaluate_of(const Network& n, const Windows& w, const float* p, const Work& work, int8_t split, double* loss,
                    double* count) {
  return with_products<Cell>(work.precision, [&](auto type) {
    return evaluate<Cell, typename decltype(type)::type>(n, w, p, work, split, loss, count);
  });
}

template <class Cell>
int32_t predict_of(const Network& n, const Windows& w, const float* p, const Work& work, float* raw) {
  return with_products<Cell>(work.precision, [&](auto type) {
    return predict<Cell, typename decltype(type)::type>(n, w, p, work, raw);
  });
}

// Calls function(T{}) with the call's precision.
template <class Function>
auto with_precision(const LayerCall& call, Function function) {
  return call.is_double ? function(double{}) : function(float{});
}

template <class Cell>
constexpr Calls calls_of() {
  return {
      memory_of<Cell>,
      train_of<Cell>,
      evaluate_of<Cell>,
      predict_of<Cell>,
      [](const LayerCall& c) { return with_precision(c, [&](auto t) { return layer_memory<Cell, decltype(t)>(c); }); },
      [](const LayerCall& c) { with_precision(c, [&](auto t) { layer_forward<Cell, decltype(t)>(c); }); },
      [](const LayerCall& c) { with_precision(c, [&](auto t) { layer_gradient<Cell, decltype(t)>(c); }); },
  };
}

}  // namespace longshort

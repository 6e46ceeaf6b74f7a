// The cells: equations and nothing else. A cell names how many sums a unit has, which of them the input and the hidden
// state feed, how many numbers it remembers, and what one step does, forward and backward, on lanes.
//
// forward   turns the sums into gates (kept for the backward pass) and gives the new hidden state; `memory` holds the
//           state before on entry, and on return what the next step and the backward pass need.
// backward  turns the gates into the sums' gradients. `d_hidden` is the hidden state's gradient; `d_memory` the memory's,
//           on return that of the memory before. Gives what reaches the hidden state before past the recurrent product.
#pragma once

#include "activations.h"
#include "products.h"

namespace longshort {

// Hochreiter & Schmidhuber 1997; Gers et al. 2000. Sums: input, forget, cell, output. Memory: c and tanh(c).
struct Lstm {
  static constexpr int sums = 4, memory = 2;
  using FromInput = Picks<0, 1, 2, 3>;
  using FromHidden = Picks<0, 1, 2, 3>;

  template <class T>
  static INLINE Lanes<T> forward(Lanes<T>* s, Lanes<T>, Lanes<T>* memory) {
    s[0] = sigmoid(s[0]);
    s[1] = sigmoid(s[1]);
    s[2] = hyperbolic_tangent(s[2]);
    s[3] = sigmoid(s[3]);
    memory[0] = s[1] * memory[0] + s[0] * s[2];
    memory[1] = hyperbolic_tangent(memory[0]);
    return s[3] * memory[1];
  }

  template <class T>
  static INLINE Lanes<T> backward(Lanes<T>* s, Lanes<T>, Lanes<T>, const Lanes<T>* memory, Lanes<T> memory_before,
                                  Lanes<T> d_hidden, Lanes<T>& d_memory) {
    const Lanes<T> i = s[0], f = s[1], g = s[2], o = s[3], through = d_hidden * o;
    const Lanes<T> d = d_memory + through * (T(1) - memory[1] * memory[1]);
    s[0] = d * i * g * (T(1) - i);
    s[1] = d * f * memory_before * (T(1) - f);
    s[2] = d * i * (T(1) - g * g);
    s[3] = through * memory[1] * (T(1) - o);
    d_memory = d * f;
    return zeros<T>();
  }
};

// Cho et al. 2014, reset after the product. Sums: reset, update, new from the input, new from the hidden state.
struct Gru {
  static constexpr int sums = 4, memory = 0;
  using FromInput = Picks<0, 1, 2>;
  using FromHidden = Picks<0, 1, 3>;

  template <class T>
  static INLINE Lanes<T> forward(Lanes<T>* s, Lanes<T> before, Lanes<T>*) {
    s[0] = sigmoid(s[0]);
    s[1] = sigmoid(s[1]);
    s[2] = hyperbolic_tangent(s[2] + s[0] * s[3]);
    return s[2] + s[1] * (before - s[2]);
  }

  template <class T>
  static INLINE Lanes<T> backward(Lanes<T>* s, Lanes<T>, Lanes<T> before, const Lanes<T>*, Lanes<T>, Lanes<T> d_hidden,
                                  Lanes<T>&) {
    const Lanes<T> r = s[0], z = s[1], n = s[2], d = d_hidden * (T(1) - z) * (T(1) - n * n);
    s[0] = d * s[3] * r * (T(1) - r);
    s[1] = d_hidden * (before - n) * z * (T(1) - z);
    s[2] = d;
    s[3] = d * r;
    return d_hidden * z;
  }
};

// Elman 1990.
template <bool Relu>
struct Rnn {
  static constexpr int sums = 1, memory = 0;
  using FromInput = One;
  using FromHidden = One;

  template <class T>
  static INLINE Lanes<T> forward(Lanes<T>* s, Lanes<T>, Lanes<T>*) {
    if constexpr (Relu) return s[0] < zeros<T>() ? zeros<T>() : s[0];  // NaN stays NaN
    return hyperbolic_tangent(s[0]);
  }

  template <class T>
  static INLINE Lanes<T> backward(Lanes<T>* s, Lanes<T> hidden, Lanes<T>, const Lanes<T>*, Lanes<T>, Lanes<T> d_hidden,
                                  Lanes<T>&) {
    if constexpr (Relu) {
      s[0] = hidden > zeros<T>() ? d_hidden : zeros<T>();
    } else {
      s[0] = d_hidden * (T(1) - hidden * hidden);
    }
    return zeros<T>();
  }
};

enum CellName : int32_t { kLstm = 0, kGru = 1, kRnnTanh = 2, kRnnRelu = 3 };

// Calls function(cell) with the named cell; the names were checked at the door.
template <class Function>
auto with_cell(int32_t name, Function function) {
  switch (name) {
    case kGru: return function(Gru{});
    case kRnnTanh: return function(Rnn<false>{});
    case kRnnRelu: return function(Rnn<true>{});
    default: return function(Lstm{});
  }
}

}  // namespace longshort

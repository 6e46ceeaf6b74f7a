// The door to whole networks: sizes are checked, then the cell's own code is called.
#include <exception>

#include "calls.h"
#include "checks.h"

using namespace longshort;

LONGSHORT_API uint64_t longshort_memory(const Network* n, const Windows* w, int32_t threads, int32_t training,
                                        int32_t precision);
LONGSHORT_API uint64_t longshort_layer_memory(const LayerCall* c);

namespace {

const Calls& calls(int32_t cell) {
  const Calls* all[] = {&kLstmCalls, &kGruCalls, &kRnnTanhCalls, &kRnnReluCalls};
  return *all[cell];
}

// Runs a call that may find no memory for its few small lists.
template <class Result, class Call>
Result guarded(Result failed, Call call) {
  try {
    return call();
  } catch (const std::exception&) {
    return failed;
  }
}

bool accepts(const Network& n, const Windows& w, const Work& work, bool training) {
  const uint64_t need = longshort_memory(&n, &w, work.threads, training, work.precision);
  return need && work.memory && work.bytes >= need && valid(work, w);
}

bool accepts(const LayerCall& c) {
  const uint64_t need = longshort_layer_memory(&c);
  return need && c.memory && c.bytes >= need && c.x && c.weights;
}

}  // namespace

// Bytes that `longshort_train` (training = 1), or `longshort_evaluate` and `longshort_predict` (0), need; 0 for a network,
// windows or a precision that no call would take.
LONGSHORT_API uint64_t longshort_memory(const Network* n, const Windows* w, int32_t threads, int32_t training,
                                        int32_t precision) {
  if (!valid(*n) || !valid(*w) || !fit(*n, *w) || !valid_threads(threads) || !valid_precision(precision)) return 0;
  return guarded(uint64_t(0), [&] { return calls(n->cell).memory(*n, *w, threads, training != 0, precision); });
}

LONGSHORT_API int32_t longshort_train(const Network* n, const Windows* w, const Optimizer* o, const Work* work, Steps* s) {
  if (!accepts(*n, *w, *work, true) || !asks(*w) || !valid(*s, *o, *work)) return kRefused;
  return guarded(int32_t(kRefused), [&] { return calls(n->cell).train(*n, *w, *o, *work, *s); });
}

LONGSHORT_API int32_t longshort_evaluate(const Network* n, const Windows* w, const float* parameters, const Work* work,
                                         int8_t split, double* loss, double* count) {
  if (!accepts(*n, *w, *work, false) || !asks(*w) || !parameters) return kRefused;
  return guarded(int32_t(kRefused), [&] { return calls(n->cell).evaluate(*n, *w, parameters, *work, split, loss, count); });
}

LONGSHORT_API int32_t longshort_predict(const Network* n, const Windows* w, const float* parameters, const Work* work,
                                        float* raw) {
  if (!accepts(*n, *w, *work, false) || !parameters || !raw) return kRefused;
  return guarded(int32_t(kRefused), [&] { return calls(n->cell).predict(*n, *w, parameters, *work, raw); });
}

// Bytes that both layer calls need; 0 for sizes that no call would take.
LONGSHORT_API uint64_t longshort_layer_memory(const LayerCall* c) {
  return valid(*c) ? guarded(uint64_t(0), [&] { return calls(c->cell).layer_memory(*c); }) : 0;
}

LONGSHORT_API int32_t longshort_layer_forward(const LayerCall* c) {
  if (!accepts(*c) || !c->outputs || !whole(*c, c->final)) return kRefused;
  return guarded(int32_t(kRefused), [&] { return calls(c->cell).layer_forward(*c), int32_t(kDone); });
}

LONGSHORT_API int32_t longshort_layer_gradient(const LayerCall* c) {
  if (!accepts(*c) || !c->d_outputs || !c->d_x || !c->d_weights || !whole(*c, c->d_initial)) return kRefused;
  return guarded(int32_t(kRefused), [&] { return calls(c->cell).layer_gradient(*c), int32_t(kDone); });
}

// The door to whole networks: sizes are checked, then the cell's own code is called.
#include <exception>

#include "calls.h"
#include "checks.h"

using namespace longshort;

namespace {

const Calls& calls(int32_t cell) {
  const Calls* all[] = {&kLstmCalls, &kGruCalls, &kRnnTanhCalls, &kRnnReluCalls};
  return *all[cell];
}

// Runs a call that may find no memory for its few small lists.
template <class Call>
int32_t guarded(Call call) {
  try {
    return call();
  } catch (const std::exception&) {
    return kRefused;
  }
}

bool roomy(const Network& n, const Windows& w, const Work& work, bool training) {
  return work.bytes >= calls(n.cell).memory(n, w, work.threads, training);
}

}  // namespace

// Bytes that `longshort_train` (training = 1), or `longshort_evaluate` and `longshort_predict` (0), need; 0 for a network
// or windows that no call would take.
LONGSHORT_API uint64_t longshort_memory(const Network* n, const Windows* w, int32_t threads, int32_t training) {
  if (!valid(*n) || !valid(*w) || threads < 1) return 0;
  return calls(n->cell).memory(*n, *w, threads, training != 0);
}

LONGSHORT_API int32_t longshort_train(const Network* n, const Windows* w, const Optimizer* o, const Work* work, Steps* s) {
  if (!valid(*n) || !valid(*w) || !asks(*w) || !valid(*work, *w) || !valid(*s, *work)) return kRefused;
  return guarded([&] { return roomy(*n, *w, *work, true) ? calls(n->cell).train(*n, *w, *o, *work, *s) : kRefused; });
}

LONGSHORT_API int32_t longshort_evaluate(const Network* n, const Windows* w, const float* parameters, const Work* work,
                                         int8_t split, double* loss, double* count) {
  if (!valid(*n) || !valid(*w) || !asks(*w) || !valid(*work, *w)) return kRefused;
  return guarded([&] {
    if (!roomy(*n, *w, *work, false)) return int32_t(kRefused);
    return calls(n->cell).evaluate(*n, *w, parameters, *work, split, loss, count);
  });
}

LONGSHORT_API int32_t longshort_predict(const Network* n, const Windows* w, const float* parameters, const Work* work,
                                        float* raw) {
  if (!valid(*n) || !valid(*w) || !valid(*work, *w)) return kRefused;
  return guarded([&] {
    if (!roomy(*n, *w, *work, false)) return int32_t(kRefused);
    return calls(n->cell).predict(*n, *w, parameters, *work, raw);
  });
}

// Bytes that both layer calls need; 0 for sizes that no call would take.
LONGSHORT_API uint64_t longshort_layer_memory(const LayerCall* call) {
  return valid(*call) ? calls(call->cell).layer_memory(*call) : 0;
}

LONGSHORT_API int32_t longshort_layer_forward(const LayerCall* call) {
  if (!valid(*call) || call->bytes < longshort_layer_memory(call)) return kRefused;
  return guarded([&] { return calls(call->cell).layer_forward(*call), int32_t(kDone); });
}

LONGSHORT_API int32_t longshort_layer_gradient(const LayerCall* call) {
  if (!valid(*call) || call->bytes < longshort_layer_memory(call)) return kRefused;
  return guarded([&] { return calls(call->cell).layer_gradient(*call), int32_t(kDone); });
}

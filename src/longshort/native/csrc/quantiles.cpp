// Quantiles of many stretches of one array, most of which overlap the one before: a sorted window is kept and moved along.
// The same bits as the definition in numpy (smoothing/quantiles.py); compiled without contraction (build_kernels.py).
#include <algorithm>
#include <cmath>

#include "arena.h"
#include "checks.h"
#include "threads.h"

using namespace longshort;

namespace longshort {

// Stretches `values[low[i] : high[i]]`, and `count` levels between 0 and 1. Gives `[stretch][level]`, NaN for an empty one.
struct WindowQuantiles {
  const double* values;  // no NaN among them
  const int64_t *low, *high;
  const double* levels;
  double* out;
  int64_t rows, stretches, count;
  int32_t threads;
  void* memory;
  uint64_t bytes;
};

}  // namespace longshort

namespace {

constexpr int64_t kSortInstead = 4;  // where more than a quarter of a stretch changes, it is sorted anew

bool valid(const WindowQuantiles& q) {
  if (q.rows < 0 || q.rows > kMost || !small(q.stretches) || !small(q.count) || !valid_threads(q.threads)) return false;
  if (!q.values || !q.low || !q.high || !q.levels || !q.out) return false;
  for (int64_t k = 0; k < q.count; k++)
    if (!(q.levels[k] >= 0.0 && q.levels[k] <= 1.0)) return false;
  for (int64_t i = 0; i < q.stretches; i++)
    if (q.low[i] < 0 || q.low[i] > q.rows || q.high[i] < 0 || q.high[i] > q.rows) return false;
  return true;
}

// Bytes for one thread's window.
uint64_t each(const WindowQuantiles& q) {
  int64_t longest = 1;
  for (int64_t i = 0; i < q.stretches; i++) longest = std::max(longest, q.high[i] - q.low[i]);
  Arena arena;
  arena.take<double>(size_t(longest));
  return (arena.bytes() + 63) / 64 * 64;
}

// The values of one stretch, sorted.
class Window {
 public:
  Window(double* place, const double* values) : sorted_(place), values_(values) {}

  void move_to(int64_t low, int64_t high) {
    const int64_t moves = std::abs(low - low_) + std::abs(high - high_);
    if (moves * kSortInstead > high - low) {  // so it is where they do not overlap
      low_ = low, high_ = high;
      std::copy(values_ + low, values_ + high, sorted_);
      std::sort(sorted_, sorted_ + (high - low));
      return;
    }
    for (; low_ < low && high_ < high; low_++, high_++) replace(values_[low_], values_[high_]);  // the usual way
    for (; low_ > low && high_ > high; low_--, high_--) replace(values_[high_ - 1], values_[low_ - 1]);
    for (; low_ < low; low_++) remove(values_[low_]);
    for (; high_ > high; high_--) remove(values_[high_ - 1]);
    for (; low_ > low; low_--) insert(values_[low_ - 1]);
    for (; high_ < high; high_++) insert(values_[high_]);
  }

  // Linear between order statistics (Hyndman & Fan 1996, type 7).
  double quantile(double level) const {
    const double place = double(high_ - low_ - 1) * level, below = std::floor(place), fraction = place - below;
    const int64_t at = int64_t(below);
    const double left = sorted_[at], right = sorted_[std::min(at + 1, high_ - low_ - 1)];
    return fraction == 0.0 || left == right ? left : left + (right - left) * fraction;
  }

 private:
  // How many values are smaller; without branches, which nobody could predict.
  int64_t place(double value) const {
    const double* begin = sorted_;
    int64_t count = high_ - low_;
    while (count > 0) {
      const int64_t half = (count + 1) / 2;
      begin += begin[half - 1] < value ? half : 0;
      count -= half;
    }
    return begin - sorted_;
  }

  void replace(double old, double value) {
    const int64_t from = place(old), to = place(value);
    if (to > from) {
      std::copy(sorted_ + from + 1, sorted_ + to, sorted_ + from);
      sorted_[to - 1] = value;
    } else {
      std::copy_backward(sorted_ + to, sorted_ + from, sorted_ + from + 1);
      sorted_[to] = value;
    }
  }

  void remove(double old) {
    double* const from = sorted_ + place(old);
    std::copy(from + 1, sorted_ + (high_ - low_), from);
  }

  void insert(double value) {
    double *const to = sorted_ + place(value), *const end = sorted_ + (high_ - low_);
    std::copy_backward(to, end, end + 1);
    *to = value;
  }

  double* const sorted_;
  const double* const values_;
  int64_t low_ = 0, high_ = 0;
};

}  // namespace

// Bytes that the call needs to work in; 0 for what it would not take.
LONGSHORT_API uint64_t longshort_quantiles_memory(const WindowQuantiles* q) {
  return valid(*q) ? each(*q) * uint64_t(q->threads) : 0;
}

LONGSHORT_API int32_t longshort_quantiles(const WindowQuantiles* q) {
  const uint64_t need = longshort_quantiles_memory(q);
  if (!need || !q->memory || q->bytes < need) return kRefused;
  if (std::any_of(q->values, q->values + q->rows, [](double value) { return std::isnan(value); })) return kRefused;
  on_threads<KeepSubnormals>(q->threads, [&](int number, int threads, Barrier&) {
    Arena arena(static_cast<char*>(q->memory) + each(*q) * uint64_t(number));
    Window window(arena.take<double>(1), q->values);
    for (int64_t i = q->stretches * number / threads; i < q->stretches * (number + 1) / threads; i++) {
      const bool some = q->low[i] < q->high[i];
      if (some) window.move_to(q->low[i], q->high[i]);
      for (int64_t k = 0; k < q->count; k++) q->out[i * q->count + k] = some ? window.quantile(q->levels[k]) : NAN;
    }
  });
  return kDone;
}

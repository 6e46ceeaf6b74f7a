// What this processor can do at most, measured: the floor that `longshort bench` sets beside a time.

#include <chrono>

#include "activations.h"
#include "api.h"
#include "threads.h"
#include "tiles.h"

namespace longshort {
namespace {

// Independent chains hide an instruction's latency; with constants and what the compiler needs they fit into registers.
constexpr int kChains = kRegisters - 6;
constexpr int kRounds = 1 << 12;
enum What : int32_t { kProducts = 0, kTranscendentals = 1, kTileProducts = 2 };

// Keeps the compiler from knowing a value.
float hidden(float x) {
  volatile float unknown = x;
  return unknown;
}

// Multiplies and adds, as a product of matrices does: counts floating-point operations.
double products(Lanes<float> (&chain)[kChains]) {
  const Lanes<float> a = splat(hidden(0.999f)), b = splat(hidden(0.001f));
  for (int round = 0; round < kRounds; round++) {
    UNROLL for (int k = 0; k < kChains; k++) chain[k] = chain[k] * a + b;
  }
  return 2.0 * kRounds * kChains * kLanes<float>;
}

// Takes sigmoids of sigmoids: counts transcendental functions.
double transcendentals(Lanes<float> (&chain)[kChains]) {
  for (int round = 0; round < kRounds; round++) {
    UNROLL for (int k = 0; k < kChains; k++) chain[k] = sigmoid(chain[k]);
  }
  return 1.0 * kRounds * kChains * kLanes<float>;
}

// Multiplies tiles, as mixed precision does: counts floating-point operations. Never called where there are no tiles.
template <bool HasTiles>
double tile_products() {
  if constexpr (HasTiles) {
    for (int round = 0; round < kRounds / 16; round++) {
      tile_multiply<0, kWeightTile, kColumnTile>();
      tile_multiply<1, kWeightTile, kColumnTile + 1>();
      tile_multiply<2, kWeightTile + 1, kColumnTile>();
      tile_multiply<3, kWeightTile + 1, kColumnTile + 1>();
    }
  }
  return 2.0 * kSumTiles * (kRounds / 16) * kTileRows * kTileDepth * kLanes<float>;
}

// Operations a second of one thread that works for at least so long.
double pace(int32_t what, double seconds) {
  Lanes<float> chain[kChains];
  for (int k = 0; k < kChains; k++) chain[k] = splat(hidden(0.01f * float(k)));
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  double done = 0.0, elapsed = 0.0;
  while (elapsed < seconds) {
    if (what == kTileProducts) {
      done += tile_products<kHasTiles>();
    } else {
      done += what == kProducts ? products(chain) : transcendentals(chain);
    }
    elapsed = std::chrono::duration<double>(Clock::now() - begin).count();
  }
  Lanes<float> rest = chain[0];
  for (int k = 1; k < kChains; k++) rest += chain[k];
  hidden(sum<float>(rest));
  return done / elapsed;
}

}  // namespace
}  // namespace longshort

// Operations a second of so many threads together, working for so many seconds: 0 counts floating-point operations of
// float32 products, 1 sigmoids, 2 floating-point operations of bfloat16 products on tiles. -1 for anything else, and for
// tiles where the library has none.
LONGSHORT_API double longshort_peak(int32_t what, int32_t threads, double seconds) {
  using namespace longshort;
  if (what < kProducts || what > (kHasTiles ? kTileProducts : kTranscendentals)) return -1.0;
  std::atomic<double> total{0.0};
  on_threads(threads, [&](int, int, Barrier& barrier) {
    [[maybe_unused]] const TileRegisters held;
    barrier.wait();
    const double mine = pace(what, seconds);
    double before = total.load();
    while (!total.compare_exchange_weak(before, before + mine)) {
    }
  });
  return total.load();
}

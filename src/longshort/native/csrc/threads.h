// Threads are born for one call and die with it: nothing is left to survive a fork or to fight other pools for the cores.
#pragma once

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <vector>

#include "lanes.h"

namespace longshort {

// Lets `count` threads wait for each other.
class Barrier {
 public:
  explicit Barrier(int count) : count_(count) {}

  void wait() {
    if (count_ == 1) return;
    const unsigned round = round_.load(std::memory_order_acquire);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == count_) {
      arrived_.store(0, std::memory_order_relaxed);
      round_.store(round + 1, std::memory_order_release);
      return;
    }
    for (int spins = 0; round_.load(std::memory_order_acquire) == round; spins++) {
      if (spins < 4000) {
        pause();
      } else {
        std::this_thread::yield();
      }
    }
  }

 private:
  const int count_;
  std::atomic<int> arrived_{0};
  std::atomic<unsigned> round_{0};
};

// In place of FlushSubnormals, for work whose bits must be those of ordinary arithmetic.
struct KeepSubnormals {};

// Runs work(number, how many, barrier) on up to `wanted` threads, the caller's among them; fewer where the system gives
// no more. The work must not throw.
template <class Numbers = FlushSubnormals, class Work>
void on_threads(int wanted, Work work) {
  std::vector<std::thread> helpers;
  helpers.reserve(size_t(std::max(wanted - 1, 0)));
  std::atomic<int> count{0};  // 0: wait until it is known how many there are
  Barrier* barrier = nullptr;
  const auto run = [&](int number) {
    while (!count.load(std::memory_order_acquire)) std::this_thread::yield();
    [[maybe_unused]] const Numbers numbers;
    work(number, count.load(std::memory_order_relaxed), *barrier);
  };
  try {
    for (int k = 1; k < wanted; k++) helpers.emplace_back(run, k);
  } catch (const std::exception&) {
    // no thread or no memory for one more: fewer threads, the same numbers
  }
  Barrier shared(int(helpers.size()) + 1);
  barrier = &shared;
  count.store(int(helpers.size()) + 1, std::memory_order_release);
  run(0);
  for (std::thread& helper : helpers) helper.join();
}

}  // namespace longshort

// An arena hands out aligned pieces of one block of memory that the caller owns. Without a block it only counts, so that
// the same lines say how much is needed and lay it out.
#pragma once

#include <cstddef>
#include <cstdint>

namespace longshort {

class Arena {
 public:
  explicit Arena(void* block = nullptr) : start_(reinterpret_cast<uintptr_t>(block)), counting_(!block) {
    if (block) used_ = (kAlign - start_ % kAlign) % kAlign;
  }

  template <class T>
  T* take(size_t count) {
    T* piece = counting_ ? nullptr : reinterpret_cast<T*>(start_ + used_);
    used_ += (count * sizeof(T) + kAlign - 1) / kAlign * kAlign;
    return piece;
  }

  // Bytes that a block must have, wherever it begins.
  size_t bytes() const { return used_ + kAlign; }

 private:
  static constexpr size_t kAlign = 64;
  uintptr_t start_;
  size_t used_ = 0;
  bool counting_;
};

}  // namespace longshort

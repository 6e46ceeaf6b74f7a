// What this processor can do. Uses no vector instruction, so that any library may be asked on any machine.

#include <cstdint>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#if defined(__x86_64__) && defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

#if defined(_WIN32)
#define EXPORTED extern "C" __declspec(dllexport)
#else
#define EXPORTED extern "C" __attribute__((visibility("default")))
#endif

namespace {

enum Level : int32_t { kPortable = 0, kAvx2 = 1, kAvx512 = 2, kAmx = 3 };

#if defined(__x86_64__)

struct Registers {
  unsigned a = 0, b = 0, c = 0, d = 0;
};

// All zeros where the processor has no such leaf.
Registers Cpuid(unsigned leaf, unsigned subleaf) {
  Registers found;
  __get_cpuid_count(leaf, subleaf, &found.a, &found.b, &found.c, &found.d);
  return found;
}

bool Has(unsigned word, int bit) { return (word >> bit) & 1u; }

// The register states that the operating system saves (XCR0); xgetbv exists only where OSXSAVE is set.
uint64_t SavedStates(const Registers& basic) {
  if (!Has(basic.c, 27)) return 0;
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (static_cast<uint64_t>(high) << 32) | low;
}

// Linux grants the tiles' large state to a process only when it asks, once; threads and children inherit it.
bool TilesAreGranted() {
#if defined(__linux__)
  constexpr long kRequestPermission = 0x1023;  // ARCH_REQ_XCOMP_PERM
  constexpr long kTileData = 18;
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
#else
  return false;
#endif
}

Level Find() {
  const Registers basic = Cpuid(1, 0), extended = Cpuid(7, 0), more = Cpuid(7, 1);
  const uint64_t saved = SavedStates(basic);
  const bool fma = Has(basic.c, 12), avx2 = Has(extended.b, 5);
  constexpr uint64_t kYmm = 0x6, kZmm = 0xe6, kTiles = 0x60000;
  if (!fma || !avx2 || (saved & kYmm) != kYmm) return kPortable;
  const bool f = Has(extended.b, 16), dq = Has(extended.b, 17), bw = Has(extended.b, 30), vl = Has(extended.b, 31);
  if (!f || !dq || !bw || !vl || (saved & kZmm) != kZmm) return kAvx2;
  const bool tile_bf16 = Has(extended.d, 22), tile = Has(extended.d, 24), vector_bf16 = Has(more.a, 5);
  if (!tile_bf16 || !tile || !vector_bf16 || (saved & kTiles) != kTiles || !TilesAreGranted()) return kAvx512;
  return kAmx;
}

#else

Level Find() { return kPortable; }

#endif

}  // namespace

// 0 portable, 1 avx2 (with fma), 2 avx512 (f, vl, bw, dq), 3 amx (tiles and bfloat16, granted by the system).
EXPORTED int32_t longshort_processor(void) { return Find(); }

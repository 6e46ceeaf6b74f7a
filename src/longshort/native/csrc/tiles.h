// What mixed precision asks of the processor: rounding to bfloat16, and tile registers (AMX) that multiply it. Beside
// lanes.h the only file that knows instructions.
//
// A tile has 16 rows of at most 16 words of 32 bits. `tile_multiply` takes a tile of weights, 16 rows of 32 bfloat16
// numbers k; a tile of columns, whose row p holds for each lane the pair of numbers k = 2p and 2p + 1; and adds
// the products, summed over k in float32, to a tile of sums, 16 rows of float lanes:
//
//   sums[row][lane] += sum over p of weights[row][2p] * columns[p][lane][0] + weights[row][2p + 1] * columns[p][lane][1]
//
// A tile of columns or sums is as many words wide as a register has lanes: 16 wherever there are tiles. The same in
// plain code stands below. No library that is shipped contains it, since nobody would want its pace; the tests compile it
// (LONGSHORT_TILES_IN_PLAIN_CODE), and so prove on any processor all that is built on tiles.
#pragma once

#include "lanes.h"

#if defined(__AMX_BF16__) && defined(__AMX_TILE__) && defined(__AVX512BF16__) && !defined(LONGSHORT_TILES_IN_PLAIN_CODE)
#define LONGSHORT_TILE_INSTRUCTIONS 1
#else
#define LONGSHORT_TILE_INSTRUCTIONS 0
#endif

namespace longshort {

#if LONGSHORT_TILE_INSTRUCTIONS || defined(LONGSHORT_TILES_IN_PLAIN_CODE)
constexpr bool kHasTiles = true;
#else
constexpr bool kHasTiles = false;  // and nothing below is ever called
#endif

constexpr int kTileRows = 16, kTileDepth = 32;         // rows of every tile; bfloat16 numbers in a row of weights
constexpr size_t kTileStride = kTileDepth * 2;         // bytes from one row of weights to the next
constexpr size_t kLaneStride = kLanes<float> * 4;      // bytes from one row of columns to the next
constexpr int kSumTiles = 4, kWeightTile = 4, kColumnTile = 6;  // registers: four of sums, two and two to multiply

typedef uint16_t LaneHalves __attribute__((vector_size(kVectorBytes / 2)));

// The upper half of a float, rounded to the nearest, ties to even; a NaN stays one.
inline uint16_t bfloat16(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  const uint32_t rounded = bits + 0x7FFF + ((bits >> 16) & 1);
  return uint16_t((x == x ? rounded : bits | 0x400000) >> 16);
}

// The same in each lane, in the upper half of its word.
INLINE LaneBits<float> upper_halves(Lanes<float> x) {
  const LaneBits<float> bits = (LaneBits<float>)x, rounded = bits + 0x7FFF + ((bits >> 16) & 1);
  return x == x ? rounded : bits | 0x400000;
}

// A pair in each lane's word: of `a` in the lower half, of `b` in the upper.
INLINE LaneBits<float> interleaved(Lanes<float> a, Lanes<float> b) {
#if LONGSHORT_TILE_INSTRUCTIONS
  const __m512i order = _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8,  //
                                         23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
  return (LaneBits<float>)_mm512_permutexvar_epi16(order, (__m512i)_mm512_cvtne2ps_pbh((__m512)b, (__m512)a));
#else
  return ((upper_halves(a) >> 16) & 0xFFFF) | (upper_halves(b) & int32_t(0xFFFF0000));
#endif
}

// All of `a`, then all of `b`.
INLINE LaneBits<float> side_by_side(Lanes<float> a, Lanes<float> b) {
#if LONGSHORT_TILE_INSTRUCTIONS
  return (LaneBits<float>)_mm512_cvtne2ps_pbh((__m512)b, (__m512)a);
#else
  const LaneHalves halves[2] = {__builtin_convertvector((upper_halves(a) >> 16) & 0xFFFF, LaneHalves),
                                __builtin_convertvector((upper_halves(b) >> 16) & 0xFFFF, LaneHalves)};
  LaneBits<float> words;
  std::memcpy(&words, halves, sizeof words);
  return words;
#endif
}

#if LONGSHORT_TILE_INSTRUCTIONS

// While one lives, the thread that made it can use tiles.
class TileRegisters {
 public:
  TileRegisters() {
    alignas(64) uint8_t wanted[64] = {1};  // the palette; bytes in a row from 16 on, two each; rows from 48 on
    for (int tile = 0; tile < 8; tile++) {
      wanted[16 + 2 * tile] = tile == kWeightTile || tile == kWeightTile + 1 ? uint8_t(kTileStride) : uint8_t(kLaneStride);
      wanted[48 + tile] = kTileRows;
    }
    __asm__ volatile("ldtilecfg %0" ::"m"(wanted));
  }
  ~TileRegisters() { __asm__ volatile("tilerelease"); }
  TileRegisters(const TileRegisters&) = delete;
  TileRegisters& operator=(const TileRegisters&) = delete;
};

// Register numbers must stand in the text of an instruction, which compilers' own names for them cannot take from a
// template; neither gcc nor clang keeps anything in tiles by itself.
template <int Tile>
INLINE void tile_zero() {
  __asm__ volatile("tilezero %%tmm%c0" ::"i"(Tile));
}
template <int Tile>
INLINE void tile_load(const void* rows, size_t stride) {
  __asm__ volatile("tileloadd (%1,%2,1), %%tmm%c0" ::"i"(Tile), "r"(rows), "r"(stride) : "memory");
}
template <int Tile>
INLINE void tile_store(float* rows, size_t stride) {
  __asm__ volatile("tilestored %%tmm%c0, (%1,%2,1)" ::"i"(Tile), "r"(rows), "r"(stride) : "memory");
}
template <int Sums, int Weights, int Columns>
INLINE void tile_multiply() {
  __asm__ volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" ::"i"(Sums), "i"(Weights), "i"(Columns));
}

#else

class TileRegisters {};

struct PlainTile {
  alignas(64) uint32_t words[kTileRows][16];
};

inline PlainTile& plain_tile(int number) {
  static thread_local PlainTile tiles[8];
  return tiles[number];
}

constexpr size_t plain_row(int tile) { return tile / 2 * 2 == kWeightTile ? kTileStride : kLaneStride; }

inline float float_of(uint32_t bits) {
  float x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

template <int Tile>
void tile_zero() {
  std::memset(plain_tile(Tile).words, 0, sizeof(PlainTile));
}
template <int Tile>
void tile_load(const void* rows, size_t stride) {
  tile_zero<Tile>();
  for (int row = 0; row < kTileRows; row++) {
    std::memcpy(plain_tile(Tile).words[row], static_cast<const char*>(rows) + size_t(row) * stride, plain_row(Tile));
  }
}
template <int Tile>
void tile_store(float* rows, size_t stride) {
  for (int row = 0; row < kTileRows; row++) {
    std::memcpy(reinterpret_cast<char*>(rows) + size_t(row) * stride, plain_tile(Tile).words[row], plain_row(Tile));
  }
}

// TDPBF16PS as Intel's manual writes it: even and odd k are summed apart, then added.
template <int Sums, int Weights, int Columns>
void tile_multiply() {
  const PlainTile &a = plain_tile(Weights), &b = plain_tile(Columns);
  PlainTile& c = plain_tile(Sums);
  for (int row = 0; row < kTileRows; row++) {
    float even[16] = {}, odd[16] = {};
    for (int pair = 0; pair < kTileRows; pair++) {
      const uint32_t w = a.words[row][pair];
      for (int lane = 0; lane < kLanes<float>; lane++) {
        const uint32_t x = b.words[pair][lane];
        even[lane] += float_of(w << 16) * float_of(x << 16);
        odd[lane] += float_of(w & 0xFFFF0000) * float_of(x & 0xFFFF0000);
      }
    }
    for (int lane = 0; lane < kLanes<float>; lane++) {
      const float sum = float_of(c.words[row][lane]) + (even[lane] + odd[lane]);
      std::memcpy(&c.words[row][lane], &sum, sizeof sum);
    }
  }
}

#endif

}  // namespace longshort

// What a library says of itself.
#include "api.h"

#include "tiles.h"

LONGSHORT_API int32_t longshort_abi() { return longshort::kAbi; }

// How many float32 lanes a register has.
LONGSHORT_API int32_t longshort_lanes() { return longshort::kLanes<float>; }

// Whether it makes products in mixed precision.
LONGSHORT_API int32_t longshort_mixed() { return longshort::kHasTiles; }

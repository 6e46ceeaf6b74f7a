// What a library says of itself.
#include "api.h"

#include "lanes.h"

LONGSHORT_API int32_t longshort_abi() { return longshort::kAbi; }

// How many float32 lanes a register has.
LONGSHORT_API int32_t longshort_lanes() { return longshort::kLanes<float>; }

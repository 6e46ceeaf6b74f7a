#include "calls_of.h"

const longshort::Calls longshort::kLstmCalls = calls_of<Lstm>();

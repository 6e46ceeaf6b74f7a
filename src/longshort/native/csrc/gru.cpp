#include "calls_of.h"

const longshort::Calls longshort::kGruCalls = calls_of<Gru>();

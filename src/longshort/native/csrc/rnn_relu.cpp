#include "calls_of.h"

const longshort::Calls longshort::kRnnReluCalls = calls_of<Rnn<true>>();

#include "calls_of.h"

const longshort::Calls longshort::kRnnTanhCalls = calls_of<Rnn<false>>();

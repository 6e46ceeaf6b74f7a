// The door to streams: sizes are checked, then the cell's own code is called.
#include "stream.h"

#include "checks.h"

using namespace longshort;

namespace {

bool valid(const Stream& s) {
  return s.cell >= 0 && s.cell <= 3 && small(s.inputs, s.hidden) && small(s.hidden, int64_t(s.hidden) * 4) &&
         s.layers >= 1 && s.layers < 256 && small(s.outputs, s.hidden) && small(s.members, 1 << 10);
}

bool roomy(const Stream& s) {
  if (!valid(s) || !s.memory) return false;
  return s.bytes >= with_cell(s.cell, [&](auto cell) { return stream_memory<decltype(cell)>(s); });
}

}  // namespace

// Bytes that a stream lives in; 0 for sizes that no stream has.
LONGSHORT_API uint64_t longshort_stream_memory(const Stream* s) {
  if (!valid(*s)) return 0;
  return with_cell(s->cell, [&](auto cell) { return stream_memory<decltype(cell)>(*s); });
}

// Puts every state back to zero, as before the first row.
LONGSHORT_API int32_t longshort_stream_rest(const Stream* s) {
  if (!roomy(*s)) return kRefused;
  with_cell(s->cell, [&](auto cell) { stream_rest<decltype(cell)>(*s); });
  return kDone;
}

// Packs one member's parameters (stream.h says in which order).
LONGSHORT_API int32_t longshort_stream_pack(const Stream* s, int32_t member, const float* const* parts) {
  if (!roomy(*s) || member < 0 || member >= s->members) return kRefused;
  with_cell(s->cell, [&](auto cell) { stream_pack<decltype(cell)>(*s, member, parts); });
  return kDone;
}

// Goes on by one row, [input]; gives what each member says then, [member][output].
LONGSHORT_API int32_t longshort_stream_step(const Stream* s, const float* row, float* out) {
  if (!roomy(*s)) return kRefused;
  with_cell(s->cell, [&](auto cell) { stream_steps<decltype(cell)>(*s, row, 1, out); });
  return kDone;
}

// Goes on by `times` rows, [time][input]; gives what each member says after the last.
LONGSHORT_API int32_t longshort_stream_window(const Stream* s, const float* rows, int64_t times, float* out) {
  if (!roomy(*s) || times < 1) return kRefused;
  with_cell(s->cell, [&](auto cell) { stream_steps<decltype(cell)>(*s, rows, times, out); });
  return kDone;
}

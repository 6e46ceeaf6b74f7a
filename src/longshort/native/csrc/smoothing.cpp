// Smoothers over a panel: sizes and indices are checked, then threads take series. See smoothing.h.
#include "smoothing.h"

#include <algorithm>
#include <cmath>

#include "checks.h"
#include "threads.h"

using namespace longshort;

namespace {

struct Scratch {
  Lanes<double>* seasons;  // of candidates side by side
  double *season, *reach;  // of one series; phi + ... + phi^k for each step k ahead
};

int64_t longest_season(const SmoothingRows& rows) {
  int64_t longest = 1;
  for (int64_t i = 0; i < rows.series; i++)
    longest = std::max(longest, rows.season_offsets[i + 1] - rows.season_offsets[i]);
  return longest;
}

Scratch take_scratch(Arena& arena, int64_t season, int64_t horizon) {
  Scratch scratch;
  scratch.seasons = arena.take<Lanes<double>>(size_t(season) * kChains);
  scratch.season = arena.take<double>(size_t(season));
  scratch.reach = arena.take<double>(size_t(horizon));
  return scratch;
}

// Rising offsets from 0 to `end`.
bool rising(const int64_t* offsets, int64_t count, int64_t end) {
  for (int64_t i = 0; i < count; i++)
    if (offsets[i] > offsets[i + 1]) return false;
  return offsets[0] == 0 && offsets[count] == end;
}

bool valid(const SmoothingRows& r) {
  if (!small(r.series) || r.rows < 0 || r.rows > kMost || !valid_threads(r.threads)) return false;
  if (!r.values || !r.sessions || !r.offsets || !r.before || !r.season_offsets || !r.season || !r.seasonal) return false;
  if (!rising(r.offsets, r.series, r.rows)) return false;
  if (!rising(r.season_offsets, r.series, r.season_offsets[r.series]) || r.season_offsets[r.series] > kMost) return false;
  for (int64_t i = 0; i < r.series; i++) {
    const bool has = r.season_offsets[i + 1] > r.season_offsets[i];
    if (r.seasonal[i] < kNoSeason || r.seasonal[i] > kMultiplicative || has != (r.seasonal[i] != kNoSeason)) return false;
  }
  return true;
}

bool valid(const SmoothingTrials& t) {
  return small(t.candidates) && t.alpha && t.beta && t.gamma && t.phi && t.level && t.trend && t.squares &&
         t.final_level && t.final_trend && t.count;
}

bool valid(const SmoothingForecasts& f, const SmoothingRows& r) {
  if (!small(f.horizon) || f.count < 0 || f.count > r.rows || !f.asked || !f.out) return false;
  if (!f.alpha || !f.beta || !f.gamma || !f.phi || !f.level || !f.trend) return false;
  for (int64_t k = 0; k < f.count; k++)
    if (f.asked[k] < 0 || f.asked[k] >= r.rows || (k && f.asked[k] <= f.asked[k - 1])) return false;
  return true;
}

uint64_t each(const SmoothingRows& rows, int64_t horizon) {
  Arena arena;
  take_scratch(arena, longest_season(rows), horizon);
  return (arena.bytes() + 63) / 64 * 64;
}

// Gives every series to some thread, each with working memory of its own.
template <class Work>
void over_series(const SmoothingRows& rows, int64_t horizon, Work work) {
  const uint64_t share = each(rows, horizon);
  const int64_t season = longest_season(rows);
  std::atomic<int64_t> next{0};
  on_threads<KeepSubnormals>(rows.threads, [&](int number, int, Barrier&) {
    Arena arena(static_cast<char*>(rows.memory) + share * uint64_t(number));
    const Scratch scratch = take_scratch(arena, season, horizon);
    for (int64_t i = next.fetch_add(1); i < rows.series; i = next.fetch_add(1)) work(i, scratch);
  });
}

// One series with as many candidates as go side by side.
template <int Kind>
void try_together(const SmoothingRows& rows, int64_t i, const SmoothingTrials& t, int64_t first, const Scratch& scratch) {
  using V = Lanes<double>;
  const int64_t length = rows.season_offsets[i + 1] - rows.season_offsets[i];
  const int64_t begin = i * t.candidates + first;
  const int64_t used = std::min<int64_t>(kTogether, t.candidates - first);
  double padded[kTogether] = {};
  const auto take = [&](V* to, const double* from) {
    std::copy(from + begin, from + begin + used, padded);
    for (int c = 0; c < kChains; c++) to[c] = load_unaligned(padded + c * kLanes<double>);
  };
  V alpha[kChains], beta[kChains], gamma[kChains], phi[kChains], level[kChains], trend[kChains], squares[kChains];
  take(alpha, t.alpha), take(beta, t.beta), take(gamma, t.gamma), take(phi, t.phi);
  take(level, t.level), take(trend, t.trend);
  for (V& sum : squares) sum = zeros<double>();
  if constexpr (Kind != kNoSeason) {
    for (int64_t k = 0; k < length; k++)
      for (int c = 0; c < kChains; c++) scratch.seasons[k * kChains + c] = splat(rows.season[rows.season_offsets[i] + k]);
  }
  int64_t last = rows.before[i] - 1, count = 0;
  for (int64_t row = rows.offsets[i]; row < rows.offsets[i + 1]; row++) {
    const double value = rows.values[row];
    const int64_t session = rows.sessions[row], gap = session - last;
    if (!std::isfinite(value) || gap < 1) continue;
    if (gap > 1)
      for (int c = 0; c < kChains; c++) pass(level[c], trend[c], phi[c], gap - 1);
    V* const season = Kind == kNoSeason ? nullptr : scratch.seasons + position_in(session, length) * kChains;
    const V now = splat(value);
    UNROLL for (int c = 0; c < kChains; c++) {
      V* const mine = Kind == kNoSeason ? nullptr : season + c;
      const V error = observe<Kind>(level[c], trend[c], mine, now, alpha[c], beta[c], gamma[c], phi[c]);
      squares[c] = squares[c] + error * error;
    }
    last = session;
    count++;
  }
  const auto give = [&](double* to, const V* from) {
    for (int c = 0; c < kChains; c++) store_unaligned(padded + c * kLanes<double>, from[c]);
    std::copy(padded, padded + used, to + begin);
  };
  give(t.squares, squares), give(t.final_level, level), give(t.final_trend, trend);
  t.count[i] = count;
}

template <int Kind>
void try_all(const SmoothingRows& rows, int64_t i, const SmoothingTrials& t, const Scratch& scratch) {
  for (int64_t first = 0; first < t.candidates; first += kTogether) try_together<Kind>(rows, i, t, first, scratch);
}

// The forecasts made at one row, from the state after the last observation, `sessions` before it.
template <int Kind>
void look_ahead(double level, double trend, double phi, int64_t sessions, const Scratch& scratch, int64_t session,
                int64_t length, int64_t horizon, double* out) {
  pass(level, trend, phi, sessions);
  int64_t position = Kind == kNoSeason ? 0 : position_in(session, length);
  for (int64_t k = 0; k < horizon; k++) {
    out[k] = level + scratch.reach[k] * trend;
    if constexpr (Kind != kNoSeason) {
      position = position + 1 == length ? 0 : position + 1;
      out[k] = Kind == kAdditive ? out[k] + scratch.season[position] : out[k] * scratch.season[position];
    }
    if (!std::isfinite(out[k])) out[k] = NAN;
  }
}

template <int Kind>
void forecast(const SmoothingRows& rows, int64_t i, const SmoothingForecasts& f, const Scratch& scratch) {
  const int64_t length = rows.season_offsets[i + 1] - rows.season_offsets[i];
  std::copy(rows.season + rows.season_offsets[i], rows.season + rows.season_offsets[i + 1], scratch.season);
  double level = f.level[i], trend = f.trend[i], power = f.phi[i], sum = f.phi[i];
  for (int64_t k = 0; k < f.horizon; k++) {
    scratch.reach[k] = sum;
    power = power * f.phi[i];
    sum = sum + power;
  }
  const int64_t* const end = std::lower_bound(f.asked, f.asked + f.count, rows.offsets[i + 1]);
  const int64_t* asked = std::lower_bound(f.asked, end, rows.offsets[i]);
  int64_t last = rows.before[i] - 1;
  for (int64_t row = rows.offsets[i]; row < rows.offsets[i + 1] && asked != end; row++) {
    const double value = rows.values[row];
    const int64_t session = rows.sessions[row], gap = session - last;
    if (std::isfinite(value) && gap >= 1) {
      if (gap > 1) pass(level, trend, f.phi[i], gap - 1);
      double* const season = Kind == kNoSeason ? nullptr : scratch.season + position_in(session, length);
      observe<Kind>(level, trend, season, value, f.alpha[i], f.beta[i], f.gamma[i], f.phi[i]);
      last = session;
    }
    if (*asked != row) continue;
    double* const out = f.out + (asked - f.asked) * f.horizon;
    if (session < rows.before[i]) {
      std::fill(out, out + f.horizon, NAN);  // there is no state yet
    } else {
      look_ahead<Kind>(level, trend, f.phi[i], session - last, scratch, session, length, f.horizon, out);
    }
    asked++;
  }
}

}  // namespace

// Bytes that a call needs to work in; 0 for what no call would take.
LONGSHORT_API uint64_t longshort_smoothing_memory(const SmoothingRows* r, int64_t horizon) {
  return valid(*r) && small(horizon) ? each(*r, horizon) * uint64_t(r->threads) : 0;
}

LONGSHORT_API int32_t longshort_smoothing_losses(const SmoothingRows* r, const SmoothingTrials* t) {
  const uint64_t need = longshort_smoothing_memory(r, 1);
  if (!need || !r->memory || r->bytes < need || !valid(*t)) return kRefused;
  over_series(*r, 1, [&](int64_t i, const Scratch& scratch) {
    if (r->seasonal[i] == kNoSeason) try_all<kNoSeason>(*r, i, *t, scratch);
    if (r->seasonal[i] == kAdditive) try_all<kAdditive>(*r, i, *t, scratch);
    if (r->seasonal[i] == kMultiplicative) try_all<kMultiplicative>(*r, i, *t, scratch);
  });
  return kDone;
}

LONGSHORT_API int32_t longshort_smoothing_forecasts(const SmoothingRows* r, const SmoothingForecasts* f) {
  const uint64_t need = longshort_smoothing_memory(r, f->horizon);
  if (!need || !r->memory || r->bytes < need || !valid(*f, *r)) return kRefused;
  over_series(*r, f->horizon, [&](int64_t i, const Scratch& scratch) {
    if (r->seasonal[i] == kNoSeason) forecast<kNoSeason>(*r, i, *f, scratch);
    if (r->seasonal[i] == kAdditive) forecast<kAdditive>(*r, i, *f, scratch);
    if (r->seasonal[i] == kMultiplicative) forecast<kMultiplicative>(*r, i, *f, scratch);
  });
  return kDone;
}

"use strict";
// The two charts that move: the forecast fan and the copy picture. Sessions are equally spaced; their dates are labels.
const DATA = JSON.parse(document.getElementById("data").textContent);
const WORDS = DATA.words;

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => name in values ? values[name] : whole);
const colour = name => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
const say = value => {
  if (value == null) return "–";
  const size = Math.abs(value), places = size >= 1e5 ? 0 : size >= 10 || size === 0 ? 2 : 4;
  if (size >= 1e15 || (size > 0 && size < 1e-3)) return value.toExponential(3);
  return value.toLocaleString("en-US", { minimumFractionDigits: places, maximumFractionDigits: places }).replace("-", "−");
};
const share = value => (100 * value).toFixed(1) + gap + "%";
const gap = WORDS.lang === "ko" ? "" : " ";

function sayDay(ds) {
  const parts = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}))?/.exec(String(ds));
  if (!parts) return ds == null ? "–" : String(ds);
  const pattern = { month: "date.month", quarter: "date.month", year: "date.year" }[WORDS.unit] || "date.day";
  const day = fill(WORDS[pattern], { y: parts[1], month: WORDS.months[parts[2] - 1], d: Number(parts[3]) });
  const clocked = ["hour", "minute"].includes(WORDS.unit);
  return parts[4] && (clocked || parts[4] !== "00:00") ? day + " " + parts[4] : day;
}

function tickLabel(ds, size) {
  const text = String(ds), month = WORDS.months[Number(text.slice(5, 7)) - 1];
  if (!month) return text;
  if (size === 4) return text.slice(0, 4);
  if (size === 7) return text.slice(5, 7) === "01" ? fill(WORDS["tick.month"], { month, y: text.slice(0, 4) }) : month;
  return size === 10 ? fill(WORDS["tick.day"], { month, d: Number(text.slice(8, 10)) }) : text.slice(11, 16);
}

// Label sessions where the year, month, day or hour turns, as finely as fits.
function sessionTicks(labels, low, high, most) {
  const begin = Math.max(0, Math.ceil(low)), end = Math.min(labels.length - 1, Math.floor(high));
  let best = [], size = 0;
  if (/^\d{4}-\d{2}-\d{2}/.test(String(labels[0]))) for (const prefix of [4, 7, 10, 13]) {
    const turns = [];
    for (let i = Math.max(1, begin); i <= end; i++)
      if (String(labels[i]).slice(0, prefix) !== String(labels[i - 1]).slice(0, prefix)) turns.push(i);
    if (turns.length && turns.length <= most && turns.length > best.length) [best, size] = [turns, prefix];
  }
  if (best.length < 2) {
    const every = Math.max(1, Math.ceil((end - begin + 1) / most));
    for (best = [], size = 10; best.length * every + begin <= end;) best.push(begin + best.length * every);
  }
  return { at: best, size };
}

// Central ranges of the quantile levels, widest first: [position of the lower end, of the upper end, share between].
function ranges(levels) {
  return levels.map((level, low) => [low, levels.findIndex(other => Math.abs(level + other - 1) < 1e-9), 1 - 2 * level])
    .filter(([low, high, held]) => held > 1e-9 && high >= 0).sort((a, b) => b[2] - a[2]);
}

function fanData(series) {
  const { history, forecast } = series, past = history.y.length, ahead = forecast.mean.length;
  const labels = history.ds.concat(forecast.ds), lead = Array(Math.max(0, past - 1)).fill(null);
  const anchor = past ? [history.y[past - 1]] : [];
  const line = values => lead.concat(anchor, values);
  const held = ranges(forecast.quantile_levels);
  const aside = series.network.mean.length === ahead && ahead ? series.network.mean : null;
  const columns = held.flatMap(([low, high]) => [high, low].map(at => line(forecast.quantiles.map(row => row ? row[at] : null))));
  const data = [labels.map((_, i) => i), history.y.concat(Array(ahead).fill(null)), line(forecast.mean), ...(aside ? [line(aside)] : []), ...columns];
  const read = i => {
    if (i < past) return [[WORDS.actual, say(history.y[i])]];
    const step = i - past, said = [[WORDS.forecast_line, say(forecast.mean[step])]];
    for (const [low, high, part] of [...held].reverse().filter(range => [0.8, 0.95].some(p => Math.abs(range[2] - p) < 1e-6)))
      said.push([Math.round(100 * part) + gap + "% " + WORDS.range, say(forecast.quantiles[step]?.[low]) + " – " + say(forecast.quantiles[step]?.[high])]);
    if (aside) said.push([WORDS.fan_network_line, say(aside[step])]);
    if (forecast.p_up[step] != null) said.push([WORDS.p_up, share(forecast.p_up[step])]);
    return said;
  };
  return { labels, data, read, lines: aside ? ["ink", "network", "aside"] : ["ink", "network"], bands: held.length, shown: Math.max(40, 5 * ahead) + ahead, cutoff: past && ahead ? past - 1 : null };
}

function testData(series) {
  const { ds, y, mean, naive, low_80, high_80 } = series.test, banded = low_80.length === ds.length && high_80.length === ds.length;
  const read = i => [[WORDS.actual, say(y[i])], [WORDS.forecast_line, say(mean[i])], [WORDS.naive_line, say(naive[i])]]
    .concat(banded ? [["80" + gap + "% " + WORDS.range, say(low_80[i]) + " – " + say(high_80[i])]] : []);
  const data = [ds.map((_, i) => i), y, mean, naive].concat(banded ? [high_80, low_80] : []);
  return { labels: ds, data, read, lines: ["ink", "network", "naive"], bands: banded ? 1 : 0, shown: 60, cutoff: null };
}

function options(chart, width, bandOpacity) {
  const stroke = name => () => colour(name), lines = chart.lines.map(name => ({
    stroke: stroke(name === "aside" ? "network" : name), width: name === "network" ? 2.2 : name === "aside" ? 1.2 : 1.6, dash: name === "naive" || name === "aside" ? [4, 3] : undefined,
    points: { show: false }, spanGaps: true,
  }));
  const edges = Array.from({ length: 2 * chart.bands }, () => ({ width: 0, points: { show: false }, spanGaps: true }));
  const bands = Array.from({ length: chart.bands }, (_, n) => {
    const high = 1 + lines.length + 2 * n;
    return { series: [high, high + 1], fill: () => colour("network") + bandOpacity };
  });
  const font = "12px " + getComputedStyle(document.body).fontFamily;
  const axis = { stroke: stroke("muted"), grid: { stroke: stroke("faint"), width: 1 }, ticks: { show: false }, font };
  const most = low => Math.max(2, Math.floor(width / (low < 1 ? 95 : 78)));
  return {
    width, height: Math.round(Math.min(420, Math.max(260, width * 0.45))), legend: { show: false }, bands,
    cursor: { y: false, drag: { x: true, y: false }, points: { size: 7 }, bind: { dblclick: u => () => { u.reset(); return null; } } },
    scales: { x: { time: false, range: (u, low, high) => [low - 0.5, high + 0.5] } },
    series: [{}, ...lines, ...edges],
    axes: [
      { ...axis, size: 34, grid: { show: false }, splits: (u, n, low, high) => sessionTicks(chart.labels, low, high, most(1)).at,
        values: (u, splits) => { const { size } = sessionTicks(chart.labels, u.scales.x.min, u.scales.x.max, most(1)); return splits.map(i => tickLabel(chart.labels[i], size)); } },
      { ...axis, size: 58, space: 45, values: (u, splits) => splits.map(v => v == null ? "" : v.toLocaleString("en-US", { maximumFractionDigits: 6 })) },
    ],
    hooks: { drawAxes: [u => chart.cutoff == null || dashes(u, u.valToPos(chart.cutoff, "x", true))] },
  };
}

function dashes(u, x) {
  const { ctx, bbox } = u;
  ctx.save(); ctx.strokeStyle = colour("muted"); ctx.lineWidth = devicePixelRatio; ctx.setLineDash([3 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath(); ctx.moveTo(x, bbox.top); ctx.lineTo(x, bbox.top + bbox.height); ctx.stroke(); ctx.restore();
}

// Put a moving chart in the place of the still picture; returns what the page needs to redraw it.
function alive(box) {
  const series = DATA.series[box.dataset.seriesIndex], chart = (box.dataset.chart === "fan" ? fanData : testData)(series);
  const last = chart.labels.length - 1, readout = document.createElement("p"), holder = document.createElement("div");
  if (last < 1) return null;
  readout.className = "readout"; readout.setAttribute("aria-live", "polite");
  holder.className = "live-box"; holder.tabIndex = 0; holder.setAttribute("role", "application");
  holder.setAttribute("aria-label", series.id + ". " + WORDS.chart_label);
  const zooms = document.createElement("p"); zooms.className = "zooms"; zooms.textContent = WORDS.zoom + " ";
  box.append(zooms, readout, holder); box.classList.add("live");
  const u = new uPlot(options(chart, holder.clientWidth || 600, box.dataset.chart === "fan" ? "26" : "1f"), chart.data, holder);
  const show = (low, high) => u.setScale("x", { min: Math.max(0, low), max: Math.min(last, high) });
  u.reset = () => show(last + 1 - chart.shown, last);
  const describe = i => {
    const bold = text => Object.assign(document.createElement("b"), { textContent: text });
    readout.replaceChildren(bold(sayDay(chart.labels[i])));
    for (const [name, value] of chart.read(i)) {
      const item = document.createElement("span");
      item.append(name + " ", bold(value)); readout.append(" ", item);
    }
  };
  const move = i => { const at = Math.min(last, Math.max(0, i)); u.setCursor({ left: u.valToPos(at, "x"), top: 0 }); describe(at); };
  u.hooks.setCursor = [() => { if (u.cursor.idx != null && u.cursor.left >= 0) describe(u.cursor.idx); }];
  const choices = [...new Set([20, 60, 250].filter(n => n < last)), last + 1];
  for (const n of choices) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: n > last ? WORDS.zoom_all : n });
    button.addEventListener("click", () => show(last + 1 - n, last)); zooms.append(button);
  }
  const back = Object.assign(document.createElement("button"), { type: "button", textContent: WORDS.zoom_reset });
  back.addEventListener("click", u.reset); zooms.append(back);
  holder.addEventListener("keydown", event => keyed(event, u, { move, show, last }));
  u.reset(); describe(last);
  return { u, resize: () => holder.clientWidth && holder.clientWidth !== u.width && u.setSize({ width: holder.clientWidth, height: u.height }) };
}

function keyed(event, u, { move, show, last }) {
  const at = u.cursor.idx ?? last, { min, max } = u.scales.x, quarter = (max - min) / 4;
  const actions = {
    ArrowLeft: () => move(at - 1), ArrowRight: () => move(at + 1), Home: () => move(Math.ceil(min)), End: () => move(Math.floor(max)),
    "+": () => max - min > 8 && show(at - quarter, at + quarter), "-": () => show(min - quarter, max + quarter), "0": () => u.reset(),
  };
  const action = actions[event.key === "=" ? "+" : event.key];
  if (action && !event.ctrlKey && !event.metaKey) { event.preventDefault(); action(); }
}

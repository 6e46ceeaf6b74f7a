"use strict";
// The page around the charts: theme, series, tooltips, copying. Everything essential is there without this file.
(() => {
  const root = document.documentElement, toggle = document.getElementById("theme"), system = matchMedia("(prefers-color-scheme: dark)");
  const charts = [];
  const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : system.matches;
  const paint = () => { toggle.setAttribute("aria-pressed", String(dark())); for (const chart of charts) chart.u.redraw(false); };
  toggle.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    try { localStorage.setItem("longshort-theme", root.dataset.theme); } catch (refused) { /* the choice lasts as long as the page */ }
    paint();
  });
  system.addEventListener("change", paint);

  // Charts come alive when they are first seen: a hidden one has no width.
  const wake = () => {
    for (const box of document.querySelectorAll(".chart:not(.live)")) {
      if (!box.offsetWidth) continue;
      const chart = alive(box);
      if (chart) charts.push(chart);
    }
  };
  const select = document.getElementById("series");
  const choose = index => {
    for (const panel of document.querySelectorAll(".panel")) panel.hidden = panel.dataset.series !== index;
    wake();
  };
  if (select) { select.addEventListener("change", () => choose(select.value)); choose(select.value); }
  for (const link of document.querySelectorAll("[data-series-link]")) link.addEventListener("click", () => {
    if (select) { select.value = link.dataset.seriesLink; choose(select.value); }
  });
  for (const table of document.querySelectorAll(".sortable")) sortable(table);
  wake(); paint();
  addEventListener("resize", () => { for (const chart of charts) chart.resize(); });

  // A heading becomes a button that sorts: numbers largest first, names from A; what is missing comes last.
  function sortable(table) {
    const body = table.tBodies[0], number = text => text === "" ? null : Number(text);
    for (const head of table.querySelectorAll("th[data-sort]")) {
      const at = Number(head.dataset.sort), button = document.createElement("button");
      button.type = "button"; button.textContent = head.textContent; head.replaceChildren(button);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") ? head.getAttribute("aria-sort") === "descending" : at === 0;
        for (const other of table.querySelectorAll("[aria-sort]")) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const key = row => at === 0 ? row.cells[0].dataset.by : number(row.cells[at].dataset.by);
        const order = (a, b) => a === null ? 1 : b === null ? -1 : (a < b ? -1 : a > b ? 1 : 0) * (up ? 1 : -1);
        body.append(...[...body.rows].sort((a, b) => order(key(a), key(b))));
      });
    }
  }

  const tip = document.getElementById("tip");
  document.addEventListener("pointerover", event => {
    const text = event.target.closest?.("[data-tip]")?.dataset.tip;
    tip.hidden = !text;
    if (!text) return;
    tip.textContent = text;
    const { width, height } = tip.getBoundingClientRect();
    tip.style.left = Math.max(4, Math.min(innerWidth - width - 4, event.clientX - width / 2)) + "px";
    tip.style.top = (event.clientY > height + 24 ? event.clientY - height - 14 : event.clientY + 18) + "px";
  });

  for (const button of document.querySelectorAll("[data-copies]")) button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copies);
    try { await navigator.clipboard.writeText(source.textContent); button.textContent = WORDS.copied; }
    catch (refused) { getSelection().selectAllChildren(source); }
  });
})();

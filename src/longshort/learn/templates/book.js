"use strict";
// Turns pages, no more: what a slider shows was computed for each of its positions when the book was built.
(() => {
  const root = document.documentElement, system = matchMedia("(prefers-color-scheme: dark)");
  const keep = (key, value) => { try { localStorage.setItem(key, value); } catch (refused) { /* lasts as long as the page */ } };

  const theme = document.getElementById("theme"), dark = () => root.dataset.theme ? root.dataset.theme === "dark" : system.matches;
  const press = () => theme.setAttribute("aria-pressed", String(dark()));
  theme.addEventListener("click", () => { root.dataset.theme = dark() ? "light" : "dark"; keep("longshort-theme", root.dataset.theme); press(); });
  system.addEventListener("change", press);
  press();

  // Words between tags stand there in both languages and the style chooses; names that are only heard are set here.
  const speak = part => { for (const one of part.querySelectorAll("[data-says]")) one.setAttribute(one.dataset.says, one.dataset[root.lang]); };
  const speakAll = () => {
    document.title = document.querySelector("title").dataset[root.lang];
    speak(document);
    for (const figure of figures) figure.say();
  };

  const figures = [...document.querySelectorAll(".live")].map(figure => {
    const { pool, frames, says, shown } = JSON.parse(figure.querySelector("script").textContent);
    const inputs = [...figure.querySelectorAll("input")], outputs = figure.querySelectorAll("output"), frame = figure.querySelector(".frame");
    const say = () => inputs.forEach((input, at) => {
      const before = says.slice(0, at).reduce((count, one) => count + one.length, 0);
      outputs[at].innerHTML = shown[before + Number(input.value)];
      input.setAttribute("aria-valuetext", says[at][input.value][root.lang === "ko" ? 1 : 0]);
    });
    const turn = () => {
      const at = inputs.reduce((index, input) => index * (Number(input.max) + 1) + Number(input.value), 0);
      frame.innerHTML = frames[at].map(piece => pool[piece]).join("");
      speak(frame);
      say();
    };
    inputs.forEach(input => input.addEventListener("input", turn));
    for (const button of figure.querySelectorAll(".nudge")) button.addEventListener("click", () => {
      const input = button.parentElement.querySelector("input");
      input.value = Number(input.value) + Number(button.dataset.by);
      turn();
    });
    return { say, turn };
  });

  document.getElementById("language").addEventListener("click", () => {
    root.lang = root.lang === "ko" ? "en" : "ko";
    keep("longshort-language", root.lang);
    speakAll();
  });
  speakAll();
  // A browser that comes back to the page puts sliders where they were left; their frames follow.
  addEventListener("pageshow", () => { for (const figure of figures) figure.turn(); });
})();

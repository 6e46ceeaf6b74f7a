"use strict";
// Before the page is drawn: the theme and the language that were chosen last, else the reader's own.
(() => {
  const root = document.documentElement, kept = key => { try { return localStorage.getItem(key); } catch (refused) { return null; } };
  root.classList.add("js");
  if (kept("longshort-theme")) root.dataset.theme = kept("longshort-theme");
  root.lang = kept("longshort-language") || (navigator.language.startsWith("ko") ? "ko" : "en");
})();

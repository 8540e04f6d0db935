// Keyboard shortcuts. Every page works without this file; nothing here sends anything.
"use strict";
(() => {
  const typing = (element) => element.matches("input, textarea, select") || element.isContentEditable;
  const links = () => [...document.querySelectorAll("[data-list] > li > a")];
  const move = (step) => {
    const all = links();
    if (all.length === 0) return;
    const at = all.indexOf(document.activeElement);
    const next = at === -1 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1);
    all[next].focus();
  };
  const focus = (selector) => {
    const element = document.querySelector(selector);
    if (element) element.focus();
    return Boolean(element);
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const acts = {
      j: () => move(1),
      k: () => move(-1),
      q: () => { location.assign("/queue"); },
      "/": () => focus("[data-search]"),
      a: () => focus('[data-key="a"]'),
      c: () => focus('[data-key="c"]'),
      r: () => focus('[data-key="r"]'),
    };
    const act = acts[event.key];
    if (act && act() !== false) event.preventDefault();
  });
})();

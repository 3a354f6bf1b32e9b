// Keys for readers; every page works without them. Nothing is asked of the server but by links.
"use strict";
(() => {
  const clips = [...document.querySelectorAll("[data-clip]")];
  let here = -1;
  const go = (to) => {
    if (!clips.length) return;
    clips[here]?.removeAttribute("data-here");
    here = Math.max(0, Math.min(clips.length - 1, to));
    clips[here].setAttribute("data-here", "");
    clips[here].querySelector("h2 a, h3 a, h4 a, a")?.focus();
    clips[here].scrollIntoView({ block: "nearest" });
  };
  const follow = (key) => document.querySelector(`[data-key="${key}"]`)?.click();
  addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (typing) {
      if (event.key === "Escape") typing.blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const search = document.querySelector('[type="search"]');
    const keys = { "/": () => { search?.focus(); search?.select(); }, j: () => go(here + 1), k: () => go(here - 1),
                   o: () => follow("o"), d: () => follow("d"), v: () => follow("v"), "?": () => follow("?") };
    if (keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    }
  });
})();

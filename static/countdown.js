// Counts `data-seconds` down to 0 between two answers of the server, and draws the ring beside it.
"use strict";
const ends = new WeakMap();
setInterval(() => {
  for (const number of document.querySelectorAll("[data-seconds]")) {
    if (!ends.has(number)) ends.set(number, performance.now() + Number(number.dataset.seconds) * 1000);
    const left = Math.max(0, Math.ceil((ends.get(number) - performance.now()) / 1000));
    number.textContent = String(left);
    const ring = number.closest(".count")?.querySelector("[data-ring]");
    ring?.setAttribute("stroke-dasharray", `${left} ${ring.dataset.ring}`);
  }
}, 250);

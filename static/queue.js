// The queue by keyboard, and beside its list the chosen card on wide screens. Without it every link and form still works.
"use strict";
(() => {
  const wide = matchMedia("(min-width: 64rem)");
  const page = document.querySelector("[data-queue]");
  const keysOn = () => localStorage.getItem("desk-keys") !== "off";
  const items = () => [...document.querySelectorAll("#queue .item")];
  const current = () => document.querySelector("#queue .item[aria-current]");
  let chosen = null; // the link that is looked at, kept over a new list
  let at = 0; // its place, for when it leaves the list

  function look(item, { focus = true } = {}) {
    if (!item) return;
    for (const one of items()) one.removeAttribute("aria-current");
    item.setAttribute("aria-current", "true");
    chosen = item.dataset.link;
    at = items().indexOf(item);
    history.replaceState({ ...history.state, link: chosen }, ""); // for whoever comes back
    if (focus) item.querySelector(".open").focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
    if (wide.matches) htmx.ajax("GET", item.querySelector(".open").getAttribute("href"), { target: "#pane", swap: "innerHTML" });
  }

  function find() {
    document.querySelector("#find").focus();
  }

  // Back to the list, which is what the search that was sent has found.
  function leave(field) {
    field.value = field.defaultValue;
    field.blur();
    current()?.querySelector(".open").focus({ preventScroll: true });
  }

  function move(step) {
    const all = items();
    const now = current() ? all.indexOf(current()) + step : 0;
    look(all[Math.min(Math.max(now, 0), all.length - 1)]);
  }

  function decide(answer) {
    const bulk = document.querySelector("#bulk-form");
    if (bulk?.querySelector(".tick :checked")) return bulk.querySelector(`[name=answer][value=${answer}]`).click();
    const form = document.querySelector("[data-answer]");
    if (form && (!page || form.querySelector("[name=link]").value === chosen)) return form.querySelector(`[name=answer][value=${answer}]`).click();
    const tick = current()?.querySelector(".tick input");
    if (bulk && tick) {
      tick.checked = true;
      bulk.querySelector(`[name=answer][value=${answer}]`).click();
    }
  }

  // The second click of a double one would be about the next link, which stands in the same place by then.
  const shownAt = performance.now();
  document.addEventListener("click", (event) => {
    const isTooSoon = event.pointerType === "touch" && performance.now() - shownAt < 350;
    if (event.target.closest("[name=answer]") && (event.detail > 1 || isTooSoon)) event.preventDefault();
  });

  const keys = {
    j: () => (page ? move(1) : document.querySelector("[data-after]")?.click()),
    k: () => (page ? move(-1) : document.querySelector("[data-before]")?.click()),
    x: () => current()?.querySelector(".tick input")?.click(),
    c: () => decide("confirm"),
    f: () => decide("fine"),
    n: () => decide("unsure"),
    u: () => document.querySelector(".toast button")?.click(),
    "/": () => (page ? find() : location.assign(`${document.querySelector("[data-up]").href}#find`)),
    "?": () => document.querySelector("#keys").showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.id === "find") {
      event.preventDefault();
      return leave(event.target);
    }
    const inField = event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, dialog[open]");
    if (event.ctrlKey || event.metaKey || event.altKey || inField || !Object.hasOwn(keys, event.key)) return;
    if (!keysOn() && event.key !== "?") return;
    if (event.repeat && !"jk".includes(event.key)) return; // a key that is held decides once
    event.preventDefault();
    keys[event.key]();
  });

  document.addEventListener("DOMContentLoaded", () => {
    const box = document.querySelector("#keys-on");
    if (box) {
      box.checked = keysOn();
      box.addEventListener("change", () => localStorage.setItem("desk-keys", box.checked ? "on" : "off"));
    }
    const before = items().find((item) => item.dataset.link === history.state?.link);
    if (page && wide.matches) look(before ?? items()[0], { focus: Boolean(before) });
    if (page && location.hash === "#find") find();
  });

  page?.addEventListener("click", (event) => {
    const open = event.target.closest("#queue .open");
    if (!open || !wide.matches || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (event.detail === 0) location.assign(open.href); // Enter opens the card itself
    else look(open.closest(".item"));
  });

  // The bar about the selected links must not stand over the row that was just selected.
  page?.addEventListener("change", (event) => event.target.closest(".item")?.scrollIntoView({ block: "nearest" }));

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "queue" || !page) return;
    const all = items();
    look(all.find((item) => item.dataset.link === chosen) ?? all[Math.min(at, all.length - 1)], { focus: true });
    if (!all.length) document.querySelector("#pane").replaceChildren();
  });

  setInterval(() => {
    for (const toast of document.querySelectorAll("[data-toast]")) {
      toast.ends ??= performance.now() + Number(toast.dataset.toast) * 1000;
      const left = Math.max(0, (toast.ends - performance.now()) / 1000);
      toast.querySelector("[data-ring]").setAttribute("stroke-dasharray", `${left} ${toast.dataset.toast}`);
      if (left <= 0) toast.remove();
    }
  }, 250);
})();

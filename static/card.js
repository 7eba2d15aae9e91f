// The card: the line over the answers says what they cover. Without it the line is not shown, the choice is.
"use strict";
(() => {
  const label = (field) => (field.matches("select") ? field.selectedOptions[0] : field.closest("label"))?.textContent.trim();

  function say(form) {
    for (const part of form.querySelectorAll("[data-part]")) {
      const name = part.dataset.part;
      const field = form.querySelector(`select[name=${name}], [name=${name}]:checked`);
      if (field) part.textContent = label(field);
    }
  }

  const sayAll = () => document.querySelectorAll("[data-answer]").forEach(say);
  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-answer]");
    if (form) say(form);
  });
  addEventListener("pageshow", sayAll); // a browser that comes back keeps what was chosen
  document.addEventListener("htmx:afterSwap", sayAll);
})();

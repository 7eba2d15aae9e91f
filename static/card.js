// The card: the line over the answers says what they cover, and the harmless address can be copied. Without it neither is shown.
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

  // Where a page has no clipboard (plain http in a home network), what is selected is copied.
  function copySelected(text) {
    getSelection().selectAllChildren(text);
    return document.execCommand("copy");
  }

  async function copy(button) {
    const text = document.getElementById(button.dataset.copy);
    const done = navigator.clipboard ? await navigator.clipboard.writeText(text.textContent).then(() => true, () => copySelected(text)) : copySelected(text);
    button.parentElement.querySelector("[role=status]").textContent = done ? button.dataset.done : button.dataset.failed;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
  });

  const sayAll = () => document.querySelectorAll("[data-answer]").forEach(say);
  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-answer]");
    if (form) say(form);
  });
  addEventListener("pageshow", sayAll); // a browser that comes back keeps what was chosen
  document.addEventListener("htmx:afterSwap", sayAll);
})();

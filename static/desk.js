// Of every page of the desk: a key to the queue, parts that ask for themselves again, and what happens when the login ends meanwhile.
// Without it every link and form still works.
"use strict";
(() => {
  const SKIPPED = "[type=hidden], [type=submit], select";
  const isChanged = (field) => ["checkbox", "radio"].includes(field.type) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
  const isWrittenOn = () => [...document.querySelectorAll("form :is(input, textarea)")].some((field) => !field.matches(SKIPPED) && isChanged(field));

  function tell(note) {
    if (!document.querySelector("#login-ended")) document.querySelector("#content").insertAdjacentHTML("afterbegin", note);
  }

  // As the browser itself sends a form: the answer is a page, which keeps what was sent.
  function send({ path, formData }) {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: path, hidden: true });
    for (const [name, value] of formData) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    document.body.append(form);
    form.submit();
  }

  // What a part of the page was when it was asked for last: the same again is not sent, and nothing moves.
  const known = new Map();
  const isPolling = ({ elt }) => elt.matches("[hx-get][hx-trigger^=every]");

  document.addEventListener("htmx:configRequest", ({ detail }) => {
    const last = isPolling(detail) && known.get(detail.path);
    if (last) detail.headers["If-None-Match"] = last;
  });

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const name = detail.xhr.getResponseHeader("ETag");
    if (detail.xhr.status === 304) detail.shouldSwap = false;
    else if (name && isPolling(detail.requestConfig)) known.set(detail.requestConfig.path, name);
  });

  // g q leads to the queue from wherever one is, for those who have one and have not switched single keys off.
  let went = -Infinity;
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, dialog[open]");
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem("desk-keys") === "off") return;
    if (event.key === "q" && event.timeStamp - went < 1500) document.querySelector("#nav-sidebar [href='/desk/queue/']")?.click();
    went = event.key === "g" ? event.timeStamp : -Infinity;
  });

  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const { xhr, elt, requestConfig } = event.detail;
    const isSent = requestConfig.verb === "post";
    if (isSent && elt.matches("form") && [401, 403].includes(xhr.status)) {
      event.preventDefault();
      send(requestConfig);
    } else if (xhr.status === 401 && (isSent || isWrittenOn())) {
      event.preventDefault();
      tell(xhr.responseText);
    } else if (xhr.status < 400) document.querySelector("#login-ended")?.remove();
  });
})();

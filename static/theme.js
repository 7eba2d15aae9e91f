// The colours before Alpine runs: what the reader chose (unfold keeps it under this name), else what the system says.
"use strict";
(() => {
  const root = document.documentElement;
  const chosen = JSON.parse(localStorage.getItem("adminTheme") ?? '"auto"');
  const isDark = chosen === "dark" || (chosen === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.classList.toggle("dark", isDark);
  document.addEventListener("alpine:init", () => root.classList.remove("dark")); // it adds its own, and takes only that away
})();

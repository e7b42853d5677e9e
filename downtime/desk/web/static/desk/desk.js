// The desk's only script. Pages work as plain HTML; this adds what keeps a clerk's hands on the keys.
"use strict";

(() => {
  const cookie = (name) => {
    const found = document.cookie.split("; ").find((part) => part.startsWith(name + "="));
    return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
  };
  const csrf = () => cookie("__Host-desk-csrf") || cookie("desk-csrf");

  // Every request of a part of a page carries the token; it changes when somebody signs in, so it is read each time.
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = csrf();
    const source = event.detail.elt;
    if (source && source.hasAttribute("data-polling")) event.detail.headers["X-Desk-Polling"] = "yes";
  });

  // Words about what went wrong are shown like any other part.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const status = event.detail.xhr.status;
    if (status === 401) { event.detail.shouldSwap = false; return; }
    if (status === 403 || status === 409 || status === 422 || status === 429) { event.detail.shouldSwap = true; event.detail.isError = false; }
  });

  // The session has ended: ask for the password over the page, keep what was typed, and go on.
  const again = () => document.getElementById("again");
  const askAgain = () => {
    const dialog = again();
    if (!dialog || dialog.open) return;
    const who = document.body.dataset.user || "";
    dialog.showModal();
    window.htmx.ajax("GET", dialog.dataset.address + "?who=" + encodeURIComponent(who), { target: "#again" });
  };
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 401) askAgain();
  });
  document.body.addEventListener("desk-signed-in", () => {
    const dialog = again();
    if (dialog && dialog.open) dialog.close();
    document.dispatchEvent(new CustomEvent("desk:signed-in"));
  });

  window.desk = { csrf, askAgain };
})();

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

// Keying: the focused field is lit on the page, each field is saved when it is left, and one key says what is not a value.
(() => {
  const desk = document.getElementById("keying");
  if (!desk) return;
  const mine = desk.dataset.mine === "yes";
  const fields = [...desk.querySelectorAll(".field")];
  const waiting = new Map(); // field id -> what is not stored yet
  let current = null, zoom = 1, whole = false, sending = false, retry = 0;

  const inputOf = (field) => field.querySelector("input, textarea, button.check");
  const visible = (field) => field.offsetParent !== null;
  const asks = (field) => field.dataset.need === "key" || field.dataset.need === "confirm";
  const numbers = (text) => text.split(" ").map(Number);

  // --- the page ---------------------------------------------------------------------------------------------------
  const show = (field) => {
    const page = desk.querySelector(`.page[data-page="${field.dataset.page}"]`);
    desk.querySelectorAll(".page").forEach((other) => { other.hidden = other !== page; });
    const svg = page && page.querySelector("svg");
    if (!svg) return;
    const width = Number(page.dataset.width), height = Number(page.dataset.height);
    const [x, y, w, h] = numbers(field.dataset.at);
    const lit = svg.querySelector(".lit"), shade = svg.querySelector(".shade");
    const straight = page.dataset.straight === "yes";
    lit.setAttribute("width", straight ? w + 1.6 : 0);
    lit.setAttribute("height", straight ? h + 1.6 : 0);
    lit.setAttribute("x", x - 0.8);
    lit.setAttribute("y", y - 0.8);
    shade.setAttribute("d", straight && field.dataset.kind !== "page"
      ? `M0 0H${width}V${height}H0Z M${x - 0.8} ${y - 0.8}h${w + 1.6}v${h + 1.6}h${-w - 1.6}Z` : "");
    if (whole || !straight || field.dataset.kind === "page") {
      svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
      return;
    }
    const pane = svg.getBoundingClientRect(), ratio = pane.width / Math.max(pane.height, 1);
    const least = 62; // mm: wide enough to see what stands beside the field
    const view = Math.min(Math.max(least, w * 1.35, h * 1.35 * ratio) / zoom, Math.max(width, height * ratio));
    const tall = view / ratio;
    const within = (middle, size, room) => size >= room ? (room - size) / 2 : Math.min(Math.max(middle - size / 2, 0), room - size);
    svg.setAttribute("viewBox", `${within(x + w / 2, view, width)} ${within(y + h / 2, tall, height)} ${view} ${tall}`);
  };

  const enter = (field) => {
    if (current) current.classList.remove("now");
    current = field;
    field.classList.add("now");
    show(field);
    field.scrollIntoView({ block: "center" });
  };

  // --- what a field says ---------------------------------------------------------------------------------------------
  const valueOf = (field) => {
    if (field.dataset.kind === "choice") return [...field.querySelectorAll("input:checked")].map((box) => box.value).join(" ");
    const input = inputOf(field);
    if (field.dataset.kind === "checkbox") return input.checked ? "yes" : "";
    return input.tagName === "BUTTON" ? "yes" : input.value.trim();
  };
  fields.forEach((field) => { field.stored = valueOf(field); });

  const say = (field, text, unclear) => {
    field.querySelector(".said").textContent = text;
    field.classList.toggle("unclear", Boolean(unclear));
    inputOf(field).setAttribute("aria-invalid", unclear ? "true" : "false");
  };

  const count = () => {
    const asked = fields.filter((field) => field.dataset.need !== "nothing" && field.dataset.need !== "no_picture");
    const done = asked.filter((field) => field.dataset.need === "done").length;
    document.getElementById("progress").textContent = `${done} of ${asked.length} fields`;
  };

  // --- saving ----------------------------------------------------------------------------------------------------------
  const indicator = (text, wait) => {
    const place = document.getElementById("saved");
    place.textContent = text;
    place.classList.toggle("wait", Boolean(wait));
  };
  const token = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  const queue = (field, kind, extra) => {
    if (!mine) return;
    const value = kind === "value" || kind === "ask" ? valueOf(field) : "";
    waiting.set(field.dataset.field, { field, kind, value, token: token(), ...extra });
    field.stored = kind === "value" ? value : "";
    send();
  };

  const send = async () => {
    if (sending) return;
    sending = true;
    try {
      while (waiting.size) {
        const [id, item] = waiting.entries().next().value;
        indicator(`${waiting.size} to save`, retry > 0);
        const body = new URLSearchParams({ field: id, kind: item.kind, value: item.value, token: item.token,
          confirmed: item.confirmed ? "yes" : "", read: item.read ? "yes" : "" });
        const answer = await fetch(desk.dataset.save, { method: "POST", body, headers: { "X-CSRFToken": window.desk.csrf(), "HX-Request": "true" } });
        if (answer.status === 401) { indicator("not saved: sign in again", true); window.desk.askAgain(); return; }
        if (answer.status >= 500) throw new Error("server");
        const said = await answer.json().catch(() => ({ why: "This could not be saved.", do: "Load the page again." }));
        if (waiting.get(id) === item) waiting.delete(id);
        stored(item, answer.status, said);
        retry = 0;
      }
    } catch (error) {
      retry += 1;
      indicator(`not saved: ${waiting.size} wait. Keep this page open.`, true);
      setTimeout(send, Math.min(500 * retry, 5000));
    } finally {
      sending = false;
    }
    count();
  };

  const stored = (item, status, said) => {
    const field = item.field;
    if (status !== 200) {
      field.dataset.need = "key";
      field.stored = null;
      say(field, `Not saved: ${said.why} ${said.do || ""}`, true);
      indicator("not saved: see the field marked", true);
      return;
    }
    field.dataset.state = said.kind;
    field.dataset.need = said.ask ? "confirm" : "done";
    field.classList.toggle("read", Boolean(item.read) && said.kind === "value");
    const input = inputOf(field);
    // What was typed meanwhile stays; otherwise the field shows what is stored.
    if (said.kind === "value" && "value" in input && input.type === "text" && input.value.trim() === item.value) {
      input.value = said.value;
      field.stored = said.value;
    }
    const words = { blank: "blank on paper", illegible: "cannot be read", ask: "the ward is asked", withdrawn: "" };
    say(field, said.ask ? `${said.ask} Enter says yes.` : words[said.kind] || "");
    indicator(`saved ${said.at}`);
  };
  document.addEventListener("desk:signed-in", send);
  window.addEventListener("beforeunload", (event) => { if (waiting.size) event.preventDefault(); });

  // Leaving a field with something new in it saves it. What the machine read is only saved by saying so (Enter).
  const left = (field) => {
    const value = valueOf(field);
    if (field.querySelector("button.check") || value === field.stored) return;
    if (value === "") { if (field.dataset.state) queue(field, "withdrawn", {}); return; }
    queue(field, "value", {});
  };

  // --- moving ----------------------------------------------------------------------------------------------------------
  const order = () => fields.filter(visible);
  const go = (field) => { const input = inputOf(field); input.focus(); if (input.select) input.select(); };
  const next = (from) => {
    const all = order(), at = all.indexOf(from);
    if (at >= 0 && at + 1 < all.length) { go(all[at + 1]); return; }
    const finish = document.querySelector("#finish button");
    if (finish) finish.focus();
  };
  const nextOpen = () => {
    const all = order(), at = current ? all.indexOf(current) : -1;
    const found = [...all.slice(at + 1), ...all.slice(0, at + 1)].find(asks);
    if (found) go(found); else { const finish = document.querySelector("#finish button"); if (finish) finish.focus(); }
  };

  const confirm = (field) => {
    const value = valueOf(field);
    if (field.querySelector("button.check")) queue(field, "value", {});
    else if (value === "") { next(field); return; }
    else if (field.dataset.need === "confirm") {
      const untouched = value === field.stored;
      queue(field, "value", { confirmed: field.dataset.state === "value" && untouched, read: field.classList.contains("read") && untouched });
    } else left(field);
    next(field);
  };
  const mark = (field, kind) => {
    if (kind !== "ask") field.querySelectorAll("input, textarea").forEach((input) => {
      if (input.type === "checkbox") input.checked = false; else input.value = "";
    });
    queue(field, kind, {});
    next(field);
  };
  const asAbove = (field) => {
    const column = fields.filter((other) => other.dataset.column === field.dataset.column);
    const above = column.slice(0, column.indexOf(field)).reverse().find((other) => other.stored);
    if (!above) { say(field, "There is nothing above to repeat."); return; }
    inputOf(field).value = above.stored;
    left(field);
    next(field);
  };

  // A field is full when one more character could not belong to it; then the next one is at hand.
  const full = (field, text) => {
    const kind = field.dataset.kind;
    if (kind === "time") return /^[0-9]{4}$/.test(text);
    if (kind === "date") return /^[0-9]{1,2}\s*[a-z]{3}\s*[0-9]{4}$/i.test(text);
    if (kind !== "number" || !field.dataset.high) return false;
    const high = Number(field.dataset.high), decimals = Number(field.dataset.decimals);
    if (!/^[0-9]+([.,][0-9]*)?$/.test(text)) return false;
    const [front, part] = text.split(/[.,]/);
    if (part !== undefined) return decimals > 0 && part.length >= decimals;
    if (decimals > 0) return Boolean(field.dataset.boxes) && Number(front) > high;
    return Number(front) > 0 && Number(front + "0") > high || front.length >= String(high).length;
  };

  desk.addEventListener("focusin", (event) => {
    const field = event.target.closest(".field");
    if (field && field !== current) enter(field);
  });
  desk.addEventListener("focusout", (event) => {
    const field = event.target.closest(".field");
    if (!field || field.contains(event.relatedTarget)) return;
    left(field);
  });
  desk.addEventListener("click", (event) => {
    const check = event.target.closest("button.check");
    if (check) confirm(check.closest(".field"));
  });
  desk.addEventListener("change", (event) => {
    const field = event.target.closest(".field");
    if (!field || event.target.type !== "checkbox" || field.dataset.kind !== "choice" || field.dataset.multiple) return;
    if (event.target.checked) field.querySelectorAll("input").forEach((box) => { if (box !== event.target) box.checked = false; });
  });
  desk.addEventListener("input", (event) => {
    const field = event.target.closest(".field");
    if (!field || event.target.type === "checkbox") return;
    field.classList.remove("read");
    const jump = document.getElementById("jump");
    if (jump && jump.checked && event.inputType === "insertText" && full(field, event.target.value.trim())) { left(field); next(field); }
  });

  // Where a page is put right: its own page in the inbox. What waits to be saved is saved first.
  const wrong = () => {
    const page = desk.querySelector(".page:not([hidden])");
    if (page && page.dataset.about && !waiting.size) window.location.assign(page.dataset.about);
  };

  const keys = { F2: (field) => mark(field, "blank"), F3: (field) => mark(field, "illegible"), F4: (field) => mark(field, "ask"), F8: nextOpen, F9: wrong };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !mine) return;
    if (keys[event.key]) { event.preventDefault(); if (current || event.key === "F8") keys[event.key](current); return; }
    const field = event.target.closest && event.target.closest(".field");
    if (!field) return;
    const typing = event.target.type === "text" || event.target.tagName === "TEXTAREA";
    if (event.key === "Enter" && !(event.target.tagName === "TEXTAREA" && event.shiftKey)) {
      event.preventDefault();
      confirm(field);
    } else if (event.key === "=" && typing && event.target.value === "") {
      event.preventDefault();
      asAbove(field);
    } else if (field.dataset.kind === "choice" && /^[1-9]$/.test(event.key)) {
      const box = field.querySelectorAll("input")[Number(event.key) - 1];
      if (!box) return;
      event.preventDefault();
      box.focus();
      if (field.dataset.multiple || !box.checked) box.click(); // of one answer, its own number never takes it back
    } else if (event.key === "Tab" && field.dataset.kind === "choice") {
      event.preventDefault(); // one stop for a choice, not one for each box
      left(field);
      if (event.shiftKey) { const all = order(), at = all.indexOf(field); if (at > 0) go(all[at - 1]); } else next(field);
    }
  });
  document.querySelectorAll(".keys [data-key]").forEach((button) => button.addEventListener("click", () => {
    if (current || button.dataset.key === "F8") keys[button.dataset.key](current);
  }));

  desk.querySelector(".tools").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const act = button.dataset.act;
    if (act === "larger") zoom = Math.min(zoom * 1.4, 4);
    if (act === "smaller") zoom = Math.max(zoom / 1.4, 0.2);
    if (act === "whole") { whole = !whole; button.setAttribute("aria-pressed", String(whole)); }
    if (act === "contrast") {
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      desk.querySelectorAll("svg").forEach((svg) => svg.classList.toggle("contrast", on));
    }
    if (act === "page") {
      desk.querySelectorAll(".page").forEach((page) => { page.hidden = page.dataset.page !== button.dataset.page; });
      return;
    }
    if (current) show(current);
  });
  const all = document.getElementById("all-fields");
  if (all) all.addEventListener("change", () => desk.classList.toggle("all", all.checked));

  count();
  const first = order().find(asks) || order()[0];
  if (first && mine) go(first);
})();

// The inbox: files dropped anywhere on the page are sent at once.
(() => {
  const drop = document.getElementById("drop");
  if (!drop) return;
  const progress = document.getElementById("sending");
  const send = (files) => {
    if (!files.length) return;
    const body = new FormData();
    [...files].forEach((file) => body.append("files", file));
    const request = new XMLHttpRequest();
    request.open("POST", drop.action);
    request.setRequestHeader("X-CSRFToken", window.desk.csrf());
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) progress.value = event.loaded / event.total; });
    request.addEventListener("load", () => { window.location.reload(); });
    request.addEventListener("error", () => { progress.hidden = true; document.getElementById("saved").textContent = "not sent: is the desk still running?"; });
    progress.hidden = false;
    request.send(body);
  };
  const carriesFiles = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  document.addEventListener("dragover", (event) => { if (carriesFiles(event)) { event.preventDefault(); drop.classList.add("over"); } });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) drop.classList.remove("over"); });
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    drop.classList.remove("over");
    send(event.dataTransfer.files);
  });
})();

// What every page shares: keys, the help dialog, toasts with undo, reading a part of a page anew.
// Pages work without it; it only makes them quicker.

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Whether a key press belongs to what the person is typing. */
export function isTyping(event) {
  const at = event.target;
  return event.isComposing || at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName);
}

/** Plain keys of a page: `keys({ j: next, "/": find })`. Never while somebody types, never with Ctrl, Alt or Meta. */
export function keys(map) {
  document.addEventListener("keydown", (event) => {
    if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;
    const act = map[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (act && act(event) !== false) event.preventDefault();
  });
}

/** Says what was done; with `undo`, a function, it stays longer and offers to take it back. */
export function toast(text, { undo, words = "", tone = "met" } = {}) {
  const place = $("#toasts");
  if (!place) return;
  const note = document.createElement("div");
  note.className = "toast";
  note.dataset.s = tone;
  note.append(text);
  if (undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn bare";
    button.textContent = words;
    button.addEventListener("click", () => { note.remove(); undo(); });
    note.append(button);
  }
  place.replaceChildren(note);
  setTimeout(() => note.remove(), undo ? 12_000 : 5_000);
  return note;
}

/** Reads an address of ours as a document; null where the answer is no page or the network is gone. */
export async function page(address, signal) {
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" }, credentials: "same-origin", signal });
    if (answer.redirected && new URL(answer.url).pathname === "/sign-in") { location.assign(answer.url); return null; }
    if (!answer.ok) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch { return null; }
}

/** Puts the new state of `selector` in place of the old one; whoever has the focus inside keeps it. */
export function swap(fresh, selector) {
  const now = $(selector), next = fresh && $(selector, fresh);
  if (!now || !next) return null;
  const held = now.contains(document.activeElement) ? document.activeElement.id : "";
  const taken = document.importNode(next, true);
  now.replaceWith(taken);
  if (held) document.getElementById(held)?.focus({ preventScroll: true });
  return taken;
}

/** A key for one press of a button: the same when the same form is sent again. */
export const pressKey = () => crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");

/** A call of the interface. Answers `{ ok, status, body }`; a lost network is `{ ok: false, status: 0 }`. */
export async function call(method, path, body, { key, version } = {}) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = key;
  if (version !== undefined) headers["If-Match"] = `"${version}"`;
  if (document.documentElement.lang) headers["Accept-Language"] = document.documentElement.lang;
  try {
    const answer = await fetch(path, { method, headers, credentials: "same-origin", body: body === undefined ? undefined : JSON.stringify(body) });
    const text = await answer.text();
    return { ok: answer.ok, status: answer.status, body: text ? JSON.parse(text) : null, headers: answer.headers };
  } catch { return { ok: false, status: 0, body: null, headers: new Headers() }; }
}

const help = $("#help");
if (help) {
  const open = () => help.showModal();
  keys({ "?": open });
  for (const link of $$("[data-help]")) link.addEventListener("click", (event) => { event.preventDefault(); open(); });
}
const box = $("[data-find], #find");
if (box) keys({ "/": () => { box.focus(); box.select(); } });

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
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    await released();
    return fresh;
  } catch { return null; }
}
/** A press whose element is replaced before the release is no click: what is read anew waits for the finger, a second at most. */
const released = () => document.documentElement.matches(":active") && new Promise((done) => {
  const on = () => { clearTimeout(limit); removeEventListener("pointerup", on); removeEventListener("pointercancel", on); setTimeout(done); };
  const limit = setTimeout(on, 1_000);
  addEventListener("pointerup", on); addEventListener("pointercancel", on);
});

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

const typedFields = (form) => [...form.elements].filter((field) => field.name && !/^(hidden|password|file|submit|button)$/.test(field.type));
const isOn = (field) => /^(checkbox|radio)$/.test(field.type);
const valueOf = (field) => isOn(field) ? field.checked : field.value;
const usualOf = (field) => isOn(field) ? field.defaultChecked : field.tagName === "SELECT"
  ? ([...field.options].find((one) => one.defaultSelected) ?? field.options[0])?.value ?? "" : field.defaultValue;

/** Whether anything in a form is other than the page brought it. */
export const isFilledIn = (form) => typedFields(form).some((field) => valueOf(field) !== usualOf(field));

const keeping = "weibao-form:";
const reader = () => $(".menu b")?.textContent ?? "";

/**
 * Keeps what is typed in a form for this tab, over a reload, a lost network or a session that ended, until it was taken.
 * A form that a script sends calls `forget()` when it was; after a form that the browser sends, the next page has `?done=` in its address.
 * Answers `{ restored, forget }`; `restored` where something was put back.
 */
export function keepForm(form) {
  const key = keeping + new URL(form.action, location.href).pathname + (form.elements.audience?.type === "hidden" ? form.elements.audience.value : "");
  const read = () => { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } };
  const forget = () => sessionStorage.removeItem(key);
  const save = (sent) => {
    if (!sent && !isFilledIn(form)) return forget();
    const values = typedFields(form).map((field) => [field.name, isOn(field) ? field.value : "", valueOf(field)]);
    try { sessionStorage.setItem(key, JSON.stringify({ values, sent, reader: reader(), page: location.pathname + location.search })); } catch { /* full: then only the page has it */ }
  };
  const kept = read();
  let restored = false;
  if (kept && (kept.reader !== reader() || (kept.sent && new URLSearchParams(location.search).has("done")))) forget();
  else if (kept) {
    for (const [name, choice, was] of kept.values) {
      const field = typedFields(form).find((one) => one.name === name && (!isOn(one) || one.value === choice));
      if (!field || valueOf(field) === was || valueOf(field) !== usualOf(field)) continue;
      if (isOn(field)) field.checked = was; else field.value = was;
      restored = true;
    }
  }
  form.addEventListener("input", () => save(false));
  form.addEventListener("submit", () => save(true));
  return { restored, forget };
}

/** The cases that an engineer's phone took along go, and so does who would send for them; what was not sent stays for its owner. */
export async function clearPages() {
  await self.caches?.delete("weibao-pages");
  for (const worker of (await navigator.serviceWorker?.getRegistrations()) ?? []) await worker.unregister();
}

// Who signs out takes nothing along; the phone's own pages ask for what is unsent first (phone-leave.js).
for (const form of $$('form[action="/sign-out"]')) form.addEventListener("submit", async (event) => {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(keeping)) sessionStorage.removeItem(key);
  if ("signOut" in form.dataset) return;
  event.preventDefault();
  try { await clearPages(); } finally { form.submit(); }
});
// Who must sign in again comes back to the page with what was typed.
for (const link of $$("a[data-sign-in]")) {
  const left = Object.keys(sessionStorage).filter((key) => key.startsWith(keeping)).map((key) => JSON.parse(sessionStorage.getItem(key))).find((one) => one.sent);
  if (left) { link.href = `/sign-in?next=${encodeURIComponent(left.page)}`; link.removeAttribute("target"); }
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

// The desk with both hands on the keyboard: finds while you type, chooses with the arrows, fills the form, keeps what is typed.
import { $, $$, call, isTyping, swap, toast } from "./core.js";

const desk = $("#desk"), find = $("#find"), form = $("#case-form"), spoken = $("#spoken");
const say = (words) => { if (spoken) spoken.textContent = words; };

/** A page of ours as a document. Where the sign-in has ended it stays here, with all that is typed, and says so. */
async function read(address, signal) {
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" }, credentials: "same-origin", signal });
    if (answer.redirected && new URL(answer.url).pathname === "/sign-in") { signedOut(); return null; }
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (answer.ok) return fresh;
    toast(($("main", fresh) ?? fresh.body).textContent.trim().slice(0, 200), { tone: "late" });
  } catch (error) {
    if (error.name !== "AbortError") toast(desk.dataset.off, { tone: "late" });
  }
  return null;
}

// ---- finding ----
let asked = "", asking = null, timer = 0;
const shown = () => $("#found")?.dataset.for ?? "";

/** Reads the finds for what stands in the box; a newer question ends an older one. */
async function seek() {
  clearTimeout(timer);
  const words = find.value.trim();
  if (words === asked && asking === null) return shown() === words || words === "";
  asking?.abort();
  const mine = asking = new AbortController();
  asked = words;
  const fresh = await read(`/desk/found?q=${encodeURIComponent(words)}`, mine.signal);
  if (mine !== asking) return false;
  asking = null;
  if (!fresh) { asked = "\0"; return false; }
  swap(fresh, "#found");
  choose(hits()[0]?.dataset.new === undefined ? 0 : -1, false);
  return true;
}

find?.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(seek, 60); });

const hits = () => $$("#found .hit");
const at = () => hits().findIndex((hit) => hit.hasAttribute("aria-current"));

function choose(index, aloud = true) {
  const all = hits();
  for (const hit of all) hit.removeAttribute("aria-current");
  const hit = all[index];
  if (!hit) return;
  hit.setAttribute("aria-current", "true");
  hit.scrollIntoView({ block: "nearest" });
  if (aloud) say(desk.dataset.chosen.replace("{0}", hit.textContent.trim()));
}

find?.addEventListener("keydown", async (event) => {
  if (event.isComposing) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const all = hits(), step = event.key === "ArrowDown" ? 1 : -1;
    if (all.length) choose((at() + step + all.length) % all.length);
  } else if (event.key === "Enter") {
    event.preventDefault();
    // A scanner types faster than the list comes: Enter is for what is in the box, not for what is still shown.
    if (find.value.trim() && !(await seek())) return;
    const hit = hits()[at()] ?? hits().find((one) => one.dataset.new === undefined);
    if (hit) hit.click(); else say($("#found .none")?.textContent.trim() ?? "");
  }
});

// ---- choosing: the card, the open cases and the machine of the form change; what was typed stays ----
async function open(address) {
  const fresh = await read(address);
  if (fresh) take(fresh, address);
}

function take(fresh, address) {
  const now = $("#case-form");
  if (!$("#desk", fresh) || !now || $("#readback", fresh)) { location.assign(address); return; }
  if ((new URL(address, location.href).searchParams.get("find") ?? "") !== shown()) swap(fresh, "#found");
  else for (const hit of hits()) {
    if (hit.href === new URL(address, location.href).href) hit.setAttribute("aria-current", "true"); else hit.removeAttribute("aria-current");
  }
  const place = now.elements.place?.value;
  for (const part of ["#card", "#caller", "#offer", "#about"]) swap(fresh, part);
  if (place && now.elements.place) now.elements.place.value = place;
  const given = $("#case-form", fresh);
  for (const name of ["equipment", "customer"]) now.elements[name].value = given.elements[name].value;
  // Who calls is filled in where nobody has written anybody.
  for (const name of ["name", "phone"]) if (!now.elements[name].value) now.elements[name].value = given.elements[name].value;
  history.replaceState(null, "", address);
  keep();
  const title = $("#card .title h2")?.textContent ?? "";
  if (title) say(desk.dataset.chosen.replace("{0}", title));
  focusNext();
}

/** Where the call goes on: the first thing that is not known yet. */
function focusNext() {
  const fresh = $("#new-form input:not([type=hidden])") ?? null;
  if (fresh) return fresh.focus();
  const machines = $$("#card [data-customer]:not([data-equipment]) ~ .ways .hit");
  if (machines.length) return machines[0].focus();
  const offered = $("#offer input");
  if (offered && !$("#offer input:checked")) return offered.focus();
  const now = $("#case-form");
  for (const name of ["name", "phone"]) if (!now.elements[name].value) return now.elements[name].focus();
  ($("input[name=scope]:checked", now) ?? $("input[name=scope]", now))?.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0 || !$("#case-form")) return;
  if (link.dataset.name !== undefined) {
    event.preventDefault();
    const { elements } = $("#case-form");
    elements.name.value = link.dataset.name;
    elements.phone.value = link.dataset.phone;
    keep();
    return open(link.href);
  }
  if (link.pathname === "/desk" && !link.search.includes("correct=") && !link.search.includes("draft=") && !link.search.includes("fresh=")) {
    event.preventDefault();
    open(link.href);
  }
});

// Arrows walk through any list of finds, not only from the box.
document.addEventListener("keydown", (event) => {
  const hit = event.target.closest?.(".hit");
  if (!hit || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
  const all = $$(".hit", hit.closest("section"));
  const next = all[all.indexOf(hit) + (event.key === "ArrowDown" ? 1 : -1)];
  if (next) { event.preventDefault(); next.focus(); }
});

// ---- new customer or machine, without leaving the form ----
document.addEventListener("submit", async (event) => {
  if (event.target.id !== "new-form") return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(event.target, event.submitter));
  try {
    const answer = await fetch("/desk/new", { method: "POST", body, headers: { Accept: "text/html" }, credentials: "same-origin" });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!$("#card", fresh)) { toast($("main", fresh)?.textContent.trim().slice(0, 200) ?? "", { tone: "late" }); return; }
    take(fresh, answer.redirected ? answer.url : location.href);
  } catch { toast(desk.dataset.off, { tone: "late" }); }
});

// ---- keys ----
const press = (selector) => {
  const input = $(selector);
  if (!input) return false;
  input.checked = true;
  input.focus();
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
};
const link = (selector) => { const found = $(selector); found?.click(); return Boolean(found); };

function harm() {
  const now = $("input[name=harm]:checked");
  return press(now && now.value !== "none" ? "input[name=harm]:checked" : "input[name=harm][value=suspected]");
}

const single = {
  p: () => press("input[name=urgency][value=normal]"), j: () => press("input[name=urgency][value=emergency]"), h: harm,
  c: () => press("#offer input:not([value=new])"), n: () => press("#offer input[value=new]"), e: () => link("#correct"),
};
for (let digit = 1; digit <= 6; digit += 1) {
  single[digit] = () => {
    const input = $$("input[name=scope]")[digit - 1];
    if (!input) return false;
    input.checked = true;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    $("#f-said").focus();
    return true;
  };
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || $("dialog[open]")) return;
  const done = () => event.preventDefault();
  if (event.key === "F4" && !event.altKey && link("#card [data-new], #found [data-new]")) return done();
  if (event.key === "F8" && harm()) return done();
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && $("#case-form")) { done(); $("#case-form").requestSubmit($("#accept")); return; }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && isTyping(event)) { event.target.blur(); return; }
  // A choice is no text: single keys work there too.
  const isChoice = event.target.matches?.("input[type=radio], input[type=checkbox]");
  // Enter in a line or on a choice goes on to the next one: a case is accepted by Ctrl+Enter or its button alone.
  if (event.key === "Enter" && event.target.matches?.("#case-form input")) { done(); focusAfter(event.target); return; }
  if (isTyping(event) && !isChoice) return;
  if (event.key === "/" && isChoice) { done(); find.focus(); find.select(); return; }
  if (event.key === "Enter" && event.target === document.body && link("#next-call")) return done();
  if (single[event.key.toLowerCase()]?.()) done();
});

function focusAfter(input) {
  const all = [...$("#case-form").elements].filter((one) => one.type !== "hidden" && one.tagName !== "FIELDSET" && !one.disabled);
  const rest = all.slice(all.indexOf(input) + 1).find((one) => one.name !== input.name);
  (rest?.type === "radio" ? $(`input[name=${rest.name}]:checked`) ?? rest : rest)?.focus();
}

// ---- what is typed is kept: at the company, and where that cannot be, on this computer until the next sign-in ----
const place = `weibao-desk-${desk?.dataset.me}`;
const kept = $("#kept");
const opened = Date.now();
let saving = 0, saved = "", sent = false;

function typed() {
  const values = {};
  for (const [name, value] of new FormData($("#case-form"))) {
    if (value && !["key", "version"].includes(name)) values[name] = value;
  }
  return values;
}
const isWritten = (values) => ["name", "phone", "said", "place"].some((name) => values[name]);

function keepHere(values) {
  try { localStorage.setItem(place, JSON.stringify({ key: $("#case-form").elements.key.value, values, at: Date.now() })); } catch { /* full or forbidden */ }
}

async function store() {
  const now = $("#case-form");
  // A call that is on its way is no draft any more, also while its page is being left.
  if (!now || now.elements.version || sent) return;
  const values = typed(), text = JSON.stringify(values);
  if (text === saved || !isWritten(values)) return;
  const { ok, status } = await call("PUT", `/api/v1/desk/drafts/${encodeURIComponent(now.elements.key.value)}`, values);
  if (ok) {
    saved = text;
    kept.textContent = desk.dataset.kept.replace("{0}", new Date().toTimeString().slice(0, 5));
    localStorage.removeItem(place);
  } else if (status === 401) {
    keepHere(values);
    signedOut();
  } else if (status === 0) {
    keepHere(values);
    kept.textContent = desk.dataset.off;
  }
}

function signedOut() {
  if ($("#signed-out")) return;
  const note = document.createElement("p"), go = document.createElement("a");
  note.className = "note";
  note.id = "signed-out";
  note.dataset.s = "late";
  note.setAttribute("role", "alert");
  go.className = "link";
  go.href = `/sign-in?next=${encodeURIComponent("/desk?kept=1")}`;
  go.textContent = desk.dataset.signIn;
  note.append(desk.dataset.out, " ", go);
  $("#case-form").prepend(note);
}

// What sounds like the caller's words comes first, as far as they are typed.
let similar = 0;
function sound() {
  clearTimeout(similar);
  similar = setTimeout(async () => {
    const { equipment, said } = $("#case-form")?.elements ?? {};
    if (!equipment?.value || said.value.trim().length < 4 || $("#similar")?.contains(document.activeElement)) return;
    const fresh = await read(`/desk?equipment=${encodeURIComponent(equipment.value)}&said=${encodeURIComponent(said.value.replace(/\s+/g, " ").trim().slice(0, 100))}`);
    if (fresh && $("#case-form")?.elements.equipment.value === equipment.value) swap(fresh, "#similar");
  }, 900);
}

function keep() { clearTimeout(saving); saving = setTimeout(store, 800); }

/** Makes the form what it was, with what was emptied empty. */
function fill(values) {
  for (const input of $("#case-form").elements) {
    const { name } = input;
    if (!name || ["key", "version"].includes(name)) continue;
    if (input.type === "radio") input.checked = input.value === values[name];
    else if (input.type === "checkbox") input.checked = name in values;
    else input.value = values[name] ?? "";
  }
}

if (form) {
  // What the page itself filled in is not typed: it need not be kept again.
  saved = JSON.stringify(typed());
  form.addEventListener("input", (event) => { keep(); if (event.target.name === "said") sound(); });
  form.addEventListener("change", () => {
    const now = $("input[name=harm]:checked", form);
    $(".harm", form).classList.toggle("is-on", Boolean(now && now.value !== "none"));
    keep();
  });
  $(".harm", form).classList.toggle("is-on", ($("input[name=harm]:checked", form)?.value ?? "none") !== "none");
  addEventListener("pagehide", () => {
    const values = typed();
    if (!sent && !form.elements.version && isWritten(values) && JSON.stringify(values) !== saved) keepHere(values);
  });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") store(); });
  form.addEventListener("submit", () => {
    sent = true;
    clearTimeout(saving);
    if (!form.elements.version) keepHere(typed());
  });
  $("#drop-draft")?.addEventListener("submit", () => {
    sent = true;
    clearTimeout(saving);
    localStorage.removeItem(place);
  });
  let left = null;
  try { left = JSON.parse(localStorage.getItem(place)); } catch { /* nothing readable */ }
  const isBack = new URLSearchParams(location.search).has("kept") || left?.key !== form.elements.key.value;
  // Of one form the later words count: the company's copy is older where the network was down. Both by the company's clock; what was kept
  // there took this one along, so a second between the two decides for this one.
  const isLater = left?.key === form.elements.key.value && left.at - (opened - form.dataset.now) + 1_000 > Number(form.dataset.changed ?? Infinity);
  if (left && (isLater || (isBack && !isWritten(typed()))) && !form.elements.version && opened - left.at < 12 * 3_600_000) {
    const { equipment } = left.values;
    const put = () => { form.elements.key.value = left.key; fill(left.values); kept.textContent = desk.dataset.restored; localStorage.removeItem(place); store(); focusNext(); };
    if (equipment && equipment !== form.elements.equipment.value) open(`/desk?equipment=${encodeURIComponent(equipment)}`).then(put);
    else if (!equipment && form.elements.equipment.value) open("/desk?clear=1").then(put);
    else put();
  }
  // A refused form goes on under another key, and so does what is kept of it here.
  if (left && $(".row.wrong, [role=alert]", form) && !form.elements.version) keepHere(typed());
  if ($(".row.wrong", form)) $(".row.wrong input, .row.wrong textarea", form)?.focus();
} else {
  // The case is made: nothing is left to keep.
  localStorage.removeItem(place);
}

// The dispatcher's board: keys, dragging, undo, and rows that follow the journal without jumping. The page works without any of it.
import { $, $$, call, keys, page, pressKey, swap, toast } from "./core.js";
import { onChange, onState } from "./live.js";

const board = $("#board"), list = $("#list"), words = board.dataset;
const fill = (text, ...values) => text.replace(/\{(\d)\}/g, (_, index) => values[index] ?? "");
const rows = () => $$(".strip:not([hidden])", list);
const here = () => $(".strip[aria-current]", list);
const chosen = () => $(".about-case", $("#side"))?.dataset;

/* ---------- addresses: what is chosen lives in them ---------- */
const state = new URLSearchParams(location.search);
for (const name of ["sent", "undone", "kept"]) state.delete(name);
const address = (base, more = {}) => {
  const items = new URLSearchParams(state);
  for (const [name, value] of Object.entries(more)) value ? items.set(name, value) : items.delete(name);
  const text = items.toString();
  return text ? `${base}?${text}` : base;
};
const part = (parts, more) => page(address("/board/parts", { part: parts, ...more }));

/* ---------- the case in question ---------- */
let reading = null;
/** How often somebody has chosen: what a script would choose afterwards gives way to it. */
let choices = 0;
async function choose(row, { scroll = true } = {}) {
  if (!row) return;
  choices += 1;
  for (const other of $$(".strip[aria-current]", list)) other.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  if (scroll) row.scrollIntoView({ block: "nearest" });
  state.set("case", row.dataset.number);
  history.replaceState(null, "", address("/board"));
  refused = null;
  await readSide();
}

async function readSide() {
  reading?.abort();
  reading = new AbortController();
  const mine = reading;
  const fresh = await page(address("/board/parts", { part: "side,time" }), mine.signal);
  if (!fresh || mine.signal.aborted) return;
  const typed = $("#planned")?.value, at = offerAt();
  if (swap(fresh, "#side")) board.classList.toggle("has-side", Boolean(chosen()));
  if (!dragging) swap(fresh, "#time");
  if (typed && $("#planned")) { $("#planned").value = typed; $(".when").open = true; }
  sayRefused();
  holdOffer(at);
}
/** Whoever stands on an offer stays on it when the panel is read anew; Enter would send another otherwise. */
const offerAt = () => { const at = document.activeElement; return $("#side").contains(at) ? { engineer: at.closest(".offer")?.dataset.engineer, isBest: at.matches(".pri.send") } : null; };
function holdOffer(at) {
  if (!at) return;
  const offer = at.engineer && $(`#side .offer[data-engineer="${CSS.escape(at.engineer)}"]`);
  (offer ? $("button.send", offer) ?? offer : at.isBest ? $("#side .pri.send") : null)?.focus({ preventScroll: true });
}

list.addEventListener("click", (event) => {
  const link = event.target.closest(".c-no a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (!justDragged) choose(link.closest(".strip"), { scroll: false });
});
document.addEventListener("click", (event) => {
  const visit = event.target.closest("a.visit");
  if (visit && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    choices += 1;
    state.set("case", new URL(visit.href).searchParams.get("case"));
    history.replaceState(null, "", address("/board"));
    for (const row of $$(".strip", list)) row.toggleAttribute("aria-current", false);
    list.querySelector(`[data-number="${CSS.escape(state.get("case"))}"]`)?.setAttribute("aria-current", "true");
    readSide();
  }
  const open = $("details.pick[open]");
  if (open && !open.contains(event.target)) open.open = false;
});

/* ---------- sending and taking back ---------- */
let lastOrder = null, forgetting = 0, sending = false;
async function send({ number, version, engineer, name, plannedAt }) {
  if (sending) return;
  sending = true;
  const choicesThen = choices;
  const body = { engineer };
  if (plannedAt) body.plannedAt = plannedAt;
  const answer = await call("POST", `/api/v1/requests/${encodeURIComponent(number)}/dispatch`, body, { key: pressKey(), version });
  sending = false;
  if (answer.ok) {
    refused = null;
    const order = answer.body.workOrders.findLast((each) => each.engineer.id === engineer && each.state === "dispatched");
    lastOrder = order?.id ?? null;
    clearTimeout(forgetting);
    // An undo long after is a mistake; the button beside the case is there still.
    forgetting = setTimeout(() => { lastOrder = null; }, 120_000);
    toast(fill(words.sent, number.slice(-4), name), lastOrder ? { undo: () => takeBack(order.id), words: words.undo } : {});
    await refresh([answer.body.id], { own: true, quiet: true });
    if (state.get("case") !== number) lanesLater(); else if (choices === choicesThen) nextToSend(number); else await readSide();
    return;
  }
  if (answer.status === 0) return void toast(words.lost, { tone: "late" });
  // Somebody was faster, or it has changed: what is so now stands in the panel, with who did it.
  const fresh = await part("side,time", { case: number });
  if (fresh && choices === choicesThen) {
    state.set("case", number);
    swap(fresh, "#side"); swap(fresh, "#time"); board.classList.add("has-side");
  }
  const sent = fresh && (answer.status === 409 || answer.status === 412) ? $("#side .sents li", fresh) : null;
  const note = sent?.dataset.by ? fill(words.faster, sent.dataset.by, sent.dataset.at, sent.dataset.name)
    : answer.status === 412 ? words.changed : answer.body?.errors?.[0]?.message ?? answer.body?.detail ?? words.lost;
  toast(note, { tone: "late" });
  refused = { number, note };
  sayRefused();
  await refresh([chosen()?.id].filter(Boolean), { own: true, quiet: true });
}

/** Why the last sending of the case in question was refused; it stays while that case does. */
let refused = null;
function sayRefused() {
  if (!refused || refused.number !== chosen()?.number) return;
  const place = document.createElement("p");
  place.className = "note refused";
  place.dataset.s = "late";
  place.setAttribute("role", "alert");
  place.textContent = refused.note;
  $("#side .clocks")?.after(place);
}

/** Only who has not left is called back: what the order is now is asked first, and the version keeps it so. */
async function takeBack(order) {
  const path = `/api/v1/work-orders/${encodeURIComponent(order)}`, now = await call("GET", path);
  const answer = !now.ok || now.body.state === "dispatched"
    ? now.ok ? await call("POST", `${path}/hand-back`, { reason: words.undoReason }, { key: pressKey(), version: now.body.version }) : now
    : { ...now, ok: false };
  if (lastOrder === order) lastOrder = null;
  toast(answer.ok ? words.undone : answer.status === 0 ? words.lost : words.undoFailed, { tone: answer.ok ? "met" : "late" });
  const id = answer.body?.request;
  if (id) await refresh([id], { own: true });
}

/** After a dispatch the eye goes to the next that waits for one. */
function nextToSend(number) {
  const all = rows(), at = all.findIndex((row) => row.dataset.number === number);
  const next = all.slice(at + 1).find((row) => row.querySelector(".state.todo") && "send" in row.dataset);
  if (next) choose(next); else readSide();
}

/** Asks before what is rarely meant. */
function sure(what, why, go) {
  const ask = $("#ask");
  $("#ask-words").textContent = what;
  $("#ask-why").textContent = why;
  ask.returnValue = "";
  ask.addEventListener("close", () => { if (ask.returnValue === "yes") go(); }, { once: true });
  ask.showModal();
}

const planned = () => { const typed = $("#planned")?.value; return typed ? new Date(typed).toISOString() : ""; };
function sendOffer(offer) {
  const about = chosen();
  if (!offer || !about) return;
  const { engineer, name } = offer.dataset, sent = $("#side .sents li");
  const go = () => send({ number: about.number, version: Number(about.version), engineer, name, plannedAt: planned() || offer.dataset.arrives });
  // Somebody is sent already, perhaps by a colleague a moment ago: a second one is sent on purpose.
  if (sent) sure(`${about.number.slice(-4)} → ${name}`, fill(words.second, sent.dataset.name), go); else go();
}
document.addEventListener("submit", (event) => {
  const form = event.target, button = event.submitter;
  if (form.id === "sending" && button?.name === "engineer") {
    event.preventDefault();
    sendOffer(button.closest(".offer") ?? $(".offer.best"));
  } else if (form.classList.contains("undo")) {
    event.preventDefault();
    takeBack(form.elements.order.value);
  }
});

/* ---------- keys ---------- */
function step(by) {
  const all = rows(), at = all.indexOf(here());
  choose(all[Math.min(Math.max(at < 0 ? 0 : at + by, 0), all.length - 1)]);
}
const offers = () => $$("#side .offer");
function place(index) { const offer = offers()[index]; if (!offer) return false; sendOffer(offer); }
keys({
  j: () => step(1), k: () => step(-1), ArrowDown: () => (inList() ? step(1) : false), ArrowUp: () => (inList() ? step(-1) : false),
  a: () => { const button = $("#side .pri.send"); if (!button) return false; button.focus(); },
  t: () => { const when = $(".when"); if (!when) return false; when.open = true; $("#planned").focus(); },
  z: () => { const order = lastOrder ?? $(".strip .undo input[name=order]", list)?.value; if (!order) return false; takeBack(order); },
  r: () => settle(), o: () => { const about = chosen(); if (!about) return false; location.assign(`/requests/${about.number}`); },
  Enter: (event) => { if (event.target.closest("a, button, summary, [role=button]") && event.target !== list) return false; const best = $(".offer.best"); if (!best) return false; sendOffer(best); },
  Escape: () => { const open = $("details.pick[open]"); if (open) { open.open = false; $("summary", open).focus(); } else return false; },
  ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9].map((digit) => [String(digit), () => place(digit - 1)])),
});
const inList = () => document.activeElement === document.body || list.contains(document.activeElement);
// Arrows walk the offers once one of them has the focus.
document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const buttons = $$("#side button.send");
  const at = buttons.indexOf(document.activeElement);
  if (at < 0) return;
  event.preventDefault();
  buttons[(at + (event.key === "ArrowDown" ? 1 : -1) + buttons.length) % buttons.length].focus();
});

/* ---------- finding in the list ---------- */
const sift = $("[data-find]");
sift?.addEventListener("input", sieve);
sift?.addEventListener("keydown", (event) => {
  if (event.key === "Escape") { sift.value = ""; sieve(); sift.blur(); }
  if (event.key === "Enter") { sift.blur(); choose(rows()[0]); }
});
function sieve() {
  const wanted = (sift?.value ?? "").trim().toLowerCase().split(/\s+/).filter(Boolean);
  for (const row of $$(".strip", list)) {
    const text = wanted.length ? `${row.dataset.number} ${row.textContent}`.toLowerCase() : "";
    row.hidden = wanted.some((word) => !text.includes(word));
  }
}

/* ---------- dragging a row onto a lane or an offer ---------- */
let dragging = null, justDragged = false;
list.addEventListener("dragstart", (event) => event.preventDefault());
list.addEventListener("pointerdown", (event) => {
  const row = event.target.closest(".strip[data-send]");
  if (!row || event.button !== 0 || event.pointerType === "touch" || event.target.closest("form")) return;
  const from = { x: event.clientX, y: event.clientY };
  const move = (at) => {
    if (!dragging) {
      if (Math.hypot(at.clientX - from.x, at.clientY - from.y) < 6) return;
      begin(row);
    }
    follow(at);
  };
  const end = (at) => {
    removeEventListener("pointermove", move); removeEventListener("pointerup", end); removeEventListener("pointercancel", stop);
    removeEventListener("keydown", leave, true);
    if (dragging) { justDragged = true; setTimeout(() => { justDragged = false; }); drop(at); }
  };
  const stop = () => { removeEventListener("pointermove", move); removeEventListener("pointerup", end); removeEventListener("pointercancel", stop); removeEventListener("keydown", leave, true); clear(); };
  const leave = (pressed) => { if (pressed.key === "Escape" && dragging) { pressed.preventDefault(); pressed.stopPropagation(); stop(); } };
  addEventListener("pointermove", move); addEventListener("pointerup", end); addEventListener("pointercancel", stop); addEventListener("keydown", leave, true);
});
function begin(row) {
  const ghost = document.createElement("div");
  ghost.className = "ghost";
  ghost.textContent = `${row.dataset.number.slice(-4)} ${$(".c-who", row).textContent}`;
  document.body.append(ghost);
  document.body.classList.add("dragging");
  dragging = { row, ghost, over: null };
  getSelection()?.removeAllRanges();
}
function follow({ clientX: x, clientY: y }) {
  dragging.ghost.style.setProperty("transform", `translate(${Math.min(x + 12, innerWidth - 200)}px, ${y + 8}px)`);
  const over = document.elementFromPoint(x, y)?.closest(".lane[data-engineer], .offer[data-engineer]") ?? null;
  if (over === dragging.over) return;
  dragging.over?.classList.remove("over");
  over?.classList.add("over");
  dragging.over = over;
}
function clear() {
  dragging?.ghost.remove();
  dragging?.over?.classList.remove("over");
  document.body.classList.remove("dragging");
  dragging = null;
  if (waiting.size || missed) catchUp();
}
function drop({ clientX }) {
  const { row, over } = dragging;
  const { number, version } = row.dataset;
  clear();
  if (!over) return;
  const { engineer, name } = over.dataset;
  const go = (plannedAt) => send({ number, version: Number(version), engineer, name, plannedAt });
  const why = $(`#side .out [data-engineer="${CSS.escape(engineer)}"]`)?.dataset.why;
  let at = over.dataset.arrives ?? "";
  const track = $(".track", over);
  if (track) {
    // Where it was let go on the day, on a quarter of an hour; in the past means as soon as possible.
    const box = track.getBoundingClientRect(), start = Date.parse(over.closest(".lanes").dataset.start);
    const quarter = Math.round(((clientX - box.left) / box.width) * 48);
    const time = start + quarter * 900_000;
    at = clientX >= box.left && time > Date.now() ? new Date(time).toISOString() : "";
  }
  if (!why || state.get("case") !== number) return void go(at);
  sure(`${number.slice(-4)} → ${name}`, why, () => go(at));
}

/* ---------- live: changed rows are read anew and wait for the pointer before they move ---------- */
const changed = new Set(), waiting = new Map();
let missed = false, timer = 0, pointerInside = false;
list.addEventListener("pointerenter", () => { pointerInside = true; });
list.addEventListener("pointerleave", () => { pointerInside = false; settle(); });

onChange(({ stream }) => {
  if (!stream.startsWith("request/")) return;
  changed.add(stream.slice(8));
  timer ||= setTimeout(catchUp, 150);
});
// What happened before the connection came is read anew: what changed in the rows, and the cases that came meanwhile.
let isFirst = true;
onState(async (now) => {
  if (now !== "on") return;
  if (!isFirst) await refresh(rows().map((row) => row.dataset.id).slice(0, 100));
  isFirst = false;
  const fresh = await part("rows", { cursor: "" });
  if (!fresh) return;
  for (const row of $$(".strip", fresh)) if (!document.getElementById(row.id)) patch(row.dataset.id, null, document.importNode(row, true), row.closest("tbody"), false);
  swap(fresh, "#tabs");
  swap(fresh, "#to-send");
  counts();
  mark();
});
async function catchUp() {
  timer = 0;
  if (dragging) { missed = true; return; }
  missed = false;
  const ids = [...changed].slice(0, 100);
  for (const id of ids) changed.delete(id);
  if (ids.length) await refresh(ids);
  if (changed.size) timer ||= setTimeout(catchUp, 150);
}

async function refresh(ids, { own = false, quiet = false } = {}) {
  if (!ids.length) return;
  const fresh = await part("rows", { ids: ids.join(","), cursor: "" });
  if (!fresh) return;
  swap(fresh, "#tabs");
  swap(fresh, "#to-send");
  for (const id of ids) {
    const next = fresh.getElementById(`r-${id}`), now = document.getElementById(`r-${id}`);
    if (next || now) patch(id, now, next && document.importNode(next, true), next?.closest("tbody"), own);
  }
  counts();
  mark();
  if (quiet) return;
  if (own || ids.includes(chosen()?.id)) await readSideSoftly(); else lanesLater();
}
/** The panel of a case that changed elsewhere is read anew, unless somebody is choosing in it. */
async function readSideSoftly() {
  if ($("#side").contains(document.activeElement) && document.activeElement.matches("input")) return;
  await readSide();
}
let lanesTimer = 0;
function lanesLater() {
  clearTimeout(lanesTimer);
  lanesTimer = setTimeout(async () => { if (dragging) return; const fresh = await part("time"); if (fresh && !dragging) swap(fresh, "#time"); }, 800);
}

const before = (a, b) => Number(a.dataset.group) - Number(b.dataset.group) || Number(a.dataset.due) - Number(b.dataset.due) || (a.dataset.id < b.dataset.id ? -1 : 1);
/** Whether the row, as it would now be, stands where it stood. */
function stays(now, next) {
  if (now.dataset.group !== next.dataset.group) return false;
  const up = now.previousElementSibling?.matches(".strip") ? now.previousElementSibling : null;
  const down = now.nextElementSibling;
  return !(up && before(up, next) > 0) && !(down && before(next, down) > 0);
}
function patch(id, now, next, group, own) {
  waiting.delete(id);
  const calm = !own && pointerInside;
  if (!now) {
    // A new case comes in at once where nothing under the pointer moves for it: at the end; else it waits.
    if (calm) waiting.set(id, { next, group }); else insert(next, group);
    return;
  }
  if (!next) {
    if (calm) { now.classList.add("stale"); waiting.set(id, { next: null, group: null }); } else now.remove();
    return;
  }
  if (now.hasAttribute("aria-current")) next.setAttribute("aria-current", "true");
  next.classList.add("fresh");
  if (stays(now, next)) { now.replaceWith(next); return; }
  if (!calm) { now.remove(); insert(next, group); return; }
  // What it says is new at once; where it stands, when the pointer has gone.
  const held = next.cloneNode(true);
  held.classList.add("stale");
  held.dataset.group = now.dataset.group;
  held.dataset.due = now.dataset.due;
  now.replaceWith(held);
  waiting.set(id, { next, group });
}
function insert(row, group) {
  if (!row) return;
  const table = $(".strips", list);
  if (!table) return void location.reload();
  let body = $(`tbody[data-group="${row.dataset.group}"]`, table);
  if (!body) {
    body = document.createElement("tbody");
    body.className = "group";
    body.dataset.group = row.dataset.group;
    if (group) body.append(document.importNode($(".grp", group), true));
    const after = $$("tbody", table).find((each) => Number(each.dataset.group) > Number(row.dataset.group));
    after ? after.before(body) : table.append(body);
  }
  const place = $$(".strip", body).find((each) => before(row, each) < 0);
  place ? place.before(row) : body.append(row);
}
function settle() {
  if (!waiting.size) return;
  for (const [id, { next, group }] of waiting) {
    document.getElementById(`r-${id}`)?.remove();
    insert(next, group);
  }
  waiting.clear();
  counts();
  mark();
}
function mark() {
  const note = $("#moved");
  if (!note) return;
  note.hidden = !waiting.size;
  $("span", note).textContent = `${waiting.size} ${words.moved}`;
}
$("#moved button")?.addEventListener("click", settle);
/** Headings count what the company has; rows that came or went since are told here until the next whole reading. */
function counts() {
  const whole = !$("#next");
  for (const body of $$("tbody.group", list)) {
    const all = $$(".strip", body).length;
    if (!all) body.remove();
    else if (whole) $(".count", body).textContent = all;
  }
}

/* ---------- clocks go on: what is in sight is read anew each minute ---------- */
setInterval(() => {
  if (document.hidden || dragging) return;
  const box = list.getBoundingClientRect();
  const seen = rows().filter((row) => { const at = row.getBoundingClientRect(); return at.bottom > box.top && at.top < Math.min(box.bottom, innerHeight); });
  refresh(seen.map((row) => row.dataset.id).slice(0, 60), { quiet: true });
  readSideSoftly();
}, 60_000);
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(rows().slice(0, 60).map((row) => row.dataset.id), { quiet: true }); });

/* ---------- the rest of the list, as one scrolls towards it ---------- */
const end = $("#next");
if (end && "IntersectionObserver" in window) {
  let busy = false;
  const root = getComputedStyle(list).overflowY === "visible" ? null : list;
  const watch = new IntersectionObserver(async ([entry]) => {
    if (!entry.isIntersecting || busy) return;
    busy = true;
    const cursor = new URL(end.href).searchParams.get("cursor");
    const fresh = await part("rows", { cursor });
    if (fresh) {
      for (const row of $$(".strip", fresh)) if (!document.getElementById(row.id)) insert(document.importNode(row, true), row.closest("tbody"));
      const next = fresh.getElementById("next");
      if (next) end.setAttribute("href", next.getAttribute("href")); else { watch.disconnect(); end.remove(); }
      sieve();
    }
    busy = false;
    if (end.isConnected) { watch.unobserve(end); watch.observe(end); }
  }, { root, rootMargin: "1200px" });
  watch.observe(end);
}

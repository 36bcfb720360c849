// One case, as it changes: what others do appears without a reload, and what is being typed stays. The page is whole without this.
import { $, $$, call, keepForm, keys, page, pressKey, swap, toast } from "./core.js";
import { onChange, onState } from "./live.js";

const say = $("#case").dataset;
const regions = ["#case-head", "#steps", "#story-box", "#facts"];

// ---- what is typed is kept ----
const kept = new Map();
function keep(root) {
  let restored = false;
  for (const form of $$("form[method=post]", root)) {
    if (form.enctype === "multipart/form-data" || kept.has(form)) continue;
    const one = keepForm(form);
    kept.set(form, one);
    if (!one.restored) continue;
    restored = true;
    for (let at = form.closest("details"); at; at = at.parentElement?.closest("details")) at.open = true;
    if (form.matches(".for-them")) $("#to-them").checked = true;
  }
  return restored;
}
if (keep(document) && !$("[role=alert]")) toast(say.back);

// ---- live ----
const typed = (form) => $$("input:not([type=hidden]), textarea, select", form).some((field) => field === document.activeElement
  || (field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked
    : field.tagName === "SELECT" ? field.selectedIndex > 0 && !field.options[field.selectedIndex].defaultSelected
    : field.type === "file" ? field.files.length : field.value !== field.defaultValue));

let reading = false, again = false;
async function refresh(isNews) {
  if (reading) { again = true; return; }
  reading = true;
  const fresh = await page(location.pathname + location.search.replace(/([?&])done=[^&]*/, "$1"));
  if (fresh) show(fresh, isNews);
  reading = false;
  if (again) { again = false; refresh(isNews); }
}

function show(fresh, isNews) {
  const before = new Set($$("#story > li[id]").map((entry) => entry.id)), top = scrollY;
  const next = $("#case", fresh);
  if (!next) return;
  // The mark says what this page's connection is, which the server cannot know.
  const mark = $("[data-live-mark]"), coming = $("[data-live-mark]", fresh);
  if (mark?.dataset.s && coming) { coming.dataset.s = mark.dataset.s; coming.textContent = mark.textContent; }
  for (const name of ["case", "orders"]) say[name] = next.dataset[name];
  for (const region of regions) {
    const now = $(region);
    if (!now) continue;
    // What is unfolded stays so; a form in which somebody writes moves over into the new page as it is.
    const open = $$("details[open]", now).map((one) => label(one)), held = $$("form", now).filter(typed);
    const at = document.activeElement, caret = at?.selectionStart;
    const taken = swap(fresh, region);
    if (!taken) continue;
    for (const one of $$("details", taken)) if (open.includes(label(one))) one.open = true;
    for (const form of held) move(form, taken);
    if (held.some((form) => form.contains(at))) { at.focus({ preventScroll: true }); try { at.setSelectionRange(caret, caret); } catch { /* a list */ } }
    keep(taken);
  }
  document.title = fresh.title;
  scrollTo({ top, behavior: "instant" });
  const arrived = $$("#story > li[id]").filter((entry) => !before.has(entry.id));
  for (const entry of arrived) entry.classList.add("fresh");
  if (isNews && arrived.length) toast(`${say.new}: ${sentence(arrived[0])}`, { tone: "news" });
}

const label = (details) => $("summary", details)?.textContent.trim() ?? "";
const sentence = (entry) => $(".what", entry).firstChild ? [...$(".what", entry).childNodes].slice(0, 2).map((node) => node.textContent).join("").trim() : "";

/** A form in use goes to where it now belongs; where its step is gone, it stands by itself, to be copied from. */
function move(form, region) {
  const path = new URL(form.action).pathname;
  const place = $$("form", region).find((one) => new URL(one.action, location.href).pathname === path && one.className === form.className);
  if (place) {
    const seen = $("[name=seen]", place)?.value;
    place.replaceWith(form);
    // The press is still the same intent; what was seen is not: a refusal tells what came after this.
    if (seen && $("[name=seen]", form)) form.dataset.seen = seen;
    for (let at = form.closest("details"); at; at = at.parentElement?.closest("details")) at.open = true;
    return;
  }
  const box = document.createElement("div"), words = document.createElement("p"), gone = document.createElement("button");
  box.className = "lost";
  words.className = "bad";
  words.setAttribute("role", "alert");
  words.textContent = say.gone;
  gone.type = "button";
  gone.className = "btn";
  gone.textContent = say.discard;
  gone.addEventListener("click", () => { kept.get(form)?.forget(); box.remove(); });
  for (const button of $$("button:not([type=button])", form)) button.remove();
  box.append(words, form, gone);
  ($(".steps", region) ?? region).append(box);
}

const isMine = (stream) => stream === `request/${say.case}` || say.orders.split(" ").some((order) => stream === `work-order/${order}`);
let soon;
onChange(({ stream }) => {
  if (!isMine(stream)) return;
  clearTimeout(soon);
  soon = setTimeout(() => refresh(true), 150);
});
// Back after a gap something may have been missed.
let wasOn = false;
onState((state) => { if (state === "on") { if (wasOn) refresh(true); wasOn = true; } });
// Clocks say how much is left in words: they are read anew each minute, while somebody looks.
setInterval(() => { if (!document.hidden) refresh(false); }, 60_000);
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(false); });

// ---- writing ----
for (const form of $$("#write form")) {
  const text = $("textarea", form), isToThem = !form.matches(".for-us");
  let key = pressKey();
  // Other words are another note: an answer that was lost must not stand in their way.
  text.addEventListener("input", () => { key = pressKey(); });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = $("button", form);
    if (button.disabled || !text.value.trim()) return;
    button.disabled = true;
    const body = { text: text.value };
    const audience = form.elements.audience?.value;
    if (audience) body.audience = audience;
    const answer = await call("POST", `/api/v1/requests/${say.case}/comment`, body, { key });
    button.disabled = false;
    if (answer.ok) {
      form.reset();
      text.value = "";
      kept.get(form)?.forget();
      key = pressKey();
      toast(isToThem ? say.sentThem : say.sentUs);
      return refresh(false);
    }
    if (answer.status === 401) {
      // What is typed is kept; the browser's own way leads to the page that asks for a sign-in.
      return HTMLFormElement.prototype.submit.call(form);
    }
    toast(answer.body?.detail ?? say.unsent, { tone: "late" });
  });
}

// ---- keys ----
function write(choice, place) {
  const radio = $(choice), text = $(place) ?? $("#note-text");
  if (!text) return false;
  if (radio) radio.checked = true;
  text.focus();
}
keys({
  e: () => {
    const first = $("#steps details.first"), once = $("#steps .once button");
    if (first) { first.open = true; ($("input:not([type=hidden]), textarea, select", first) ?? $("button", first)).focus(); } else if (once) once.focus(); else return false;
  },
  c: () => write("#to-us", "#note-text"),
  m: () => write("#to-them", "#message-text"),
});

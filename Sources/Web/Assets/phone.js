// The engineer's phone. Without script every step is a form of its own; with it each is kept on the phone first, with the time at which it
// was taken, and sent at once or when the signal is back. Tests hold on to: #big-step, #unsent-count, [data-offline] with its data-s.
import { $, $$, clearPages, isFilledIn, toast } from "./core.js";
import "./phone-queue.js";
import "./phone-send.js";
import { takeFiles } from "./phone-file.js";
import { forget, mayLeave } from "./phone-leave.js";
import { drawSignature, showPhotos, takePhotos } from "./phone-photos.js";
import { showUnsent } from "./phone-unsent.js";

const { staff, order } = document.body.dataset;
const texts = Object.fromEntries($$("i", $("#words").content).map((word) => [word.dataset.k, word.textContent]));
/** A text of this page's language, filled in. */
const words = (key, ...values) => (texts[key] ?? key).replace(/\{(\d)\}/g, (_, index) => values[index] ?? "");
/** `10:58` of the company's clock. */
const clock = (at) => new Date(at + Number(document.body.dataset.offset) * 1_000).toISOString().slice(11, 16);

/** When the server wrote this page, by its own clock; it may have lain on the phone since. */
const written = Date.parse(document.body.dataset.now), isDay = location.pathname === "/my-day";
let net = navigator.onLine, signIn = false, later, keeping = 0, isLeaving = false, ownDay = "";

/** All of this person that waits: steps, then photos. */
async function waiting() {
  const steps = (await self.phone.steps()).filter((step) => !step.hidden), photos = await self.phone.photos(), own = (item) => item.owner === staff;
  return { steps: steps.filter(own), photos: photos.filter(own), foreign: [...steps, ...photos].filter((item) => !own(item)).length };
}

/** Steps of this person that this page does not know of: those that wait, and those that were sent after it was written. */
const jobSteps = async () => (await self.phone.steps()).filter((step) => step.owner === staff && !step.json && (step.state !== "sent" || step.sentAt >= written));

// ---- the bar: the count in plain sight on every page ----
async function showBar() {
  const bar = $("[data-offline]"), { steps, photos, foreign } = await waiting(), all = [...steps, ...photos];
  const refused = all.filter((item) => item.state === "refused").length, oldest = Math.min(...all.map((item) => item.at));
  const say = (key, count, more, tone) => {
    const [before, after = ""] = (texts[key] ?? "").split("{0}"), number = document.createElement("span");
    number.id = "unsent-count";
    number.textContent = String(count);
    number.className = texts[key]?.includes("{0}") ? "" : "vh";
    $("[data-say]", bar).replaceChildren(before, number, after);
    $("[data-more]", bar).textContent = [more, foreign ? words("foreign", foreign) : ""].filter(Boolean).join(" · ");
    bar.dataset.s = foreign && tone === "met" ? "soon" : tone;
  };
  if (refused) say("refused", refused, words("refused-more"), "late");
  else if (signIn) say("sign-in", all.length, words("sign-in-more"), "late");
  else if (!net) say(all.length ? "offline" : "offline-none", all.length, all.length ? words("offline-more") : words("offline-as-of", clock(Date.parse(document.body.dataset.now))), "soon");
  else if (all.length) say("waiting", all.length, words("oldest", clock(oldest)), "soon");
  else say("all", 0, "", "met");
}

// ---- one step under the thumb: those that were pressed lie behind, the next stands in the dock ----
async function showPlan() {
  const pressed = new Map();
  for (const step of await jobSteps()) pressed.set(step.order, [...(pressed.get(step.order) ?? []), step]);
  const own = new Set((pressed.get(order) ?? []).map((step) => step.step));
  const places = $$("[data-dock]"), next = places.find((place) => !own.has(place.dataset.dock));
  $("#big-step")?.removeAttribute("id");
  for (const place of places) place.hidden = place !== next;
  const then = $(".dock [data-then]");
  if (then) then.hidden = Boolean(next) || !places.length;
  $(".bigstep", next ?? then ?? document)?.setAttribute("id", "big-step");
  for (const box of $$("[data-stepbox]")) box.hidden = box.dataset.stepbox !== next?.dataset.dock;
  if (own.has("arrive")) for (const part of $$("[data-there]")) part.hidden = false;
  // Readings that wait are still seen where they were typed.
  for (const step of pressed.get(order) ?? []) for (const [name, value] of step.step === "record" ? step.fields : []) {
    const box = name.startsWith("reading-") && document.getElementById(name);
    if (box) box.placeholder = value;
  }
  for (const row of $$("[data-order] [data-state]")) {
    const step = (pressed.get(row.closest("[data-order]").dataset.order) ?? []).findLast((one) => texts[`order.${one.step}`]);
    row.dataset.was ??= row.textContent;
    const state = step && words(`order.${step.step}`);
    row.textContent = !step ? row.dataset.was : step.state === "sent" ? state : words("not-sent", state);
  }
}

async function show() {
  await Promise.all([showBar(), showPlan(), showPhotos(words), showUnsent({ words, clock, waiting, send })]);
}

// ---- keeping and sending ----
async function send() {
  clearTimeout(later);
  // `onLine` is to be believed when it says no.
  if (!navigator.onLine) { net = false; await show(); return { net }; }
  const state = await self.phone.send();
  (net = state.net), (signIn = state.signIn);
  await show();
  await refresh();
  await report(state.sent);
  if (!state.net || state.after) later = setTimeout(send, Math.max(state.after * 1_000, 15_000));
  return state;
}

const known = new Set();
/** What was sent stands on a page that is read anew, however it was sent. */
async function refresh() {
  const steps = (await jobSteps()).filter((step) => isDay || step.order === order);
  const left = new Set(steps.filter((step) => step.state !== "sent").map((step) => step.order));
  const news = steps.filter((step) => step.state === "sent" && !left.has(step.order) && !known.has(step.seq));
  if (!news.length || keeping) return;
  for (const step of news) known.add(step.seq);
  renew(news.some((step) => ["leave", "hand-back"].includes(step.step)) ? "/my-day" : location.pathname);
}

/** What is half filled in, a signature, a photo that is just being taken are not taken away: then the new page is offered. */
function renew(path) {
  if ($("[data-drawn], [data-busy]") || $$("form[data-step]").some(isFilledIn)) return offer("new-page");
  isLeaving = true;
  if (path) location.replace(path); else location.reload();
}

/** What the office knows of this phone; what this phone must know of the office. */
async function report(sent = 0) {
  const { steps, photos } = await waiting(), all = [...steps, ...photos];
  const kind = /iPhone|iPad|Android|HarmonyOS/.exec(navigator.userAgent)?.[0] ?? "browser";
  const body = { kind, unsent: all.length, refused: all.filter((item) => item.state === "refused").length };
  if (all.length) body.oldestAt = new Date(Math.min(...all.map((item) => item.at))).toISOString();
  const id = await self.phone.device();
  const answer = await self.phone.call("POST", `/api/v1/devices/${id}`, JSON.stringify(body), { "Content-Type": "application/json" });
  net = answer.status !== 0;
  signIn = answer.status === 401;
  // The cases are not for whoever holds the phone now; what waits stays for its owner.
  if (signIn) await clearPages();
  if (answer.status === 404) await self.phone.setFact("device", self.phone.key());
  if (answer.ok && answer.body.forget) return forget(id, kind, waiting);
  if (answer.ok && isOutdated(answer.body.day) && !isLeaving) {
    // What changed as this phone sent something is its own doing.
    if (sent) { ownDay = answer.body.day; renew(); }
    else if (answer.body.day !== ownDay && !document.activeElement?.matches("input, textarea, select")) offer("new-day");
  }
  await showBar();
}

/** The day's page knows of all open jobs; a job's page only of its own, which has ended where it is missing among those that a phone takes along. */
function isOutdated(day) {
  const own = document.body.dataset.day, open = day.split("_");
  return isDay ? day !== own : Boolean(own) && !open.includes(own) && open.length <= 20;
}

function offer(why) {
  toast(words(why), { undo: () => location.reload(), words: words("refresh") });
}

async function keepStep(form) {
  const now = await self.phone.moment(), step = form.dataset.step, data = new FormData(form);
  const fields = [...data].filter(([name, value]) => name !== "key" && typeof value === "string" && value !== "");
  const edited = Number(new URLSearchParams(location.search).get("edit")) || 0, old = edited ? await self.phone.step(edited) : null, isMended = old?.state === "refused" && old.step === step && old.order === order;
  const title = step === "record" ? words("record") : form.closest("[data-dock]")?.querySelector(".bigstep span")?.firstChild?.textContent ?? $(`[data-dock="${step}"] .bigstep span`)?.firstChild?.textContent ?? $(`#head-${step}`)?.textContent ?? form.closest("details")?.querySelector("summary")?.textContent.trim() ?? step;
  const kept = { owner: staff, order, case: document.body.dataset.case ?? "", step, path: new URL(form.action).pathname, fields, title, about: $(".job h2")?.textContent ?? "", at: now.at, ahead: now.ahead, key: self.phone.key(), state: "waiting" };
  // What was mended keeps its place in the order and the time at which it happened.
  if (isMended) Object.assign(kept, { seq: old.seq, at: old.at, ahead: old.ahead, settled: old.settled });
  await self.phone.keep(kept);
  if (edited) history.replaceState(null, "", location.pathname);
}

addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.step || event.defaultPrevented) return;
  event.preventDefault();
  const press = (isOff) => { for (const button of $$("button.bigstep")) button.disabled = isOff; };
  press(true);
  keeping += 1;
  try {
    await keepStep(form);
  } catch {
    // No memory (a private window, a full phone): then as without script.
    toast(words("cannot-keep"), { tone: "late" });
    press(false);
    if (navigator.onLine) form.submit();
    return;
  } finally { keeping -= 1; }
  carry(form);
  form.reset();
  for (const box of $$("input[data-s]", form)) box.removeAttribute("data-s");
  form.closest("details")?.removeAttribute("open");
  await showPlan();
  window.scrollTo(0, 0);
  // The next step stands where this one did: the second tap of two is not for it.
  setTimeout(press, 500, false);
  navigator.serviceWorker?.ready.then((worker) => worker.sync?.register("weibao-send")).catch(() => {});
  const state = await send();
  if (!state.net) toast(words("kept-toast"));
});

/** What was just said is not typed again in the next step. */
function carry(form) {
  const given = new FormData(form);
  const fill = (step, name) => { const box = $(`#form-${step} [name="${name}"]:not([type=radio])`); if (box && !box.value) box.value = box.defaultValue = given.get(name) ?? ""; };
  if (form.dataset.step === "propose") fill("clear", "remedy");
  if (form.dataset.step === "agree") fill("confirm", "contact");
  if (form.dataset.step === "locate") for (const radio of $$(`#form-clear [name=cause]`)) radio.checked = radio.defaultChecked = radio.value === given.get("cause");
}

$("[data-send]")?.addEventListener("click", () => send());

// ---- readings, maps ----
for (const box of $$("[data-low]")) {
  box.addEventListener("input", () => {
    const value = parseFloat(box.value.replace(/[，,．]/, ".")), limit = (text) => (text === "" ? NaN : Number(text) / 1_000);
    box.dataset.s = Number.isNaN(value) ? "" : value < limit(box.dataset.low) || value > limit(box.dataset.high) ? "late" : "met";
  });
}
const chosen = localStorage.getItem("weibao-map");
for (const menu of $$(".route")) {
  const link = chosen && $(`[data-map="${chosen}"]`, menu);
  if (link) $("summary", menu).addEventListener("click", (event) => { event.preventDefault(); link.click(); });
  menu.addEventListener("click", (event) => { if (event.target.dataset.map) menu.open = false; });
}
const choice = $("[data-map-choice]");
if (choice) {
  choice.value = chosen ?? "";
  choice.addEventListener("change", () => (choice.value ? localStorage.setItem("weibao-map", choice.value) : localStorage.removeItem("weibao-map")));
}

// ---- start ----
/** No page lies longer on a phone. */
const month = 30 * 86_400_000;

async function start() {
  const last = await self.phone.fact("owner");
  // Another person's cases are not for this one; what the other has not sent stays until they sign in.
  if (last && last !== staff) await clearPages();
  await self.phone.setFact("owner", staff);
  const { at } = await self.phone.now();
  for (const step of await self.phone.steps()) if (step.state === "sent") step.sentAt < at - month ? await self.phone.drop(step.seq) : known.add(step.seq);
  await show();
  const edited = Number(new URLSearchParams(location.search).get("edit"));
  if (edited) await fillAgain(edited);
  navigator.storage?.persist?.();
  if ("serviceWorker" in navigator) {
    try {
      await navigator.serviceWorker.register("/my-day/worker.js", { scope: "/my-day" });
      const worker = await navigator.serviceWorker.ready;
      if (location.pathname === "/my-day" && net) worker.active.postMessage({ take: ["/my-day", "/my-day/unsent", ...new Set($$("[data-order][href]").map((link) => link.getAttribute("href")))] });
    } catch { /* the phone works without, only not while there is no network */ }
  }
  await send();
}

/** A refused step, to be mended: its form with what was typed. */
async function fillAgain(seq) {
  const step = await self.phone.step(seq), form = step && $(`#form-${step.step}`);
  if (!form || step.order !== order || step.state !== "refused") return;
  for (const [name, value] of step.fields) {
    for (const box of $$(`[name="${CSS.escape(name)}"]`, form)) if (box.type === "radio") box.checked = box.value === value; else if (box.type !== "hidden") box.value = value;
  }
  const box = form.closest("[data-stepbox], details, section");
  for (const other of $$("[data-stepbox]")) other.hidden = other !== box;
  if (box?.tagName === "DETAILS") box.open = true;
  for (const place of $$("[data-dock]")) place.hidden = place.dataset.dock !== step.step;
  box?.scrollIntoView();
}

self.phone.onChange(() => { show(); refresh(); });
addEventListener("online", () => { net = true; send(); });
addEventListener("offline", () => { net = false; showBar(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
setInterval(() => { if (!document.hidden) send(); }, 60_000);
mayLeave(words, waiting);
takeFiles(words, waiting, send);
takePhotos(words, send);
drawSignature(words);
start();

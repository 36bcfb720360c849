// The page of what has not been sent: what waits in its order, what was refused with what can be done.
import { $, $$ } from "./core.js";
import "./phone-queue.js";

let busy = Promise.resolve();

/** Shows it anew; nothing where this is another page. */
export function showUnsent(tools) {
  if (!$("[data-waiting]")) return;
  busy = busy.then(() => draw(tools)).catch(() => {}).then(() => ($("[data-waiting]").dataset.drawn = ""));
  return busy;
}

async function draw({ words, clock, waiting, send }) {
  const { steps, photos } = await waiting(), blocked = new Set(steps.filter((step) => step.state === "refused").map((step) => step.order));
  const list = $("[data-waiting]"), refused = $("[data-refused-list]");
  const row = ({ at, title, about, state, progress }) => {
    const item = $("#row").content.cloneNode(true);
    $("[data-time]", item).textContent = clock(at);
    $("[data-title]", item).textContent = title;
    $("[data-about]", item).firstChild ? ($("[data-about]", item).textContent = about) : $("[data-about]", item).append(about);
    $("[data-state]", item).textContent = state;
    if (progress) Object.assign($("progress", item), { hidden: false, max: progress[1], value: progress[0] });
    return item;
  };
  const rows = steps.filter((step) => step.state !== "refused").map((step) => row({ at: step.at, title: step.title, about: step.about, state: words(blocked.has(step.order) ? "behind" : "wait") }));
  const cases = Map.groupBy ? Map.groupBy(photos.filter((photo) => photo.state !== "refused"), (photo) => photo.case) : new Map(photos.map((photo) => [photo.case, photos.filter((other) => other.case === photo.case)]));
  for (const [number, group] of cases) {
    const done = group.reduce((sum, photo) => sum + photo.offset, 0), size = group.reduce((sum, photo) => sum + photo.size, 0);
    rows.push(row({ at: Math.min(...group.map((photo) => photo.at)), title: words("photos", group.length), about: `${number} · ${((size - done) / 1_048_576).toFixed(1)} MB`, state: words("wait"), progress: [done, size] }));
  }
  list.replaceChildren(...rows);
  list.hidden = !rows.length;
  const open = [...steps, ...photos].filter((item) => item.state === "refused");
  $("[data-refused]").hidden = !open.length;
  refused.replaceChildren(...open.map((item) => settle(item, { words, clock, send })));
  $("[data-none]").hidden = rows.length > 0 || open.length > 0;
  await facts(words);
}

const why = ({ problem }, words) => ({ "phone.clock": words("why-clock"), "phone.ahead": words("why-ahead") })[problem.code] ?? problem.detail;

/** One refused step or photo: what happened, and what a person can do about it. Nothing is dropped unasked. */
function settle(item, { words, clock, send }) {
  const card = $("#settle").content.cloneNode(true), isPhoto = Boolean(item.blob), act = (name) => $(`[data-act="${name}"]`, card);
  const title = isPhoto ? words("photo") : item.title;
  $("[data-title]", card).textContent = `${clock(item.at)} ${title}`;
  $("[data-why]", card).textContent = why(item, words);
  $("[data-about]", card).textContent = [isPhoto ? item.case : item.about, words("refused-more")].filter(Boolean).join(" · ");
  const keep = (change) => (isPhoto ? self.phone.keepPhoto({ ...item, problem: null, state: "waiting", ...change }) : self.phone.keep({ ...item, problem: null, state: "waiting", key: self.phone.key(), ...change }));
  const isTime = ["phone.clock", "phone.ahead", "access.too-late"].includes(item.problem.code) || /occurredAt/.test(item.problem.code);
  if (isPhoto || !item.fields?.length) act("edit").remove(); else act("edit").href = `/my-day/${item.order}?edit=${item.seq}#step-${item.step}`;
  act("now").hidden = !isTime;
  act("now").addEventListener("click", async () => { const now = await self.phone.moment(); await keep({ at: now.at, ahead: now.ahead, settled: true }); send(); });
  act("again").addEventListener("click", async () => { await keep({ settled: true }); send(); });
  if (isPhoto) act("hand").remove();
  else act("hand").addEventListener("click", async () => {
    const typed = (item.fields ?? []).filter(([name]) => name !== "signature").map(([name, value]) => `${name}: ${value}`).join("; ");
    const text = words("handed", title, clock(item.at), why(item, words), typed).slice(0, 3_900), now = await self.phone.now();
    await keep({ step: "comment", path: `/my-day/${item.order}/comment`, fields: [["text", text]], at: now.at, ahead: now.ahead, settled: true });
    send();
  });
  act("drop").addEventListener("click", async () => {
    if (!confirm(words("drop-sure"))) return;
    if (!isPhoto) return self.phone.drop(item.seq);
    await self.phone.dropPhoto(item.id);
    await self.phone.keep({ owner: item.owner, order: `files ${item.order}`, path: `/api/v1/requests/${item.case}/expected-files`, optional: true, hidden: true, json: { sha256: [item.sha256], gone: true }, at: item.at, ahead: 0, state: "waiting" });
    send();
  });
  return card;
}

async function facts(words) {
  const room = await navigator.storage?.estimate?.(), kept = await navigator.storage?.persisted?.(), { ahead } = await self.phone.now();
  const size = Math.abs(ahead), span = size < 3_600_000 ? words("minutes", Math.round(size / 60_000)) : size < 172_800_000 ? words("hours", Math.round(size / 3_600_000)) : words("days", Math.round(size / 86_400_000));
  $("[data-room]").textContent = room ? `${((room.quota - room.usage) / 1_073_741_824).toFixed(1)} GB` : words("unknown");
  $("[data-kept]").textContent = words(kept ? "persistent" : "best-effort");
  $("[data-clock]").textContent = size < 60_000 ? words("clock-right") : words(ahead > 0 ? "clock-fast" : "clock-slow", span);
}

// What has not been sent, as one file: for a colleague or the office to read, and for its owner to take back onto a phone.
import { $, toast } from "./core.js";
import { announce } from "./phone-photos.js";
import "./phone-queue.js";

/** Everything that waits, saved where the browser saves files. */
export async function save(waiting) {
  const { steps, photos } = await waiting(), { ahead } = await self.phone.now();
  const base64 = (blob) => new Promise((done) => { const reader = new FileReader(); reader.onload = () => done(reader.result); reader.readAsDataURL(blob); });
  const file = {
    weibao: "unsent", savedAt: new Date().toISOString(), ahead, staff: document.body.dataset.staff, steps,
    photos: await Promise.all(photos.map(async ({ blob, ...photo }) => ({ ...photo, data: await base64(blob) }))),
  };
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(file, null, 1)], { type: "application/json" }));
  link.download = `weibao-${file.savedAt.slice(0, 16).replace(/[-:T]/g, "")}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

const isText = (value, max) => typeof value === "string" && value.length <= max;
const isWord = (value, max = 64) => isText(value, max) && /^[\w-]+$/.test(value);
const isTime = (value) => Number.isFinite(value) && Math.abs(value) < 8.64e15;
const text = (value) => (isText(value, 4_000) ? value : "");

/** A step of a file as the queue keeps it, with its own key: the server does it once, however often it comes. Null where it is none. */
function stepOf({ order, case: number, step, fields, title, about, at, ahead, key, state, problem, settled }, owner, shift) {
  const isField = (one) => Array.isArray(one) && one.length === 2 && isText(one[0], 64) && isText(one[1], 400_000);
  if (!isWord(order) || !isWord(step) || !isWord(key) || !isTime(at) || !Array.isArray(fields) || !fields.every(isField)) return null;
  const kept = { owner, order, case: text(number), step, path: `/my-day/${order}/${step}`, fields, title: text(title), about: text(about), at, ahead: (isTime(ahead) ? ahead : 0) + shift, key, state: "waiting" };
  if (settled) kept.settled = true;
  if (state === "refused") Object.assign(kept, { state, problem: { status: 0, code: text(problem?.code), detail: text(problem?.detail) } });
  return kept;
}

/** A photo of a file, if its bytes are what its name says. Whether it is at the office already is asked before it is sent. */
async function photoOf({ order, case: number, sha256, name, at, data }, owner) {
  if (!isWord(order) || !isWord(number) || !isTime(at) || !isText(data, 100_000_000)) return null;
  const [head, body = ""] = data.split(",", 2), bytes = Uint8Array.from(atob(body), (sign) => sign.charCodeAt(0));
  const hash = [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hash !== sha256) return null;
  const blob = new Blob([bytes], { type: /^data:([\w/+.-]+)/.exec(head)?.[1] ?? "" });
  return { id: `${number} ${hash}`, owner, order, case: number, sha256, name: text(name) || `${hash.slice(0, 8)}.jpg`, size: blob.size, blob, at, key: self.phone.key(), state: "waiting", upload: null, offset: 0, restored: true };
}

/** Takes a file back; how much of it was new here. Null where it is no file of this person's. All of it is read before any of it is kept. */
async function restore(file) {
  const { staff } = document.body.dataset, { ahead } = await self.phone.now();
  let read, steps, photos;
  try {
    read = JSON.parse(await file.text());
    if (read.weibao !== "unsent" || read.staff !== staff) return null;
    // How far that phone's clock was ahead of when each step was taken, said by this one's.
    const shift = ahead - (isTime(read.ahead) ? read.ahead : 0);
    steps = read.steps.map((step) => stepOf(step, staff, shift));
    photos = await Promise.all(read.photos.map((photo) => photoOf(photo, staff)));
  } catch { return null; }
  if ([...steps, ...photos].includes(null)) return null;
  const there = new Set([...(await self.phone.steps()).map((step) => step.key), ...(await self.phone.photos()).map((photo) => photo.id)]);
  const news = steps.filter((step) => !there.has(step.key)), pictures = photos.filter((photo) => !there.has(photo.id));
  for (const step of news) await self.phone.keep(step);
  for (const photo of pictures) await self.phone.keepPhoto(photo);
  for (const photo of pictures) await announce(photo, [photo.sha256]);
  return news.length + pictures.length;
}

/** The page of what has not been sent saves the file and takes it back. */
export function takeFiles(words, waiting, send) {
  $("[data-save]")?.addEventListener("click", () => save(waiting));
  const place = $("[data-restore]");
  if (!place || !crypto.subtle) return;
  place.hidden = false;
  $("input", place).addEventListener("change", async (event) => {
    const [file] = event.target.files;
    try {
      const count = file && (await restore(file));
      if (count === null) toast(words("not-yours"), { tone: "late" });
      else if (file) toast(words("restored", count));
    } catch { toast(words("cannot-keep"), { tone: "late" }); }
    event.target.value = "";
    await send();
  });
}

// Photos and the drawn signature: kept on the phone as they were taken, by their SHA-256.
import { $, $$, toast } from "./core.js";
import "./phone-queue.js";

const limit = 50 * 1024 * 1024;
const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** The office is told which photos of a job to expect; the manager's sign-off waits for them. */
export const announce = async ({ owner, order, case: number, at, ahead = 0 }, hashes) => self.phone.keep({
  owner, order: `files ${order}`, path: `/api/v1/requests/${number}/expected-files`, optional: true, hidden: true,
  json: { sha256: hashes, device: await self.phone.device() }, at, ahead, state: "waiting",
});

/** Chosen or taken photos of a job go into the phone's memory, and the case is told to expect them. */
export function takePhotos(words, send) {
  const form = $("[data-photos]");
  // Hashes need https; without it the form sends one photo at once.
  if (!form || !crypto.subtle) return;
  form.dataset.kept = "";
  const album = $("#album");
  album.disabled = album.hidden = false;
  for (const input of $$("input[type=file]", form)) {
    // While the camera is open the page stays.
    input.addEventListener("click", () => { form.dataset.busy = ""; });
    input.addEventListener("cancel", () => { delete form.dataset.busy; });
    input.addEventListener("change", async () => {
      const { staff, order } = document.body.dataset, now = await self.phone.now(), hashes = [];
      for (const file of input.files) {
        if (file.size > limit) { toast(words("too-large"), { tone: "late" }); continue; }
        const sha256 = hex(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
        try {
          await self.phone.keepPhoto({
            id: `${form.dataset.photos} ${sha256}`, owner: staff, order, case: form.dataset.photos, sha256, name: file.name || `${sha256.slice(0, 8)}.jpg`,
            size: file.size, blob: file, at: now.at, key: self.phone.key(), state: "waiting", upload: null, offset: 0,
          });
        } catch { toast(words("cannot-keep"), { tone: "late" }); continue; }
        hashes.push(sha256);
      }
      input.value = "";
      delete form.dataset.busy;
      if (!hashes.length) return;
      await announce({ owner: staff, order, case: form.dataset.photos, at: now.at, ahead: now.ahead }, hashes);
      send();
    });
  }
}

/** The photos of this job that wait, with how far each is. */
export async function showPhotos(words) {
  const list = $("[data-shots]"), count = $("[data-photo-count]");
  if (!list) return;
  const waiting = (await self.phone.photos()).filter((photo) => photo.order === document.body.dataset.order);
  for (const image of $$("img", list)) URL.revokeObjectURL(image.src);
  list.replaceChildren(...waiting.map((photo) => {
    const row = document.createElement("li"), image = document.createElement("img"), name = document.createElement("span"), state = document.createElement("span");
    image.src = URL.createObjectURL(photo.blob);
    image.alt = "";
    name.className = "say";
    const bar = document.createElement("progress");
    bar.max = photo.size;
    bar.value = photo.offset;
    name.append(photo.problem?.detail || words("photo-not-yet"), bar);
    state.className = "num";
    state.textContent = `${(photo.size / 1_048_576).toFixed(1)} MB`;
    row.append(image, name, state);
    return row;
  }));
  const sent = Number(count.dataset.photoCount);
  count.textContent = waiting.length ? words("photos-sent", sent, sent + waiting.length) : words("photos", sent);
}

/** A finger's line becomes a picture of at most 200 kB. */
export function drawSignature(words) {
  const place = $("[data-sign]");
  if (!place) return;
  const canvas = $("canvas", place), value = $("input", place), form = place.closest("form"), pen = canvas.getContext("2d");
  let isDrawn = false;
  const clear = () => { pen.fillStyle = "#fff"; pen.fillRect(0, 0, canvas.width, canvas.height); isDrawn = false; value.disabled = true; delete place.dataset.drawn; };
  clear();
  place.hidden = false;
  Object.assign(pen, { lineWidth: 4, lineCap: "round", lineJoin: "round", strokeStyle: "#111" });
  const spot = (event) => { const box = canvas.getBoundingClientRect(); return [(event.clientX - box.left) * canvas.width / box.width, (event.clientY - box.top) * canvas.height / box.height]; };
  canvas.addEventListener("pointerdown", (event) => { canvas.setPointerCapture(event.pointerId); pen.beginPath(); pen.moveTo(...spot(event)); pen.lineTo(...spot(event)); pen.stroke(); isDrawn = true; place.dataset.drawn = ""; });
  canvas.addEventListener("pointermove", (event) => { if (canvas.hasPointerCapture(event.pointerId)) { pen.lineTo(...spot(event)); pen.stroke(); } });
  $("[data-sign-clear]", place).addEventListener("click", clear);
  const how = () => $("[name=how]:checked", form)?.value;
  const show = () => { place.hidden = how() !== "signature"; };
  form.addEventListener("change", show);
  form.addEventListener("reset", clear);
  // Before the step is kept: it takes the picture along.
  form.addEventListener("submit", (event) => {
    if (how() !== "signature") { value.disabled = true; return; }
    if (!isDrawn) { event.preventDefault(); event.stopImmediatePropagation(); toast(words("sign-first"), { tone: "late" }); canvas.scrollIntoView({ block: "center" }); return; }
    value.value = canvas.toDataURL("image/png");
    value.disabled = false;
  }, { capture: true });
}

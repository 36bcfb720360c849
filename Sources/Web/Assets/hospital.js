// Pages for people outside. All of them work without this: it remembers a phone number, shows what was chosen, follows a case, and takes a signature.

const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const store = { get: (key) => { try { return localStorage.getItem(key) || ""; } catch { return ""; } }, set: (key, value) => { try { localStorage.setItem(key, value); } catch { /* private window */ } } };

// The reader's own name and number, kept in this browser alone.
function remember(root) {
  for (const input of $$("[data-keep]", root)) {
    const key = `weibao-${input.dataset.keep}`;
    if (!input.value) input.value = store.get(key);
    input.form?.addEventListener("submit", () => store.set(key, input.value));
  }
}

// A second press sends nothing again; coming back to the page frees the button.
for (const form of $$("form[data-once]")) {
  form.addEventListener("submit", () => { for (const button of $$("button:not([type=button])", form)) setTimeout(() => { button.disabled = true; }); });
}
addEventListener("pageshow", () => { for (const button of $$("form[data-once] button")) button.disabled = false; });

// Photos: how many, and made small enough for a hospital's network. The picture's own size stays readable (2,560 px).
const most = 2560, light = 1_500_000;

async function lighter(file) {
  if (file.size <= light || !/^image\/(jpeg|png|webp)$/.test(file.type) || !window.createImageBitmap) return file;
  try {
    const picture = await createImageBitmap(file), scale = Math.min(1, most / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    return blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }) : file;
  } catch { return file; }
}

// A form that is sent while its photos are being made small waits for them.
const shrinking = new WeakMap();
addEventListener("submit", async (event) => {
  const work = shrinking.get(event.target);
  if (!work) return;
  event.preventDefault();
  const { submitter } = event;
  await work;
  shrinking.delete(event.target);
  if (submitter) submitter.disabled = false;
  event.target.requestSubmit(submitter);
}, true);

for (const input of $$("input[data-photos]")) {
  const note = input.closest(".row")?.querySelector("[data-photo-note]"), plain = note?.textContent;
  input.addEventListener("change", async () => {
    const files = [...input.files].slice(0, 3);
    input.closest(".cam")?.classList.toggle("has", files.length > 0);
    if (note) note.textContent = files.length ? input.dataset.photos.replace("{n}", files.length) : plain;
    if (!files.length || !window.DataTransfer || !input.form?.requestSubmit) return;
    const work = (async () => {
      try {
        const chosen = new DataTransfer();
        for (const file of files) chosen.items.add(await lighter(file));
        input.files = chosen.files;
      } catch { /* they go as they are */ }
    })();
    shrinking.set(input.form, work);
    await work;
    if (shrinking.get(input.form) === work) shrinking.delete(input.form);
  });
}

// A signature with a finger; left empty, the name alone counts.
for (const canvas of $$("canvas[data-sign]")) {
  const row = canvas.closest(".row"), wipe = row.querySelector("[data-wipe]"), value = row.querySelector("[name=signature]");
  const pen = canvas.getContext("2d");
  let drawn = false, last = null;
  row.classList.add("ready");
  canvas.hidden = false;
  Object.assign(pen, { lineWidth: 5, lineCap: "round", lineJoin: "round", strokeStyle: "#111" });
  const at = (event) => { const box = canvas.getBoundingClientRect(); return [(event.clientX - box.left) * canvas.width / box.width, (event.clientY - box.top) * canvas.height / box.height]; };
  canvas.addEventListener("pointerdown", (event) => { event.preventDefault(); canvas.setPointerCapture(event.pointerId); last = at(event); });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    const next = at(event);
    pen.beginPath(); pen.moveTo(...last); pen.lineTo(...next); pen.stroke();
    last = next;
    if (!drawn) { drawn = true; wipe.hidden = false; }
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { last = null; });
  wipe.addEventListener("click", () => { pen.clearRect(0, 0, canvas.width, canvas.height); drawn = false; wipe.hidden = true; });
  canvas.closest("form").addEventListener("submit", () => { value.value = drawn ? canvas.toDataURL("image/png") : ""; });
}

// The case's page reads itself anew every 20 s while somebody looks; never while they type.
const poll = document.querySelector("[data-poll]")?.dataset.poll;
if (poll) {
  let waiting = false;
  const read = async () => {
    if (document.hidden || waiting || /^(INPUT|TEXTAREA)$/.test(document.activeElement?.tagName || "")) return;
    waiting = true;
    try {
      const answer = await fetch(poll, { headers: { Accept: "text/html" } });
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("now"), now = document.getElementById("now");
      if (!fresh || !now) return;
      const plain = (node) => { const copy = node.cloneNode(true); for (const key of $$("[name=key]", copy)) key.remove(); for (const done of $$("[role=status]", copy)) done.remove(); for (const input of $$("input", copy)) input.removeAttribute("value"); return copy.innerHTML; };
      if (plain(fresh) !== plain(now)) { now.replaceWith(document.importNode(fresh, true)); remember(document.getElementById("now")); }
    } catch { /* the network is away; the next time */ } finally { waiting = false; }
  };
  setInterval(read, 20_000);
  document.addEventListener("visibilitychange", read);
}

remember(document);

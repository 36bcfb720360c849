// Registers: keys of a list, filters that apply by themselves, names that are picked while typing, a word before typed text is lost.
// Pages work without it.
import { $, $$, call, keys, page, swap } from "./core.js";

// ---------- lists ----------
for (const form of $$("form[data-auto]")) {
  form.addEventListener("change", (event) => { if (event.target.matches("select")) form.requestSubmit(); });
}

/** J and K walk through the rows, Enter opens, as a link does. */
function walk(by) {
  const all = $$("[data-rows] .open"), at = all.indexOf(document.activeElement);
  const next = all[Math.min(Math.max(at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by, 0), all.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
  return next ? true : false;
}
function press(selector) {
  const link = $(selector);
  link?.click();
  return link ? true : false;
}
keys({ j: () => walk(1), k: () => walk(-1), n: () => press("[data-new]"), e: () => press("[data-edit]") });

// ---------- typed and not saved ----------
for (const form of $$("form[data-guard]")) {
  let isDirty = Boolean($("[aria-invalid]", form));
  form.addEventListener("input", () => { isDirty = true; });
  form.addEventListener("submit", () => { isDirty = false; });
  addEventListener("beforeunload", (event) => { if (isDirty) event.preventDefault(); });
}

// ---------- names that stand for records ----------
const notes = { equipment: ["model", "customerName"], models: ["manufacturer"], customers: ["district"], sites: ["customerName"], departments: ["customerName", "siteName"] };
const told = (value) => value?.name ?? value;

class Picker {
  constructor(box) {
    this.box = box;
    this.register = box.dataset.pick;
    [this.id, this.was, this.input] = [$("[data-id]", box), $("[data-was]", box), $("input.box", box)];
    this.list = document.createElement("ul");
    Object.assign(this.list, { className: "picks", id: `${this.input.id}-picks`, role: "listbox", hidden: true });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", document.querySelector(`label[for="${CSS.escape(this.input.id)}"]`)?.textContent ?? "");
    box.append(this.list);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": this.list.id, "aria-autocomplete": "list" })) this.input.setAttribute(name, value);
    this.input.addEventListener("input", () => { this.id.value = ""; this.#soon(); });
    this.input.addEventListener("focus", () => { if (this.box.dataset.within && !this.input.value) this.#soon(0); });
    this.input.addEventListener("blur", () => setTimeout(() => this.#close(), 150));
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const at = event.target.closest("[role=option]");
      if (at) this.#take(at);
    });
  }

  #soon(wait = 120) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#look(), wait);
  }

  async #look() {
    const text = this.input.value.trim(), turn = (this.turn = (this.turn ?? 0) + 1);
    const within = this.box.dataset.within && $(`[name="${this.box.dataset.within}.id"]`, this.input.form)?.value;
    if (!text && !within) return this.#close();
    const query = new URLSearchParams({ limit: "8" });
    if (text) query.set("q", text);
    if (within) query.set("customer", within);
    const answer = await call("GET", `/api/v1/${this.register}?${query}`);
    if (turn !== this.turn || !answer.ok) return;
    this.#show(answer.body.items);
  }

  #show(items) {
    this.list.replaceChildren(...items.map((item, index) => {
      const row = document.createElement("li"), name = document.createElement("b"), note = document.createElement("span");
      row.setAttribute("role", "option");
      row.id = `${this.list.id}-${index}`;
      Object.assign(row.dataset, { id: item.id, name: item.serialNumber ?? item.name });
      name.textContent = row.dataset.name;
      note.className = "dim";
      note.textContent = (notes[this.register] ?? []).map((field) => told(item[field])).filter(Boolean).join(" · ");
      row.append(name, note);
      return row;
    }));
    this.list.hidden = !items.length;
    this.input.setAttribute("aria-expanded", String(items.length > 0));
    this.#mark(items.length ? this.list.firstElementChild : null);
  }

  #mark(row) {
    for (const other of this.list.children) other.setAttribute("aria-selected", String(other === row));
    if (row) { this.input.setAttribute("aria-activedescendant", row.id); row.scrollIntoView({ block: "nearest" }); }
    else this.input.removeAttribute("aria-activedescendant");
  }

  #key(event) {
    if (this.list.hidden || event.isComposing) return;
    const now = $("[aria-selected=true]", this.list);
    if (event.key === "ArrowDown") this.#mark(now?.nextElementSibling ?? this.list.firstElementChild);
    else if (event.key === "ArrowUp") this.#mark(now?.previousElementSibling ?? this.list.lastElementChild);
    else if (event.key === "Enter" && now) this.#take(now);
    else if (event.key === "Escape") this.#close();
    else if (event.key === "Tab" && now && this.input.value) return this.#take(now);
    else return;
    event.preventDefault();
  }

  #take(row) {
    this.input.value = this.was.value = row.dataset.name;
    this.id.value = row.dataset.id;
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    for (const gone of $$(".meant, [name$='.asked']", this.box)) gone.remove();
    this.#close();
    // Another customer's sites are not this one's.
    if (this.input.name === "customer") for (const other of $$("[data-within=customer]")) for (const field of $$("input", other)) field.value = "";
  }

  #close() {
    this.turn = (this.turn ?? 0) + 1;
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}
for (const box of $$("[data-pick]")) new Picker(box);

// ---------- an import under way ----------
async function follow() {
  const job = $("#job[data-poll]");
  if (!job) return;
  const fresh = await page(job.dataset.poll);
  if (fresh && !document.hidden) {
    const next = $("#job", fresh);
    // Done or looked at: the whole of it has changed, and buttons have come.
    if (next && !next.dataset.poll) return location.replace(job.dataset.poll);
    swap(fresh, "#job .run");
  }
  setTimeout(follow, 1000);
}
follow();

// The list of cases, as it changes: rows are renewed in place, and change places only while nobody points at them.
import { $, $$, keys, page } from "./core.js";
import { onChange, onState } from "./live.js";

const list = () => $("#list"), note = $("#fresh");
const rows = (root) => $$("tr.strip", root), name = (row) => $("a[href]", row)?.getAttribute("href");
let waiting = null, reading = false, again = false;

const isInUse = () => list()?.matches(":hover") || list()?.contains(document.activeElement);

function settle() {
  if (!waiting || !list()) return;
  const focused = document.activeElement?.closest?.("tr.strip"), at = focused && name(focused);
  list().replaceChildren(...$("#list", waiting).cloneNode(true).childNodes);
  waiting = null;
  if (note) note.hidden = true;
  if (at) $$("a[href]", list()).find((link) => link.getAttribute("href") === at)?.focus({ preventScroll: true });
}

async function refresh() {
  if (reading) { again = true; return; }
  reading = true;
  const fresh = await page(location.pathname + location.search);
  reading = false;
  if (fresh && $("#list", fresh) && list()) {
    waiting = fresh;
    if (!isInUse()) settle();
    else {
      const now = new Map(rows(list()).map((row) => [name(row), row])), next = rows(fresh);
      for (const row of next) {
        const old = now.get(name(row));
        if (old && old.innerHTML !== row.innerHTML && !old.contains(document.activeElement)) { old.innerHTML = row.innerHTML; old.dataset.s = row.dataset.s; }
      }
      const isSame = [...now.keys()].join() === next.map(name).join();
      if (isSame) waiting = null; else if (note) note.hidden = false;
    }
  } else if (fresh && !$("#list", fresh) !== !list()) location.reload();
  if (again) { again = false; refresh(); }
}

let soon;
const later = () => { soon ??= setTimeout(() => { soon = undefined; refresh(); }, 500); };
onChange(({ stream }) => { if (stream.startsWith("request/")) later(); });
let wasOn = false;
onState((state) => { if (state === "on") { if (wasOn) refresh(); wasOn = true; } });
setInterval(() => { if (!document.hidden) refresh(); }, 60_000);
document.addEventListener("pointerout", () => { if (!isInUse()) settle(); });
$("button", note ?? document.createElement("p"))?.addEventListener("click", settle);

function step(by) {
  const links = $$(".c-no a", list() ?? document), at = links.indexOf(document.activeElement);
  links[Math.min(Math.max(at + by, 0), links.length - 1)]?.focus();
}
keys({ j: () => step(1), k: () => step(-1) });

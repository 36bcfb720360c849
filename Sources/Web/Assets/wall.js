// The wall display: reads itself anew when something changes, else now and then; says plainly when it cannot.
import { onChange, onState } from "./live.js";

const { parts, live, offset } = document.body.dataset;
// A screen with a link is told nothing: it asks. One that is told asks too, because clocks run without any change.
const every = 15_000, tooOld = 40_000, least = 2_000;
const stale = document.getElementById("stale");
let last = Date.now(), skew = skewOf(document.querySelector("[data-as-of]")), busy = false, again = false, next = 0;

function skewOf(head) { return head ? Date.parse(head.dataset.asOf) - Date.now() : 0; }

function showTime() {
  const now = new Date(Date.now() + skew + Number(offset || 0) * 1000);
  const time = now.toISOString().slice(11, 16), place = document.getElementById("now");
  if (place && place.textContent !== time) place.textContent = time;
  const old = Date.now() - last > tooOld;
  if (old === !stale.hidden) return;
  stale.hidden = !old;
  document.body.classList.toggle("is-stale", old);
  if (old) stale.querySelector("span").textContent = stale.dataset.words.replace("{0}", document.querySelector("[data-as-of]")?.dataset.time ?? "");
}

async function read() {
  if (busy) { again = true; return; }
  clearTimeout(next);
  busy = true;
  try {
    const answer = await fetch(parts, { headers: { Accept: "text/html" }, redirect: "manual", signal: AbortSignal.timeout(10_000) });
    // A link that was ended, a sign-in that ran out: the page itself says so.
    if (answer.type === "opaqueredirect" || [401, 403, 404, 410].includes(answer.status)) { location.reload(); return; }
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html"), main = page.getElementById("main");
      if (main) {
        document.getElementById("main").replaceWith(main);
        last = Date.now();
        skew = skewOf(main.querySelector("[data-as-of]"));
      }
    }
  } catch { /* the mark says so when it is too old */ }
  busy = false;
  showTime();
  next = setTimeout(read, again ? least : every);
  again = false;
}

if (live) {
  let soon = 0;
  onChange(() => { if (!soon) soon = setTimeout(() => { soon = 0; read(); }, least); });
  onState((state) => { if (state === "on") read(); });
}
addEventListener("online", read);
document.addEventListener("visibilitychange", () => { if (!document.hidden) read(); });
setInterval(showTime, 1_000);
showTime();
next = setTimeout(read, every);

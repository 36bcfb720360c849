// Leaving the phone: by signing out, or because the office has it forget. Nothing unsent is lost unasked.
import { $, clearPages, toast } from "./core.js";
import { save } from "./phone-file.js";
import "./phone-queue.js";

const tell = (id, report) => self.phone.call("POST", `/api/v1/devices/${id}`, JSON.stringify({ ...report, forgotten: true }), { "Content-Type": "application/json" });

/** The office has a lost phone forget: what can be sent goes first, then nothing of anybody stays. */
export async function forget(id, kind, waiting) {
  await self.phone.send();
  const { steps, photos } = await waiting();
  await tell(id, { kind, unsent: steps.length + photos.length });
  await self.phone.forget();
  await leave();
}

/** Nothing of the cases stays: no pages, no worker, no sign-in. */
async function leave() {
  await clearPages();
  const form = $("[data-sign-out]");
  form.dataset.sure = "";
  form.submit();
}

/** Signing out takes along what is this person's. What another one has not sent stays until they sign in. */
export function mayLeave(words, waiting) {
  $("[data-sign-out]")?.addEventListener("submit", async (event) => {
    const form = event.currentTarget;
    if ("sure" in form.dataset) return;
    event.preventDefault();
    const { steps, photos } = await waiting(), count = steps.length + photos.length;
    if (count) {
      if (confirm(words("out-sure", count))) return save(waiting);
      if (!confirm(words("out-again", count))) return;
    }
    const answer = await tell(await self.phone.device(), { kind: "-", unsent: count });
    // A sign-in ends at the server: unheard, it would live on, and with it whoever picks up the phone.
    if (answer.status === 0) return toast(words("out-no-signal"), { tone: "late" });
    await self.phone.forget(document.body.dataset.staff);
    await leave();
  });
}

// Sends what waits: steps in the order in which they were taken, then photos piece by piece. For pages and the service worker alike.
// A step that is refused stays, and what follows it on the same job waits behind it, for a person to settle.
(() => {
  const piece = 256 * 1024, ahead = 110_000, changedClock = 120_000;

  /** One call. Answers `{ ok, status, body, after }`; without a network the status is 0. */
  async function call(method, path, body, headers = {}) {
    const sent = Date.now();
    try {
      const answer = await fetch(path, {
        method, body, credentials: "same-origin", headers: { Accept: "application/json, application/problem+json", ...headers },
        signal: AbortSignal.timeout?.(60_000),
      });
      await self.phone.hear(answer.headers.get("Date"), sent);
      const text = await answer.text();
      let read = null;
      try { read = text ? JSON.parse(text) : null; } catch { /* no answer of ours: a proxy, a captive portal */ }
      const isOurs = !answer.redirected && (read !== null || answer.status === 204);
      return { ok: answer.ok && isOurs, status: isOurs ? answer.status : 0, body: read, after: Number(answer.headers.get("Retry-After")) || 0 };
    } catch { return { ok: false, status: 0, body: null, after: 0 }; }
  }

  /** What the answer means: sent, refused for good, or to be tried again later. */
  function meaning({ ok, status, body }) {
    if (ok) return "sent";
    if (status === 401) return "sign-in";
    if (status === 0 || status === 408 || status === 429 || status >= 500) return "later";
    if (status === 409 && body?.code?.startsWith("idempotency.in-")) return "later";
    return "refused";
  }

  const problem = ({ status, body }) => ({ status, code: body?.code ?? "", detail: [body?.detail, ...(body?.errors ?? []).map((error) => error.message)].filter(Boolean).join(" ") });

  async function post(step) {
    if (step.json) return call("POST", step.path, JSON.stringify(step.json), { "Content-Type": "application/json" });
    const form = new URLSearchParams(step.fields);
    form.set("occurredAt", new Date(step.at).toISOString());
    form.set("key", step.key);
    return call("POST", step.path, form.toString(), { "Content-Type": "application/x-www-form-urlencoded" });
  }

  /** What was sent on a job is still known: a page that was read before it would offer the step again. Only its readings stay with it. */
  function taken({ seq, owner, order, step, fields, at, key }, sentAt) {
    if (!step || !sentAt) return self.phone.drop(seq);
    const readings = fields.filter(([name]) => name.startsWith("reading-"));
    return self.phone.keep({ seq, owner, order, step, fields: readings, at, key, sentAt, state: "sent", hidden: true });
  }

  async function sendSteps(state) {
    const blocked = new Set();
    for (const step of await self.phone.steps()) {
      if (step.owner !== state.owner || step.state === "sent") continue;
      if (step.state === "refused") blocked.add(step.order);
      if (blocked.has(step.order)) continue;
      // The clock was set while it waited: which of its times is right, a person knows.
      const now = await self.phone.now();
      const doubt = step.json || step.settled ? "" : Math.abs(now.ahead - step.ahead) > changedClock ? "phone.clock" : step.at - now.at > ahead ? "phone.ahead" : "";
      if (doubt) {
        await self.phone.keep({ ...step, state: "refused", problem: { status: 0, code: doubt, detail: "" } });
        blocked.add(step.order);
        continue;
      }
      const answer = await post(step), what = meaning(answer);
      if (what === "sent" || (what === "refused" && step.optional)) { await taken(step, answer.body?.now); state.sent += 1; continue; }
      if (what === "refused") {
        await self.phone.keep({ ...step, state: "refused", problem: problem(answer) });
        blocked.add(step.order);
        continue;
      }
      Object.assign(state, { net: answer.status !== 0, signIn: what === "sign-in", after: answer.after });
      return false;
    }
    return true;
  }

  async function sendPhoto(photo, state) {
    const json = { "Content-Type": "application/json" };
    const stop = (answer) => { Object.assign(state, { net: answer.status !== 0, signIn: answer.status === 401, after: answer.after }); return false; };
    const refuse = async (answer) => { await self.phone.keepPhoto({ ...photo, state: "refused", problem: problem(answer) }); return true; };
    let upload = null;
    // One that came back from a file may be at the office already.
    for (let page = photo.restored ? "" : null; page !== null;) {
      const there = await call("GET", `/api/v1/requests/${photo.case}/attachments?limit=100${page && `&cursor=${encodeURIComponent(page)}`}`);
      if (!there.ok) return meaning(there) === "refused" ? refuse(there) : stop(there);
      if (there.body.items.some((one) => one.sha256 === photo.sha256)) { await self.phone.dropPhoto(photo.id); state.sent += 1; return true; }
      page = there.body.next ?? null;
    }
    if (photo.upload) {
      const asked = await call("GET", `/api/v1/files/uploads/${photo.upload}`);
      if (asked.ok) upload = asked.body; else if (asked.status !== 404) return stop(asked);
    }
    if (!upload) {
      const opened = await call("POST", "/api/v1/files/uploads", JSON.stringify({ name: photo.name, size: photo.size, sha256: photo.sha256 }), json);
      if (meaning(opened) === "refused") return refuse(opened);
      if (!opened.ok) return stop(opened);
      upload = opened.body;
      photo = { ...photo, upload: upload.id, offset: 0 };
      await self.phone.keepPhoto(photo);
    }
    while (!upload.file) {
      const from = upload.offset, to = Math.min(from + piece, photo.size);
      if (from >= photo.size) return stop({ status: 503, after: 5 });
      const put = await call("PUT", `/api/v1/files/uploads/${upload.id}`, photo.blob.slice(from, to), {
        "Content-Type": "application/octet-stream", "Content-Range": `bytes ${from}-${to - 1}/${photo.size}`,
      });
      if (meaning(put) === "refused") return refuse(put);
      if (!put.ok) return stop(put);
      upload = put.body;
      photo = { ...photo, offset: upload.offset };
      await self.phone.keepPhoto(photo);
      // What is pressed meanwhile does not wait for a whole photo.
      if (!(await sendSteps(state))) return false;
    }
    const body = { file: upload.file.id };
    if (!photo.settled) body.occurredAt = new Date(photo.at).toISOString();
    const attached = await call("POST", `/api/v1/requests/${photo.case}/attachments`, JSON.stringify(body), { ...json, "Idempotency-Key": photo.key });
    if (attached.ok || attached.body?.code === "attachment.attached-already") { await self.phone.dropPhoto(photo.id); state.sent += 1; return true; }
    // A day later the uploaded bytes are gone from the server, not from here. They come again as another file, under another key.
    if (attached.status === 422 && attached.body?.errors?.some((error) => error.code === "field.no-file")) {
      await self.phone.keepPhoto({ ...photo, upload: null, offset: 0, key: self.phone.key() });
      return stop({ status: 503, after: 5 });
    }
    return meaning(attached) === "refused" ? refuse(attached) : stop(attached);
  }

  async function deliver() {
    const state = { owner: await self.phone.fact("owner"), sent: 0, net: true, signIn: false, after: 0 };
    if (!state.owner || !(await sendSteps(state))) return state;
    for (const photo of await self.phone.photos()) {
      if (photo.owner !== state.owner || photo.state === "refused") continue;
      if (!(await sendPhoto(photo, state)) || !(await sendSteps(state))) return state;
    }
    return state;
  }

  /** One sender at a time, however many tabs and workers; whoever comes second looks again when the first is done. */
  self.phone.send = () => (navigator.locks ? navigator.locks.request("weibao-phone-send", deliver) : deliver());
  self.phone.call = call;
})();

// What the phone keeps (IndexedDB), for pages and the service worker alike: no imports, no exports, all is on `self.phone`.
// Steps wait in the order in which they were taken; photos stand by their SHA-256, the original bytes, beside what is known of their upload.
(() => {
  let opening;

  function open() {
    opening ??= new Promise((done, fail) => {
      const asked = indexedDB.open("weibao-phone", 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore("step", { keyPath: "seq", autoIncrement: true });
        asked.result.createObjectStore("photo", { keyPath: "id" });
        asked.result.createObjectStore("fact");
      };
      asked.onsuccess = () => {
        const close = () => { asked.result.close(); opening = undefined; };
        asked.result.onversionchange = close;
        asked.result.onclose = close;
        done(asked.result);
      };
      asked.onerror = () => { opening = undefined; fail(asked.error); };
    });
    return opening;
  }

  // Strict: on disk before we say that it is kept.
  async function run(store, mode, work) {
    const db = await open();
    return new Promise((done, fail) => {
      const change = db.transaction(store, mode, { durability: mode === "readwrite" ? "strict" : "default" });
      const asked = work(change.objectStore(store));
      change.oncomplete = () => done(asked.result);
      change.onabort = () => fail(change.error);
    });
  }
  const read = (store, work) => run(store, "readonly", work), write = (store, work) => run(store, "readwrite", work);

  const channel = "BroadcastChannel" in self ? new BroadcastChannel("weibao-phone") : null;
  const listeners = new Set();
  channel?.addEventListener("message", () => { for (const listener of listeners) listener(); });

  const phone = {
    onChange(listener) { listeners.add(listener); },
    changed() { channel?.postMessage(1); for (const listener of listeners) listener(); },

    steps: () => read("step", (store) => store.getAll()),
    step: (seq) => read("step", (store) => store.get(seq)),
    async keep(step) { const seq = await write("step", (store) => store.put(step)); phone.changed(); return seq; },
    async drop(seq) { await write("step", (store) => store.delete(seq)); phone.changed(); },

    photos: () => read("photo", (store) => store.getAll()),
    async keepPhoto(photo) { await write("photo", (store) => store.put(photo)); phone.changed(); },
    async dropPhoto(id) { await write("photo", (store) => store.delete(id)); phone.changed(); },

    fact: (name) => read("fact", (store) => store.get(name)),
    setFact: (name, value) => write("fact", (store) => store.put(value, name)),

    /** A key that nobody else has: of a step, of a photo, of this phone. */
    key: () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join(""),

    /** This phone's name, until it forgets. */
    async device() {
      const known = await phone.fact("device");
      if (known) return known;
      const made = phone.key();
      await phone.setFact("device", made);
      return made;
    },

    /** The server's time as far as this phone knows: its own clock, set right by the last contact. Small differences are the journey's. */
    async now() {
      const clock = await phone.fact("clock"), ahead = clock?.ahead ?? 0;
      return { at: Date.now() - (Math.abs(ahead) > 5_000 ? ahead : 0), ahead };
    },

    /** When a step is taken: never before the one that was taken last, however the clock was set right between them. */
    async moment() {
      const now = await phone.now(), last = (await phone.fact("last")) ?? 0;
      if (now.at <= last && last - now.at < 60_000) now.at = last + 1;
      await phone.setFact("last", now.at);
      return now;
    },

    /** Hears the server's time: the `Date` of its answer, whole seconds. A slow answer (a photo's piece) says less: it may have been
        written at any time of its journey, and is heard only where that does not explain the difference. */
    async hear(date, sent) {
      const server = Date.parse(date ?? ""), took = Date.now() - sent;
      if (Number.isNaN(server)) return;
      const ahead = Math.round(sent + took / 2 - (server + 500)), known = await phone.fact("clock");
      if (known && took > 2_000 && Math.abs(ahead - known.ahead) <= took) return;
      await phone.setFact("clock", { ahead, at: Date.now() });
    },

    /** Forgets everything: cases, photos, what waits; with an owner, of the steps and photos only theirs. */
    async forget(owner) {
      if (owner === undefined) for (const store of ["step", "photo", "fact"]) await write(store, (kept) => kept.clear());
      else {
        for (const step of await phone.steps()) if (step.owner === owner) await write("step", (kept) => kept.delete(step.seq));
        for (const photo of await phone.photos()) if (photo.owner === owner) await write("photo", (kept) => kept.delete(photo.id));
        // The next person's phone is another one to the office.
        for (const name of ["owner", "device"]) await write("fact", (kept) => kept.delete(name));
      }
      if (self.caches) for (const name of await caches.keys()) if (name.startsWith("weibao-")) await caches.delete(name);
      phone.changed();
    },
  };
  self.phone = phone;
})();

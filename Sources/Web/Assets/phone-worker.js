// The day on the phone: pages come from the network where there is one, else as they were last seen; what they load comes from here.
importScripts("./phone-queue.js", "./phone-send.js");

const shell = ["./weibao.css", "./phone.css", "./icons.svg", "./mark.svg", "./core.js", "./phone.js", "./phone-queue.js", "./phone-send.js", "./phone-photos.js", "./phone-unsent.js", "./phone-file.js", "./phone-leave.js"];
const assets = "weibao-assets", pages = "weibao-pages", patience = 4_000;
const isPage = (url) => url.pathname === "/my-day" || (url.pathname.startsWith("/my-day/") && !/\.(js|webmanifest)$/.test(url.pathname));

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil((async () => {
    const cache = await caches.open(assets);
    for (const path of shell) if (!(await cache.match(path))) await cache.add(path);
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(assets);
    for (const request of await cache.keys()) {
      const url = new URL(request.url);
      if (!shell.includes(url.pathname + url.search)) await cache.delete(request);
    }
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/assets/")) event.respondWith(asset(event.request));
  else if (event.request.mode === "navigate" && isPage(url)) event.respondWith(page(event.request, url));
});

async function asset(request) {
  const cache = await caches.open(assets), known = await cache.match(request);
  // A page that was kept before a release names what was there then; the file of today does without a network.
  return known ?? fetch(request).catch(async (error) => (await cache.match(request, { ignoreSearch: true })) ?? Promise.reject(error));
}

/** Fresh where the network answers in time; the copy where it does not. Only what is whole and this person's is kept. */
async function page(request, url) {
  const cache = await caches.open(pages), copy = await cache.match(url.pathname);
  const fresh = fetch(request).then(async (answer) => { await keep(cache, url.pathname, answer); return answer; });
  if (!copy) return fresh.catch(() => caches.match("/my-day").then((day) => day ?? Response.error()));
  const late = new Promise((done) => setTimeout(() => done(copy), patience));
  return Promise.race([fresh.then((answer) => (answer.status >= 500 ? copy : answer)), late]).catch(() => copy);
}

async function keep(cache, path, answer) {
  // A sign-in that ended: the cases are not for whoever holds the phone now. What waits to be sent stays.
  // A navigation's redirect is not followed here and does not say where it leads; our pages have no other.
  if (answer.type === "opaqueredirect" || (answer.redirected && new URL(answer.url).pathname === "/sign-in")) return caches.delete(pages);
  if (answer.ok && !answer.redirected && answer.headers.get("Content-Type")?.startsWith("text/html")) await cache.put(path, answer.clone());
}

self.addEventListener("message", (event) => {
  if (event.data.take) event.waitUntil(take(event.data.take));
});

/** The day's pages before leaving; those of other days go. */
async function take(paths) {
  const cache = await caches.open(pages);
  for (const request of await cache.keys()) if (!paths.includes(new URL(request.url).pathname)) await cache.delete(request);
  for (const path of paths) {
    try { await keep(cache, path, await fetch(path, { headers: { Accept: "text/html" }, credentials: "same-origin" })); } catch { return; }
  }
}

// Where browsers have it: sent when the signal is back, also while the page is closed.
self.addEventListener("sync", (event) => {
  if (event.tag === "weibao-send") event.waitUntil(self.phone.send().then((state) => { if (!state.net) throw new Error("no network yet"); }));
});

// Live changes. `onChange(f)` calls f with { stream, version } after each commit; what it shows, a page reads itself, with its own rights.
import { $$ } from "./core.js";

const listeners = new Set(), watchers = new Set();
let state = ""; // not known yet

export function onChange(listener) { listeners.add(listener); return () => listeners.delete(listener); }
/** Calls with "on" or "off" whenever it changes, and now if it is known. After an "off" a page should read anew: it may have missed changes. */
export function onState(watcher) { watchers.add(watcher); if (state) watcher(state); }

function take(message) {
  if (message.change) for (const listener of listeners) listener(message.change);
  if (message.state && message.state !== state) {
    state = message.state;
    for (const mark of $$("[data-live-mark]")) {
      mark.dataset.s = state === "on" ? "met" : "soon";
      const words = state === "on" ? mark.dataset.on : mark.dataset.off;
      if (words) mark.textContent = words;
    }
    for (const watcher of watchers) watcher(state);
  }
}

const { live: address, liveWorker: worker } = document.body.dataset;
if (address) {
  if (worker && "SharedWorker" in window) {
    const { port } = new SharedWorker(worker, { name: "weibao-live" });
    port.addEventListener("message", ({ data }) => take(data));
    port.start();
    port.postMessage({ address });
    addEventListener("pagehide", () => port.postMessage({ bye: true }));
    addEventListener("pageshow", (event) => { if (event.persisted) port.postMessage({ address }); });
  } else {
    elect(address);
  }
}

// Without shared workers (phones) one tab holds the connection, and tells the others; when it goes, the next takes over.
function elect(address) {
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("weibao-live") : null;
  channel?.addEventListener("message", ({ data }) => take(data));
  const lead = () => new Promise(() => {
    const say = (message) => { take(message); channel?.postMessage(message); };
    const open = () => {
      const source = new EventSource(address);
      source.addEventListener("open", () => say({ state: "on" }));
      source.addEventListener("error", () => { say({ state: "off" }); if (source.readyState === EventSource.CLOSED) setTimeout(open, 10_000); });
      source.addEventListener("change", (event) => say({ change: JSON.parse(event.data) }));
    };
    // What changed between the tab that went and this one's connection is read anew: the connection was off.
    if (state === "on") say({ state: "off" });
    // A tab that was opened later does not know yet how the connection is.
    channel?.addEventListener("message", ({ data }) => { if (data.ask && state) channel.postMessage({ state }); });
    open();
  });
  channel?.postMessage({ ask: true });
  if (navigator.locks) navigator.locks.request("weibao-live", lead); else lead();
}

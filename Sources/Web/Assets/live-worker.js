// One connection to the server for all tabs of a browser. It hears which stream has which version; the tabs read what they show.
const ports = new Set();
let source, address, state = ""; // not known before the first answer: a page that just loads says nothing of it

function tell(message) {
  for (const port of ports) port.postMessage(message);
}

function connect() {
  source = new EventSource(address);
  source.addEventListener("open", () => tell({ state: (state = "on") }));
  source.addEventListener("error", () => {
    tell({ state: (state = "off") });
    // The browser tries again by itself, unless the answer was a refusal; then whoever signs in again opens a page anew.
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, 10_000);
  });
  source.addEventListener("change", (event) => tell({ change: JSON.parse(event.data) }));
}

addEventListener("connect", ({ ports: [port] }) => {
  ports.add(port);
  port.addEventListener("message", ({ data }) => {
    if (data.bye) { ports.delete(port); if (!ports.size) { source?.close(); source = undefined; state = ""; } return; }
    // Again: a page that comes back from the browser's memory has said goodbye before.
    ports.add(port);
    address ??= data.address;
    if (!source) connect();
    if (state) port.postMessage({ state });
  });
  port.start();
});

// Ports, as the browser gives them, to the hub and back. The phone's own page is page 0.

const phone = new URL(new URLSearchParams(location.search).get("phone"));
const ports = new Map();
let last = 0;
// What is said before the hub is there waits for it.
let said = [];
let hear = (...what) => said.push(what);

chrome.runtime.onConnect.addListener((port) => {
  // The browser says whose page it is; the page is not asked.
  if (port.sender?.id !== chrome.runtime.id || port.sender.origin !== phone.origin) return port.disconnect();
  const page = ++last;
  ports.set(page, port);
  port.onMessage.addListener((message) => hear(page, message));
  port.onDisconnect.addListener(() => {
    ports.delete(page);
    hear(page, null);
  });
});

addEventListener("message", ({ source, origin, data }) => {
  if (source !== frame.contentWindow || origin !== phone.origin || data !== "cordboard?") return;
  const { port1, port2 } = new MessageChannel();
  ports.set(0, port1);
  // The one before is gone, if there was one.
  hear(0, null);
  port1.onmessage = ({ data: message }) => hear(0, message);
  source.postMessage("cordboard", origin, [port2]);
});

const frame = document.createElement("iframe");
frame.allow = "microphone; autoplay; speaker-selection";
frame.src = phone.href;
document.body.append(frame);

await wasm_bindgen({ module_or_path: "pkg/extension_bg.wasm" });
const pages = new wasm_bindgen.Pages((page, message) => ports.get(page)?.postMessage(message));
hear = (page, message) => pages.hear(page, message);
for (const what of said) hear(...what);
said = [];

// Ports, as the browser gives them, to the hub and back. The phone's own page, the resident, is page 0.

// In a tab, which anybody can open with an address of theirs, there is more than `runtime`.
if (chrome.storage) throw new Error("this page is the extension's own");
const phone = new URL(new URLSearchParams(location.search).get("phone"));
const panel = phone.pathname.replace("/phone/", "/panel/");
const ports = new Map();
let last = 0;
// What is said before the hub is there waits for it.
let said = [];
let hear = (...what) => said.push(what);

chrome.runtime.onConnect.addListener((port) => {
  // The browser says whose page it is; the page is not asked.
  const { id, origin, url } = port.sender ?? {};
  const ours = id === chrome.runtime.id && origin === phone.origin && new URL(url).pathname === panel;
  if (!ours || !hear) return port.disconnect();
  const page = ++last;
  ports.set(page, port);
  port.onMessage.addListener((message) => hear?.(page, message));
  port.onDisconnect.addListener(() => {
    ports.delete(page);
    hear?.(page, null);
  });
});

const frame = document.createElement("iframe");
frame.allow = "microphone; autoplay; speaker-selection";
frame.src = phone.href;
document.body.append(frame);
// An adapter out of reach, or a page that has crashed, is asked again.
setInterval(() => ports.has(0) || (frame.src = phone.href), 30_000);

addEventListener("message", ({ source, origin, data }) => {
  if (source !== frame.contentWindow || origin !== phone.origin || data !== "cordboard?") return;
  const { port1, port2 } = new MessageChannel();
  ports.set(0, port1);
  // The one before is gone, if there was one.
  hear?.(0, null);
  port1.onmessage = ({ data: message }) => hear?.(0, message);
  port1.onclose = () => ports.get(0) === port1 && ports.delete(0) && hear?.(0, null);
  source.postMessage("cordboard", origin, [port2]);
});

try {
  await wasm_bindgen({ module_or_path: "pkg/extension_bg.wasm" });
  const pages = new wasm_bindgen.Pages((page, message) => ports.get(page)?.postMessage(message));
  hear = (page, message) => pages.hear(page, message);
  for (const what of said) hear(...what);
} catch (reason) {
  // Without it the panels are phones by themselves.
  hear = undefined;
  for (const port of ports.values()) port.disconnect?.();
  throw reason;
}

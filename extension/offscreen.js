// Ports, as the browser gives them, to the hub and back. The phone's own page, the resident, is page 0.

import { begin, tell } from "./hid.js";

// In a tab, which anybody can open with an address of theirs, there is more than `runtime`.
if (chrome.storage) throw new Error("this page is the extension's own");
const phone = new URL(new URLSearchParams(location.search).get("phone"));
const panel = phone.pathname.replace("/phone/", "/panel/");
const own = (name) => chrome.runtime.getURL(`extension/${name}`);
const ports = new Map();
let [pages, last] = [undefined, 0];
let said = []; // What is said before the hub is there waits for it.
let hear = (...what) => said.push(what);
const relay = (page) => (message) => Array.isArray(message) && hear?.(page, message);
chrome.runtime.onConnect.addListener((port) => {
  // The browser says whose page it is; the page is not asked.
  const { id, origin, url } = port.sender ?? {};
  const alone = url === own("side_panel.html");
  const ours = alone || (origin === phone.origin && new URL(url).pathname === panel);
  if (id !== chrome.runtime.id || !ours || !hear) return port.disconnect();
  const page = ++last;
  ports.set(page, port);
  if (alone) hear(page, "alone");
  port.onMessage.addListener(relay(page));
  port.onDisconnect.addListener(() => ports.delete(page) && hear?.(page, null));
});
chrome.runtime.onMessage.addListener((message, { url }, answer) => {
  if (url === own("worker.js") && message[0] === "press") pages?.press(String(message[1]), String(message[2]));
  if (url === own("worker.js") && message === "tabs") answer([...ports.values()].flatMap((port) => port.sender?.tab?.id ?? []));
  if (url === own("diagnostics.html") && message === "line") answer({ resident: ports.has(0), line: pages?.line() ?? [] });
});

const allow = "microphone; autoplay; speaker-selection";
const frame = Object.assign(document.createElement("iframe"), { allow, src: phone.href });
document.body.append(frame);
setInterval(() => ports.has(0) || (frame.src = phone.href), 30_000); // Out of reach, or it has crashed.

addEventListener("message", ({ source, origin, data }) => {
  if (source !== frame.contentWindow || origin !== phone.origin || data !== "cordboard?") return;
  const { port1, port2 } = new MessageChannel();
  ports.set(0, port1);
  hear?.(0, null); // The one before, if there was one.
  port1.onmessage = ({ data }) => ports.get(0) === port1 && relay(0)(data);
  port1.onclose = () => ports.get(0) === port1 && ports.delete(0) && hear?.(0, null);
  source.postMessage("cordboard", origin, [port2]);
});

try {
  await wasm_bindgen({ module_or_path: "pkg/extension_bg.wasm" });
  const show = (...sign) => chrome.runtime.sendMessage(["sign", ...sign]);
  pages = new wasm_bindgen.Pages((page, message) => ports.get(page)?.postMessage(message), show, tell);
  hear = (page, message) => pages.hear(page, message);
  for (const what of said) hear(...what);
  begin((button) => pages.press(button, ""));
} catch (reason) {
  // Without it the panels are phones by themselves.
  hear = undefined;
  for (const port of ports.values()) port.disconnect?.();
  throw reason;
}

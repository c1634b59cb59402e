// The panel beside whatever page the agent looks at, without a console around it.

import { ask } from "./phone.js";
import "./texts.js";

// Set up anew, or removed.
chrome.storage.onChanged.addListener(() => location.reload());
chrome.permissions.onRemoved.addListener(() => location.reload());
// The browser asks for site and microphone in a tab alone.
document.querySelector("button").addEventListener("click", () => chrome.runtime.openOptionsPage());

const { phone } = await ask();
if (await chrome.runtime.sendMessage("open")) show(new URL(phone));
else document.querySelector("main").hidden = false;

function show(phone) {
  const frame = document.createElement("iframe");
  frame.allow = "microphone; autoplay; speaker-selection";
  frame.title = "Cordboard";
  frame.src = phone.href;
  document.body.append(frame);
  addEventListener("message", ({ source, origin, data }) => {
    if (source !== frame.contentWindow || origin !== phone.origin || data !== "cordboard?") return;
    const { port1: port, port2: theirs } = new MessageChannel();
    const extension = chrome.runtime.connect();
    extension.onMessage.addListener((message) => port.postMessage(message));
    extension.onDisconnect.addListener(() => port.postMessage(["gone"]));
    port.onmessage = ({ data: message }) => extension.postMessage(message);
    source.postMessage("cordboard", origin, [theirs]);
  });
}

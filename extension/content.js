// Relays between the panel in this frame and the extension's offscreen document.

addEventListener("message", ({ source, origin, data }) => {
  if (source === window && origin === location.origin && data === "cordboard?") open();
});
// It was asked before the phone was there.
chrome.runtime.onMessage.addListener((message) => message === "there" && void open());

async function open() {
  // The extension was updated or switched off, and this script is what is left of it.
  if (!chrome.runtime?.id) return;
  const { port1: port, port2: theirs } = new MessageChannel();
  // Kept by the port until the extension listens.
  window.postMessage("cordboard", location.origin, [theirs]);
  const gone = () => {
    port.onmessage = null;
    port.postMessage(["gone"]);
  };
  // The browser freezes a page between two of its tasks; what it has to say then cannot wait for the next.
  let farewell = [];
  try {
    if (!(await chrome.runtime.sendMessage("open"))) return gone();
    const extension = chrome.runtime.connect();
    extension.onMessage.addListener((message) => port.postMessage(message));
    extension.onDisconnect.addListener(gone);
    port.onmessage = ({ data: [kind, ...said] }) => {
      if (kind === "farewell") farewell = said;
      else extension.postMessage([kind, ...said]);
    };
    const freeze = () => farewell.forEach((message) => extension.postMessage(message));
    document.addEventListener("freeze", freeze);
    extension.onDisconnect.addListener(() => document.removeEventListener("freeze", freeze));
    // The panel has given it up.
    port.onclose = () => extension.disconnect();
  } catch {
    // Switched off in this very moment.
    gone();
  }
}

// The part of the page in which the agent chooses a headset. What a browser without WebHID lacks is hidden there.

import { texts } from "./texts.js";

const [list, wrong, choose] = ["headsets", "wrong-headset", "choose"].map((id) => document.getElementById(id));
const nameOf = (name) => name || texts.headset;
const says = (text, name) => texts[text].replace("{name}", nameOf(name));
const isHeadset = ({ collections }) => collections.some(({ usagePage }) => usagePage === 0x0b);

/** To the browser each interface of a headset may be one of its own. */
function item(name) {
  const [entry, shown, button] = ["li", "span", "button"].map((kind) => document.createElement(kind));
  [shown.textContent, button.textContent] = [nameOf(name), texts.forget];
  button.setAttribute("aria-label", says("forget_headset", name));
  button.addEventListener("click", async () => {
    const devices = await navigator.hid.getDevices();
    await Promise.all(devices.filter(({ productName }) => productName === name).map((device) => device.forget()));
    await show();
    choose.focus();
  });
  entry.append(shown, button);
  return entry;
}

async function show() {
  const devices = (await navigator.hid?.getDevices()) ?? [];
  const names = [...new Set(devices.filter(isHeadset).map(({ productName }) => productName))];
  list.replaceChildren(...names.map(item));
  list.hidden = !names.length;
  // Where the phone lives they are opened; it looks again.
  const refused = (await chrome.runtime.sendMessage("headsets").catch(() => [])) ?? [];
  wrong.textContent = refused.map(([name, text]) => says(text, name)).join(" ");
}

choose.addEventListener("click", async () => {
  // In the click, or the browser would not ask.
  await navigator.hid.requestDevice({ filters: [{ usagePage: 0x0b }] }).catch(() => []);
  await show();
});

navigator.hid?.addEventListener("connect", show);
navigator.hid?.addEventListener("disconnect", show);
await show();

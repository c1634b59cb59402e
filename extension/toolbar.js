// What of the phone is seen and pressed where no page of it is: the icon in the toolbar, a notification, keys.

import { loading } from "./language.js";

let showing = Promise.resolve();
const colours = { available: "#2e844a", talking: "#0176d3", busy: "#ba0517", offline: "#706e6b" };

chrome.runtime.onMessage.addListener((message, { id, url }) => {
  const page = chrome.runtime.getURL("extension/offscreen.html");
  if (id !== chrome.runtime.id || !url?.startsWith(page) || message[0] !== "sign") return;
  const [, state, missed, ...ringing] = message;
  showIcon(state, missed);
  // One after the other: a notification takes a while to come, and must not come after it was taken back.
  showing = showing.then(() => showRinging(...ringing)).catch((reason) => console.warn(reason));
});
chrome.notifications.onButtonClicked.addListener((call, button) => press(button ? "decline" : "answer", call));
chrome.commands.onCommand.addListener((command) => press(command));
chrome.action.onClicked.addListener(({ windowId }) => {
  // Before anything is waited for: the browser opens it for a click alone.
  chrome.sidePanel.open({ windowId });
});

async function showIcon(state, missed) {
  const texts = await loading;
  const count = missed > 99 ? "99+" : String(missed);
  // A space is a mark of the colour alone.
  chrome.action.setBadgeText({ text: missed ? count : state && " " });
  chrome.action.setBadgeBackgroundColor({ color: colours[state] ?? colours.offline });
  chrome.action.setBadgeTextColor({ color: "#ffffff" });
  const said = [texts[`state_${state}`], missed && texts.missed.replace("{count}", count)].filter(Boolean);
  chrome.action.setTitle({ title: ["Cordboard", ...said].join("\n") });
}

/** One notification at most, for as long as it rings. It is silent: the phone itself rings. */
async function showRinging(call, name, number) {
  const texts = await loading;
  const shown = Object.keys(await chrome.notifications.getAll());
  for (const other of shown) if (other !== String(call)) await chrome.notifications.clear(other);
  if (call === undefined) return;
  await chrome.notifications.create(String(call), {
    type: "basic",
    iconUrl: chrome.runtime.getURL("extension/icons/128.png"),
    title: name || number,
    message: name ? `${texts.calls}\n${number}` : texts.calls,
    buttons: [{ title: texts.answer }, { title: texts.decline }],
    requireInteraction: true,
    priority: 2,
    silent: true,
  });
}

function press(button, of) {
  // Where there is no phone, nobody hears it.
  chrome.runtime.sendMessage(["press", button, of]).catch(() => {});
}

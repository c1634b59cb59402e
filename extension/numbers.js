// Numbers that are clicked in web pages, on their way to the phone; and the script that listens for them, where it may.

import { ask, siteOf } from "./phone.js";
import { allowed } from "./sites.js";

chrome.runtime.onInstalled.addListener(settle);
chrome.runtime.onStartup.addListener(settle);
chrome.storage.onChanged.addListener(({ sites }) => sites && settle());
chrome.permissions.onAdded.addListener(settle);
chrome.permissions.onRemoved.addListener(settle);
chrome.runtime.onMessage.addListener((message, { id, origin, tab }, answer) => {
  if (message[0] !== "dial" || id !== chrome.runtime.id || !tab) return;
  dial(origin, String(message[1])).then(answer);
  return true;
});

async function dial(origin, number) {
  const may = (await allowed()).includes(siteOf(origin)) && (await ask()).allowed;
  if (may) await chrome.runtime.sendMessage(["press", "dial", number]);
  return may;
}

// One after the other: a script that is known already is refused.
let settling = Promise.resolve();
function settle() {
  settling = settling.then(register).catch((reason) => console.warn(reason));
}

async function register() {
  const [ids, matches] = [["numbers"], await allowed()];
  const known = await chrome.scripting.getRegisteredContentScripts({ ids });
  if (known.length) await chrome.scripting.unregisterContentScripts({ ids });
  if (!matches.length) return;
  const js = ["extension/dial.js"];
  await chrome.scripting.registerContentScripts([{ id: ids[0], matches, js, allFrames: true, runAt: "document_start" }]);
}

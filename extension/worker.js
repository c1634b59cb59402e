// Keeps nothing: whether the offscreen document is there is asked of the browser each time.

import { ask } from "./phone.js";
import "./front.js";
import "./numbers.js";
import "./policy.js";
import "./toolbar.js";

chrome.runtime.onInstalled.addListener(settle);
chrome.runtime.onStartup.addListener(settle);
chrome.storage.onChanged.addListener(settle);
chrome.permissions.onAdded.addListener(settle);
chrome.permissions.onRemoved.addListener(settle);
chrome.runtime.onMessage.addListener((message, _sender, answer) => {
  if (message !== "open") return;
  settle().then((there) => answer(Boolean(there)));
  return true;
});

// One at a time: a second offscreen document is refused.
let settling = Promise.resolve();
function settle() {
  settling = settling.then(open).catch((reason) => console.warn(reason));
  return settling;
}

async function open() {
  const { phone, site, allowed } = await ask();
  await relay(allowed ? site : undefined);
  const url = allowed ? chrome.runtime.getURL(`extension/offscreen.html?phone=${encodeURIComponent(phone)}`) : undefined;
  const [there] = await chrome.runtime.getContexts({ contextTypes: ["OFFSCREEN_DOCUMENT"] });
  if (there && there.documentUrl !== url) await chrome.offscreen.closeDocument();
  if (url && there?.documentUrl !== url) {
    const justification = "Calls go on while no tab of the console is open.";
    await chrome.offscreen.createDocument({ url, reasons: ["USER_MEDIA", "WEB_RTC"], justification });
    const tabs = await chrome.tabs.query({});
    for (const { id } of tabs) chrome.tabs.sendMessage(id, "there").catch(() => {}); // Most have no panel.
  }
  return Boolean(url);
}

/** The panels of that site reach the offscreen document. */
async function relay(site) {
  const panels = site?.replace("*", "panel/*");
  const known = await chrome.scripting.getRegisteredContentScripts({ ids: ["panel"] });
  if (known.length && known[0].matches[0] === panels) return;
  if (known.length) await chrome.scripting.unregisterContentScripts({ ids: ["panel"] });
  if (!panels) return;
  const js = ["extension/content.js"];
  await chrome.scripting.registerContentScripts([
    { id: "panel", matches: [panels], js, allFrames: true, runAt: "document_start" },
  ]);
}

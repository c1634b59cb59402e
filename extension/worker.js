import "./toolbar.js";

// Keeps nothing: whether the offscreen document is there is asked of the browser each time.

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

/** The page of the phone that is set up, where the browser allows its site. */
async function phone() {
  const { phone } = await chrome.storage.local.get("phone");
  if (!phone) return;
  const site = `${new URL(phone).protocol}//${new URL(phone).hostname}/*`;
  return (await chrome.permissions.contains({ origins: [site] })) ? { phone, site } : undefined;
}

async function open() {
  const set = await phone();
  await relay(set?.site);
  const url = set && chrome.runtime.getURL(`extension/offscreen.html?phone=${encodeURIComponent(set.phone)}`);
  const [there] = await chrome.runtime.getContexts({ contextTypes: ["OFFSCREEN_DOCUMENT"] });
  if (there && there.documentUrl !== url) await chrome.offscreen.closeDocument();
  if (url && there?.documentUrl !== url) {
    const justification = "Calls go on while no tab of the console is open.";
    await chrome.offscreen.createDocument({ url, reasons: ["USER_MEDIA", "WEB_RTC"], justification });
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

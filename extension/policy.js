// Where the administrator has set the phone's address, the browser still asks the agent, in a click alone: the page for
// that opens by itself.

import { ask } from "./phone.js";

async function open() {
  const { managed, phone, allowed } = await ask();
  if (managed && phone && !allowed) await chrome.runtime.openOptionsPage();
}

chrome.runtime.onInstalled.addListener(({ reason }) => reason === "install" && open());
chrome.storage.managed.onChanged.addListener(({ phone }) => phone && open());

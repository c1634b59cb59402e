// The sites on which telephone numbers are called when they are clicked: those that the agent has named, as the browser's
// permissions name them.

import { ask } from "./phone.js";

export async function named() {
  return (await chrome.storage.local.get({ sites: [] })).sites;
}

export const name = async (site) => keep([...new Set([...(await named()), site])].sort());

export async function forget(site) {
  await keep((await named()).filter((other) => other !== site));
  await giveBack(site);
}

const keep = (sites) => chrome.storage.local.set({ sites });

/** What neither the phone nor a number needs, the browser need not allow. */
export async function giveBack(site) {
  if ((await ask()).site === site || (await named()).includes(site)) return;
  await chrome.permissions.remove({ origins: [site] }).catch(() => false);
}

/** Those that the browser allows still. */
export async function allowed() {
  const sites = await named();
  const those = await Promise.all(sites.map((site) => chrome.permissions.contains({ origins: [site] })));
  return sites.filter((_, at) => those[at]);
}

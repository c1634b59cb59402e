// How it stands with the phone, asked of the browser each time: it may have taken back what it gave.

import { ask } from "./phone.js";

/** What is so; which text says it, and which one the button has that does something about it. */
export async function standing() {
  const known = await ask();
  const { state } = await navigator.permissions.query({ name: "microphone" });
  return { ...known, ...means(known, state) };
}

function means({ managed, phone, allowed }, microphone) {
  if (!phone) return managed ? { text: "managed_wrong" } : { text: "is_not_set_up", does: "set_up" };
  if (allowed && microphone === "granted") return { text: "is_set_up", does: "set_up" };
  if (allowed && microphone === "denied") return { text: "microphone_refused", does: "allow_again" };
  // Nobody can say whether the agent was asked before.
  if (managed) return { text: "managed_new", does: "allow" };
  return { text: allowed ? "microphone_withdrawn" : "site_withdrawn", does: "allow_again" };
}

/** Told whenever something of it changes. */
export async function watch(changed) {
  chrome.storage.onChanged.addListener(changed);
  chrome.permissions.onAdded.addListener(changed);
  chrome.permissions.onRemoved.addListener(changed);
  (await navigator.permissions.query({ name: "microphone" })).onchange = changed;
}

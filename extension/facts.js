// What is known before the links are checked.

import { ask } from "./phone.js";

export async function facts() {
  const { phone, allowed } = await ask();
  // By the extension's own page, where it is there.
  const told = await chrome.runtime.sendMessage("line").catch(() => undefined);
  return { phone: phone && new URL(phone), allowed, resident: Boolean(told?.resident), line: told?.line ?? [] };
}

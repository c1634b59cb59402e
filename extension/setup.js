// What has to be so before an address is the phone's, in the order in which the agent is asked for it. The first thing
// that is not so is the answer. It begins in a click, or the browser would not ask.

import { siteOf } from "./phone.js";

export async function setUp(phone) {
  const origins = [siteOf(phone)];
  if (!(await chrome.permissions.request({ origins }).catch(() => false))) return "no_site";
  return (await answers(phone)) ?? (await hears());
}

async function answers(phone) {
  const patience = AbortSignal.timeout(10_000);
  const answer = await fetch(phone, { credentials: "omit", signal: patience }).catch(() => undefined);
  const page = answer?.ok ? await answer.text().catch(() => "") : "";
  if (!page.includes('name="cordboard-organization"')) return "no_phone";
  const policy = answer.headers.get("content-security-policy") ?? "";
  const holders = policy.match(/frame-ancestors ([^;]*)/)?.[1].split(" ");
  if (holders && !holders.includes(location.origin)) return "not_accepted";
}

async function hears() {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    for (const track of stream.getTracks()) track.stop();
  } catch ({ name }) {
    return name === "NotAllowedError" ? "microphone_refused" : "no_microphone";
  }
}

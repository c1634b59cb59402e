// The page on which the agent says where the phone is, and allows what it needs.

import "./headset_view.js";
import { read, siteOf } from "./phone.js";
import { setUp } from "./setup.js";
import { giveBack } from "./sites.js";
import "./sites_view.js";
import { standing, watch } from "./standing.js";
import { form, input, remove, say, show } from "./view.js";

let known = {};
/** Why the last attempt failed: said until something changes. */
let refused;
let busy = false;

async function look() {
  if (busy) return;
  const before = known.text;
  known = await standing();
  if (known.text !== before) refused = undefined;
  show(known);
  say(refused ?? known.text);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (busy) return;
  const phone = read(known.managed ? known.said : input.value.trim());
  if (!phone) return say((refused = "no_address"));
  busy = true;
  say("checking");
  refused = await setUp(phone);
  if (!refused && !known.managed) await chrome.storage.local.set({ phone });
  for (const one of [phone, known.phone]) if (one) await giveBack(siteOf(one));
  known = await standing();
  busy = false;
  await look();
});

remove.addEventListener("click", async () => {
  const { phone } = known;
  refused = undefined;
  await chrome.storage.local.remove("phone");
  if (phone) await giveBack(siteOf(phone));
  input.value = "";
  input.focus();
});

await watch(look);
await look();

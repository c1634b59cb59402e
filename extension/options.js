// The page on which the agent says where the phone is, and allows what it needs.

import { read, siteOf } from "./phone.js";
import { setUp } from "./setup.js";
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
  // The site of an address that is not the phone's is given back.
  const [kept, left] = refused ? [known.phone, phone] : [phone, known.phone];
  if (left && siteOf(left) !== (kept && siteOf(kept))) await giveBack(left);
  known = await standing();
  busy = false;
  await look();
});

remove.addEventListener("click", async () => {
  const { phone } = known;
  refused = undefined;
  await chrome.storage.local.remove("phone");
  if (phone) await giveBack(phone);
  input.value = "";
  input.focus();
});

const giveBack = (phone) => chrome.permissions.remove({ origins: [siteOf(phone)] }).catch(() => false);
await watch(look);
await look();

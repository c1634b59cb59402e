// The part of the page in which the agent names sites whose numbers are called.

import { secure, siteOf } from "./phone.js";
import { forget, name, named } from "./sites.js";
import { texts } from "./texts.js";

const [list, form, input, wrong] = ["#sites", "#name", "#site", "#wrong-site"].map((part) => document.querySelector(part));

function item(site) {
  const [entry, shown, button] = ["li", "span", "button"].map((kind) => document.createElement(kind));
  shown.textContent = site.replace("/*", "");
  button.textContent = texts.remove;
  button.setAttribute("aria-label", `${texts.remove}: ${shown.textContent}`);
  button.addEventListener("click", async () => {
    await forget(site);
    input.focus();
  });
  entry.append(shown, button);
  return entry;
}

async function show() {
  const sites = await named();
  list.replaceChildren(...sites.map(item));
  list.hidden = !sites.length;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const url = secure(input.value.trim());
  const site = url && siteOf(url);
  // In the click, or the browser would not ask.
  const allowed = site && (await chrome.permissions.request({ origins: [site] }).catch(() => false));
  input.setAttribute("aria-invalid", !site);
  wrong.textContent = allowed ? "" : texts[site ? "no_site" : "no_web_site"];
  input.focus();
  if (!allowed) return;
  await name(site);
  input.value = "";
});

chrome.storage.onChanged.addListener(show);
await show();

// What the page for the address shows.

import { texts } from "./texts.js";

const ids = ["phone", "hint", "wrong", "said", "asks", "set-up", "remove", "numbers", "headset"];
const [input, hint, wrong, said, asks, button, remove, numbers, headset] = ids.map((id) => document.getElementById(id));
const { form } = input;
export { form, input, remove };

export function show(known) {
  // What the agent is typing stays.
  const address = known.managed ? known.said : known.phone?.replace("/phone/", "/panel/");
  if (document.activeElement !== input) input.value = address ?? "";
  input.readOnly = known.managed;
  hint.textContent = texts[known.managed ? "managed" : "hint"];
  asks.hidden = known.text === "is_set_up" || !known.does;
  button.hidden = !known.does;
  button.textContent = texts[known.does];
  remove.hidden = known.managed || !known.said;
  numbers.hidden = !known.phone;
  headset.hidden = !known.phone || !navigator.hid;
}

/** What is wrong with the address stands beside it, all else above. */
export function say(text) {
  const about = ["no_address", "no_phone"].includes(text);
  input.setAttribute("aria-invalid", about);
  wrong.textContent = about ? texts[text] : "";
  said.textContent = about ? "" : texts[text].replace("{id}", chrome.runtime.id);
  said.dataset.says = text;
  if (about) input.focus();
}

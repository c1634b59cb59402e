// Every link of the chain, the first broken one and what to do about it, and a report without names and numbers.

import { facts } from "./facts.js";
import { links } from "./links.js";
import { texts } from "./texts.js";

const [list, said, mend, again, copy, copied] = ["ol", "#found", "#mend", "#again", "#copy", "#copied"].map((one) =>
  document.querySelector(one),
);
let report = [];

async function check() {
  said.textContent = texts.looking;
  [mend.hidden, copied.textContent] = [true, ""];
  list.replaceChildren();
  const { version } = chrome.runtime.getManifest();
  report = [`Cordboard ${version}`, navigator.userAgent, new Date().toISOString()];
  const known = await facts();
  let first;
  for (const link of links) {
    const [state, found] = await outcome(link, known, first);
    if (state === "broken") first ??= link;
    list.append(row(link, state, found));
    report.push(`${state}: ${link.name} ${found}`.trim());
  }
  said.textContent = first ? `${texts[`link_${first.name}`]}: ${texts[`mend_${first.name}`]}` : texts.all_is_well;
  if (!first?.mend) return;
  [mend.hidden, mend.textContent, mend.onclick] = [false, texts[`do_${first.mend.name}`], first.mend];
}

/** What comes after a broken link is not asked. */
async function outcome({ check }, known, first) {
  if (first) return ["open", ""];
  try {
    const found = await check(known);
    return ["ok", found === true ? "" : found];
  } catch ({ message }) {
    return ["broken", message];
  }
}

function row({ name }, state, found) {
  const item = document.createElement("li");
  item.className = state;
  const [mark, title, detail] = ["span", "span", "small"].map((tag) => document.createElement(tag));
  const sign = { ok: "✓", broken: "✕", open: "·" }[state];
  Object.assign(mark, { className: "mark", textContent: sign, ariaLabel: texts[`is_${state}`], role: "img" });
  [title.textContent, detail.textContent] = [texts[`link_${name}`], found];
  item.append(mark, title, detail);
  return item;
}

again.addEventListener("click", check);
copy.addEventListener("click", async () => {
  await navigator.clipboard.writeText(report.join("\n"));
  copied.textContent = texts.copied;
});
await check();

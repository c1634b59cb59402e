// The console's tabs: a workspace tab for each record, and in it sub-tabs for those that were opened from there.
// A record is open once at most, in whichever of the two bars.
//
// They are the window's own, and a reload finds them again.
window.consoleTabs = function (go, user) {
  "use strict";

  const KEY = "console-tabs/" + user;
  const bars = { tabs: document.getElementById("workspace-tabs"), subs: document.getElementById("sub-tabs") };
  // [{id, name, object, path, subs: [{id, name, object, path}]}]
  let tabs = kept();

  function kept() {
    try {
      return JSON.parse(sessionStorage.getItem(KEY)) || [];
    } catch {
      return [];
    }
  }

  // The workspace tab that a record is open in, or that it is.
  const around = (id) => tabs.find((tab) => tab.id === id || tab.subs.some((sub) => sub.id === id));

  // The record is shown. One that is not open yet opens in the workspace tab around `from`, or in one of its own.
  function shown(record, from) {
    if (record && !around(record.id)) {
      const parent = from && around(from);
      if (parent) parent.subs.push(record);
      else tabs.push({ ...record, subs: [] });
    }
    draw(record ? record.id : null);
  }

  // Of what is closed the neighbour is shown: a sub-tab's is in the same workspace tab, which stays.
  async function close(id, here) {
    const tab = around(id);
    if (!tab) return;
    const bar = tab.id === id ? tabs : tab.subs;
    const place = bar.findIndex((one) => one.id === id);
    const wasShown = here === id || (tab.id === id && tab.subs.some((sub) => sub.id === here));
    bar.splice(place, 1);
    if (!wasShown) {
      draw(here);
      return focus(here);
    }
    const next = bar[place - 1] || (bar === tabs ? bar[place] : tab);
    await go(next ? next.path : "/lightning/page/home");
    focus(next ? next.id : null);
  }

  function focus(id) {
    const link = id && document.querySelector(`.console-tabs a[data-record="${id}"]`);
    (link || document.getElementById("workspace")).focus();
  }

  function draw(here) {
    sessionStorage.setItem(KEY, JSON.stringify(tabs));
    // Whoever moves about with the keyboard stays where they are.
    const focused = document.activeElement.closest(".console-tabs a[data-record]");
    const current = here && around(here);
    bars.tabs.replaceChildren(...tabs.map((tab) => item(tab, tab === current, here, true)));
    const subs = current ? current.subs : [];
    bars.subs.hidden = subs.length === 0;
    // The workspace tab's own record comes first, and is closed in the bar above.
    const first = subs.length === 0 ? [] : [item(current, current.id === here, here, false)];
    bars.subs.replaceChildren(...first, ...subs.map((sub) => item(sub, sub.id === here, here, true)));
    if (focused) focus(focused.dataset.record);
  }

  function item({ id, name, object, path }, isCurrent, here, canClose) {
    const item = document.createElement("li");
    const link = Object.assign(document.createElement("a"), { href: path, textContent: name });
    link.title = object + " " + name;
    link.dataset.nav = "";
    link.dataset.record = id;
    if (isCurrent) link.setAttribute("aria-current", "page");
    item.append(link);
    if (canClose) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
      button.setAttribute("aria-label", "Close " + name);
      button.addEventListener("click", () => close(id, here));
      item.append(button);
    }
    return item;
  }

  return { shown };
};

// The console's page: it moves between records without loading anew, keeps the softphone's frame alive
// meanwhile, and answers the panel over Open CTI's wire.
//
// The wire, towards the panel: {apiVersion, apiType, methodName, callId, response} with exactly one of
// `shouldExecuteCallback` (an answer, sent only where one is wanted) and `shouldExecuteListener` (an event,
// whose `response` is the bare payload). `apiVersion` is whatever the panel's own script says it is.
(function () {
  "use strict";

  const config = JSON.parse(document.getElementById("host-config").textContent);
  const byId = (id) => document.getElementById(id);
  const workspace = () => byId("workspace");
  let frame = null;
  let apiVersion = null;
  let clickToDial = false;
  let initialized = false;
  const tabs = consoleTabs(go, byId("running-user").textContent);
  const registered = new Set(); // "onClickToDial", "onNavigationChange", "subscribe/<channel>"

  // ── Open CTI ─────────────────────────────────────────────────

  class Refusal extends Error {
    constructor(code, description) {
      super(description);
      this.errors = [{ code, description, details: null }];
    }
  }
  const OUT_OF_ORDER = new Refusal("GENERIC_ERROR", "The softphone's container is out of order.");
  const invalid = (description) => new Refusal("INVALID_PARAM", description);

  window.addEventListener("message", async (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== config.frame.origin) return;
    const message = event.data;
    if (typeof message !== "object" || message === null || message.apiType !== "opencti") return;
    apiVersion = message.apiVersion;
    const args = message.args || {};
    let response;
    try {
      const method = Object.hasOwn(methods, message.methodName) ? methods[message.methodName] : null;
      if (!method) throw invalid("The method " + message.methodName + " does not exist.");
      const returnValue = await method(args, message);
      response = { success: true, returnValue: returnValue === undefined ? null : returnValue, errors: null };
    } catch (error) {
      const errors = error.errors || [{ code: "GENERIC_ERROR", description: String(error.message), details: null }];
      response = { success: false, returnValue: null, errors };
    }
    if (message.isCallbackRegistered) await answer(message, response);
  });

  // As somebody at /practice/ has ordered, at the time of the answer.
  async function answer({ apiVersion, methodName, callId, args }, response) {
    const faults = await fetch("/aura/open-cti").then((faults) => faults.json(), () => ({}));
    const fault = faults[methodName + "/" + (args || {}).methodName] || faults[methodName];
    const respond = (response) => send({ apiVersion, methodName, callId, response, shouldExecuteCallback: true });
    if (fault === "never") return;
    const delay = { late: 3000, very_late: 20000 }[fault];
    if (delay) await new Promise((late) => setTimeout(late, delay));
    if (fault === "errors") response = { success: false, returnValue: null, errors: OUT_OF_ORDER.errors };
    if (fault === "empty") response = { success: true, returnValue: null, errors: null };
    respond(response);
    if (fault === "twice") respond(response);
  }

  function send(message) {
    frame.contentWindow.postMessage({ apiType: "opencti", ...message }, config.frame.origin);
  }

  function tell(methodName, response, eventName) {
    if (!registered.has(eventName ? methodName + "/" + eventName : methodName)) return;
    send({ apiVersion, methodName, response, shouldExecuteListener: true, ...(eventName ? { eventName } : {}) });
  }

  async function ask(path, body) {
    const options = body && {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    };
    const answer = await fetch(path, options || {});
    if (answer.status === 401) throw new Refusal("GENERIC_ERROR", "Your session has ended. Log in again.");
    // An answer that breaks off is none; reading it throws.
    const json = parsed(await answer.text());
    if (!answer.ok) {
      if (json && json.errors) throw Object.assign(new Error("refused"), { errors: json.errors });
      throw new Refusal("SERVER_ERROR", "The server answered " + answer.status + ".");
    }
    return json;
  }

  function parsed(json) {
    try {
      return JSON.parse(json);
    } catch {
      return null;
    }
  }

  const text = (value, name) => {
    if (typeof value !== "string" || value === "") throw invalid("The parameter " + name + " must be text.");
    return value;
  };
  const OBJECTS = { "001": "Account", "003": "Contact", "00Q": "Lead", 500: "Case", "005": "User" };
  const pixels = (value, name, least, most) => {
    if (!Number.isInteger(value) || value < least || value > most) {
      throw invalid("The parameter " + name + " must be a number from " + least + " to " + most + ".");
    }
    return value;
  };

  const methods = {
    setSoftphonePanelVisibility({ visible }) {
      if (typeof visible !== "boolean") throw invalid("The parameter visible must be true or false.");
      showPanel(visible);
    },
    isSoftphonePanelVisible: () => ({ visible: panelIsVisible() }),
    setSoftphonePanelHeight({ heightPX }) {
      byId("softphone-panel").style.setProperty("--height", pixels(heightPX, "heightPX", 240, 2560) + "px");
    },
    setSoftphonePanelWidth({ widthPX }) {
      byId("softphone-panel").style.setProperty("--width", pixels(widthPX, "widthPX", 200, 1920) + "px");
    },
    setSoftphonePanelLabel({ label }) {
      byId("softphone-panel-label").textContent = text(label, "label");
    },
    setSoftphoneItemLabel({ label }) {
      byId("softphone-item-label").textContent = text(label, "label");
    },
    setSoftphonePanelIcon({ key }) {
      drawIcon(byId("softphone-panel-icon"), text(key, "key"));
    },
    setSoftphoneItemIcon({ key }) {
      drawIcon(byId("softphone-item-icon"), text(key, "key"));
    },
    getCallCenterSettings: () => ask("/aura/settings"),
    getSoftphoneLayout: () => ask("/aura/layout"),
    getAppViewInfo: () => view(),
    notifyInitializationComplete() {
      initialized = true;
    },
    enableClickToDial: () => setClickToDial(true),
    disableClickToDial: () => setClickToDial(false),
    onClickToDial: () => void registered.add("onClickToDial"),
    onNavigationChange: () => void registered.add("onNavigationChange"),
    screenPop,
    async searchAndScreenPop({ searchParams, callType, defaultFieldValues, deferred }) {
      if (!["inbound", "outbound", "internal"].includes(callType)) {
        throw invalid("The parameter callType must be inbound, outbound or internal.");
      }
      if (!searchParams) return {};
      const found = await ask("/aura/search?" + new URLSearchParams({ type: callType, q: searchParams }));
      const pop =
        callType === "inbound" ? popOf(await ask("/aura/layout"), found, searchParams, defaultFieldValues) : null;
      if (deferred) return pop ? { ...found, SCREEN_POP_DATA: pop } : found;
      if (pop) await screenPop(pop);
      return found;
    },
    async saveLog({ object }) {
      if (typeof object !== "object" || object === null) throw invalid("The parameter value must be an object.");
      return (await ask("/aura/task", object)).id;
    },
    async runApex(args) {
      const outcome = await ask("/aura/apex", args);
      if (!outcome.success) throw Object.assign(new Error("runApex"), { errors: outcome.errors });
      return outcome.returnValue;
    },
    async refreshView() {
      await load(location.href);
    },
    subscribe: ({ eventName }) => void registered.add("subscribe/" + eventName),
    unsubscribe: ({ eventName }) => void registered.delete("subscribe/" + eventName),
    // The frame is the only subscriber in this page, and nobody hears their own message.
    publish({ eventName }) {
      text(eventName, "channelName");
    },
    onWorkStart() {},
    completeWork({ workId }) {
      text(workId, "workId");
    },
  };

  // What the layout wants to be shown; nothing where it says so.
  function popOf({ Inbound: { screenPopSettings } }, found, searchString, defaultFieldValues) {
    const ids = Object.keys(found);
    const matches = ids.length === 0 ? "NoMatch" : ids.length === 1 ? "SingleMatch" : "MultipleMatches";
    const { screenPopType, screenPopData } = screenPopSettings[matches];
    switch (screenPopType) {
      case "PopToEntity":
        return ids.length === 1
          ? { type: "sobject", params: { recordId: ids[0] } }
          : { type: "newRecord", params: { entityName: screenPopData, defaultFieldValues } };
      case "PopToSearch":
        return { type: "search", params: { searchString } };
      default:
        return null;
    }
  }

  async function screenPop({ type, params }) {
    const given = params || {};
    switch (type) {
      case "sobject": {
        const id = text(given.recordId, "recordId");
        const object = OBJECTS[id.slice(0, 3)];
        if (!object) throw invalid("The record " + id + " cannot be shown.");
        return go("/lightning/r/" + object + "/" + encodeURIComponent(id) + "/view");
      }
      case "url": {
        const url = new URL(text(given.url, "url"), location.href);
        if (url.origin !== location.origin) throw invalid("The parameter url must be relative.");
        return go(url.href);
      }
      case "objecthome":
      case "list":
        return go("/lightning/o/" + encodeURIComponent(text(given.scope, "scope")) + "/list");
      case "search":
        if (text(given.searchString, "searchString").length < 3) {
          throw invalid("The parameter searchString must have at least 3 characters.");
        }
        return go("/lightning/search?q=" + encodeURIComponent(given.searchString));
      case "newRecord":
        return openNewRecord(text(given.entityName, "entityName"), given.defaultFieldValues || {});
      case "flow":
        throw invalid("The practice organization has no flow " + given.flowDevName + ".");
      default:
        throw invalid("The parameter type is not one of SCREENPOP_TYPE.");
    }
  }

  // ── Moving between records ───────────────────────────────────

  function view() {
    const { recordId, recordName, objectType } = workspace().dataset;
    return { url: location.href, ...(recordId ? { recordId, recordName, objectType } : {}) };
  }

  // `from`: the record whose page led there.
  async function go(url, from) {
    if (await load(url)) {
      if (new URL(url, location.href).href !== location.href) history.pushState(null, "", url);
      arrived(from);
    }
  }

  async function load(url) {
    const answer = await fetch(url, { headers: { "x-fragment": "1" } });
    if (answer.status === 401) return void location.assign(url);
    if (!answer.ok) throw invalid("The page " + url + " cannot be shown.");
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("workspace");
    if (!fresh) return void location.assign(url);
    workspace().replaceWith(fresh);
    dressPhones();
    return true;
  }

  function arrived(from) {
    document.title = workspace().dataset.title + " | Acme";
    for (const tab of document.querySelectorAll(".app-bar [data-tab]")) {
      const here = tab.dataset.tab === workspace().dataset.tab;
      here ? tab.setAttribute("aria-current", "page") : tab.removeAttribute("aria-current");
    }
    showTab(from);
    tell("onNavigationChange", view());
  }

  function showTab(from) {
    const { recordId, recordName, objectType } = workspace().dataset;
    const record = recordId && { id: recordId, name: recordName, object: objectType, path: location.pathname };
    tabs.shown(record, from);
  }

  document.addEventListener("click", (event) => {
    const menu = event.target.closest("details.menu");
    for (const open of document.querySelectorAll("details.menu[open]")) if (open !== menu) open.open = false;
    const link = event.target.closest("a[data-nav]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const from = workspace().contains(link) ? workspace().dataset.recordId : undefined;
    go(link.href, from).catch(() => location.assign(link.href));
  });
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "global-search") return;
    event.preventDefault();
    go("/lightning/search?q=" + encodeURIComponent(new FormData(event.target).get("q")));
  });
  window.addEventListener("popstate", () => load(location.href).then(() => arrived()));
  window.addEventListener("focus", () => tell("onNavigationChange", view()));

  // ── Click-to-dial ────────────────────────────────────────────

  function setClickToDial(enabled) {
    clickToDial = enabled;
    dressPhones();
  }

  function dressPhones() {
    for (const phone of document.querySelectorAll("button.click-to-dial")) {
      phone.disabled = !clickToDial;
      phone.title = clickToDial ? "Call " + phone.dataset.number : "Click-to-dial is disabled";
    }
  }

  document.addEventListener("click", (event) => {
    const phone = event.target.closest("button.click-to-dial");
    if (!phone || !clickToDial) return;
    const { number, recordId, recordName, objectType } = phone.dataset;
    tell("onClickToDial", { number, recordId, recordName, objectType });
  });

  // ── The *New* dialog ─────────────────────────────────────────

  function openNewRecord(entity, values) {
    if (!["Account", "Contact", "Lead", "Case"].includes(entity)) {
      throw invalid("The object " + entity + " has no New page.");
    }
    const dialog = byId("new-record");
    // A value for a field that the object does not have fills none.
    const [name, phone] =
      entity === "Case"
        ? [values.Subject, values.SuppliedPhone]
        : [values.Name || values.LastName, values.Phone];
    dialog.dataset.entity = entity;
    dialog.querySelector("h2").textContent = "New " + entity;
    const filled = { entity, name, company: values.Company, phone };
    for (const [field, value] of Object.entries(filled)) dialog.querySelector(`[name=${field}]`).value = value || "";
    dialog.querySelector("[role=alert]").textContent = "";
    // Not modal: the softphone stays at hand.
    if (!dialog.open) dialog.show();
  }

  byId("new-record").addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const made = await ask("/aura/record", Object.fromEntries(new FormData(event.target)));
      byId("new-record").close();
      await go(made.path);
    } catch (error) {
      byId("new-record").querySelector("[role=alert]").textContent = error.errors
        ? error.errors[0].description
        : "The record was not saved.";
    }
  });
  byId("new-record").addEventListener("keydown", (event) => {
    if (event.key === "Escape") byId("new-record").close();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-cancel]")) byId("new-record").close();
    const button = event.target.closest("[data-new]");
    if (button) openNewRecord(button.dataset.new, {});
    const ring = event.target.closest("[data-ring]");
    if (ring) ringMe(ring.dataset.ring);
    const done = event.target.closest("[data-complete]");
    if (done) lookAgain({ Id: done.dataset.complete, Status: "Completed" });
    if (event.target.closest("[data-refresh]")) lookAgain();
  });

  // At the timeline, after a change of a task or without one.
  async function lookAgain(change) {
    if (change) await ask("/aura/task", change);
    await load(location.href);
    const refresh = document.querySelector("[data-refresh]");
    if (refresh) refresh.focus();
  }

  async function ringMe(id) {
    const said = byId("rung");
    said.textContent = "";
    const answer = await fetch("/aura/ring", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ id }),
    });
    said.textContent = answer.ok || answer.status === 409
      ? (await answer.json()).said
      : "The console does not answer. Reload the page.";
  }

  // ── The softphone's panel ────────────────────────────────────

  const panelIsVisible = () => byId("softphone-panel").dataset.visible === "true";

  function showPanel(visible) {
    byId("softphone-panel").dataset.visible = String(visible);
    byId("softphone-item").setAttribute("aria-expanded", String(visible));
  }

  function drawIcon(holder, key) {
    holder.dataset.key = key;
    const path = config.icons[key] || config.icons.call;
    holder.querySelector("path").setAttribute("d", path);
  }

  byId("softphone-item").addEventListener("click", () => showPanel(!panelIsVisible()));
  byId("softphone-minimize").addEventListener("click", () => showPanel(false));

  // *Start automatically*: the frame loads at once, whether the panel is open or not.
  if (config.frame) {
    const { url, width, height, standbyUrl, timeout } = config.frame;
    const panel = byId("softphone-panel");
    panel.style.setProperty("--width", width + "px");
    panel.style.setProperty("--height", height + "px");
    frame = document.createElement("iframe");
    frame.id = "softphone-frame";
    frame.title = "Softphone";
    if (config.browser.frame_allow) frame.allow = config.browser.frame_allow;
    if (config.browser.frame_sandbox !== null) frame.setAttribute("sandbox", config.browser.frame_sandbox);
    // The console has several hosts, and a page knows its own.
    const address = new URL(url);
    address.searchParams.set("sfdcIframeOrigin", location.origin);
    frame.src = address.href;
    byId("softphone-body").append(frame);
    if (standbyUrl && timeout) {
      setTimeout(() => {
        if (!initialized) frame.src = standbyUrl;
      }, timeout);
    }
  }

  dressPhones();
  showTab();
})();

// A stand-in for the genuine script, version 57: it drops every message that the genuine one is known to drop,
// and says so in `violations`, together with what no host should ever send.
(() => {
  const origin = new URLSearchParams(location.search).get("sfdcIframeOrigin");
  const waiting = new Map();
  const listeners = {};
  const violations = (window.violations = []);
  let callId = 0;

  window.addEventListener("message", ({ data, origin: sender }) => {
    const drop = (why) => violations.push(why + ": " + JSON.stringify(data));
    if (sender !== origin) return drop("foreign origin");
    if (data?.apiType !== "opencti") return drop("apiType");
    if (data.apiVersion !== 57) return drop("apiVersion");
    if (data.shouldExecuteCallback && data.shouldExecuteListener) return drop("two flags");
    if (data.shouldExecuteCallback === true) {
      const key = data.methodName + "_" + data.callId;
      const callback = waiting.get(key);
      if (!callback) return drop("nobody waits for this answer");
      waiting.delete(key);
      return callback(data.response);
    }
    if (data.shouldExecuteListener === true) {
      if (!listeners[data.methodName]) return drop("nobody listens");
      if ("success" in data.response) return drop("an event in an answer's clothes");
      return listeners[data.methodName].forEach((listener) => listener(data.response));
    }
    drop("no flag");
  });

  const post = (methodName, args, callback, listener) => {
    const id = callId++;
    if (callback) waiting.set(methodName + "_" + id, callback);
    if (listener) (listeners[methodName] ??= []).push(listener);
    const flags = { isCallbackRegistered: !!callback, isListenerRegistered: !!listener };
    parent.postMessage({ methodName, callId: id, apiVersion: 57, apiType: "opencti", ...flags, args }, origin);
  };
  const one = (given) => {
    if (given.length !== 1 || typeof given[0] !== "object" || !Object.keys(given[0]).length) throw new Error("one object");
    return given[0];
  };
  const names = [
    "setSoftphonePanelVisibility", "isSoftphonePanelVisible", "setSoftphonePanelHeight", "setSoftphoneItemLabel",
    "setSoftphoneItemIcon", "getCallCenterSettings", "getSoftphoneLayout", "getAppViewInfo", "screenPop",
    "searchAndScreenPop", "runApex", "refreshView",
  ];
  const method = (name) => (...given) => {
    const { callback, ...args } = one(given);
    post(name, args, callback);
  };
  window.sforce = { opencti: Object.fromEntries(names.map((name) => [name, method(name)])) };
  Object.assign(sforce.opencti, {
    SCREENPOP_TYPE: { SOBJECT: "sobject" },
    CALL_TYPE: { INBOUND: "inbound" },
    notifyInitializationComplete: () => post("notifyInitializationComplete", {}),
    onClickToDial: (...given) => post("onClickToDial", {}, undefined, one(given).listener),
    onNavigationChange: (...given) => post("onNavigationChange", {}, undefined, one(given).listener),
    saveLog: (...given) => post("saveLog", { object: one(given).value }, given[0].callback),
  });
})();

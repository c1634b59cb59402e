// Open CTI for Lightning, the panel's end: `sforce.opencti`. Written from Salesforce's documentation and from
// the observed wire; no line of it is Salesforce's.
(function () {
  "use strict";

  const API_VERSION = /*API_VERSION*/ 0;
  const API_TYPE = "opencti";
  const INIT_FAILED =
    "Failed to initialize Open CTI. Ensure that it is loaded from the right frame with correct URL parameters";
  const ONE_OBJECT = "Must pass in only one object which holds arguments to this API method call.";

  // The families of hosts that Salesforce serves consoles from, and the practice world's.
  const SALESFORCE =
    /^https?:\/\/[\w-.]+(\.force\.com|\.visualforce\.com|\.my-visualforce\.com|\.my-lightning\.com|\.salesforce\.com|\.my-salesforce\.com|\.(salesforce|crmforce)\.(mil|ms))(:\d+)?$/;
  const PRACTICE = /^https?:\/\/[a-z0-9-]+(\.[a-z0-9-]+)*\.localhost(:\d+)?$/;

  let hostOrigin = null;
  let nextCallId = 0;
  const callbacks = new Map(); // "methodName_callId" -> function, run once
  const listeners = new Map(); // methodName -> functions
  const channels = new Map(); // message channel -> functions

  function initialize() {
    const query = new URLSearchParams(location.search);
    const origins = query.getAll("sfdcIframeOrigin");
    const origin = origins.length === 1 ? origins[0] : "";
    const known = SALESFORCE.test(origin) || PRACTICE.test(origin);
    if (!query.get("mode") || !known || !origin.startsWith(location.protocol)) {
      throw INIT_FAILED;
    }
    hostOrigin = origin;
    window.addEventListener("message", receive);
  }

  function receive(event) {
    const message = event.data;
    if (event.origin !== hostOrigin || typeof message !== "object" || message === null) return;
    if (message.apiVersion !== API_VERSION || message.apiType !== API_TYPE) return;
    if (message.shouldExecuteCallback) {
      const key = message.methodName + "_" + message.callId;
      const callback = callbacks.get(key);
      callbacks.delete(key);
      if (callback) callback(message.response);
    } else if (message.shouldExecuteListener) {
      const registered = message.eventName ? channels.get(message.eventName) : listeners.get(message.methodName);
      for (const listener of [...(registered || [])]) listener(message.response);
    }
  }

  function post(methodName, args, callback, isListenerRegistered) {
    const callId = nextCallId++;
    if (callback) callbacks.set(methodName + "_" + callId, callback);
    parent.postMessage(
      {
        methodName,
        callId,
        apiVersion: API_VERSION,
        apiType: API_TYPE,
        isCallbackRegistered: Boolean(callback),
        isListenerRegistered: Boolean(isListenerRegistered),
        args,
      },
      hostOrigin,
    );
  }

  // ── Argument rules ───────────────────────────────────────────

  function oneObject(given) {
    if (given.length !== 1 || typeof given[0] !== "object" || Object.keys(given[0]).length === 0) {
      throw new Error(ONE_OBJECT);
    }
    return given[0];
  }

  function required(args, name, type, words) {
    if (typeof args[name] !== type || args[name] === null) {
      throw new Error("Missing the required argument `" + (words || name) + "`!");
    }
  }

  // A method that hands over `names` of its one argument.
  const method = (name, names) =>
    function () {
      const args = oneObject(arguments);
      post(name, Object.fromEntries(names.map((key) => [key, args[key]])), args.callback);
    };

  // A method whose answer is its purpose.
  const question = (name) =>
    function () {
      const args = oneObject(arguments);
      required(args, "callback", "function");
      post(name, {}, args.callback);
    };

  // A method that may be called without any argument, though not with an empty object.
  const request = (name) =>
    function () {
      const args = arguments.length === 0 ? {} : oneObject(arguments);
      post(name, {}, args.callback);
    };

  const registration = (name) =>
    function () {
      const args = oneObject(arguments);
      required(args, "listener", "function");
      if (!listeners.has(name)) listeners.set(name, []);
      listeners.get(name).push(args.listener);
      post(name, {}, undefined, true);
    };

  // ── The interface ────────────────────────────────────────────

  const opencti = {
    initialize,
    SCREENPOP_TYPE: {
      URL: "url",
      SOBJECT: "sobject",
      OBJECTHOME: "objecthome",
      LIST: "list",
      SEARCH: "search",
      NEW_RECORD_MODAL: "newRecord",
      FLOW: "flow",
    },
    CALL_TYPE: { INBOUND: "inbound", OUTBOUND: "outbound", INTERNAL: "internal" },

    setSoftphonePanelVisibility: method("setSoftphonePanelVisibility", ["visible"]),
    isSoftphonePanelVisible: question("isSoftphonePanelVisible"),
    setSoftphonePanelHeight: method("setSoftphonePanelHeight", ["heightPX"]),
    setSoftphonePanelWidth: method("setSoftphonePanelWidth", ["widthPX"]),
    setSoftphonePanelLabel: method("setSoftphonePanelLabel", ["label"]),
    setSoftphoneItemLabel: method("setSoftphoneItemLabel", ["label"]),
    setSoftphonePanelIcon: method("setSoftphonePanelIcon", ["key"]),
    setSoftphoneItemIcon: method("setSoftphoneItemIcon", ["key"]),
    getCallCenterSettings: question("getCallCenterSettings"),
    getSoftphoneLayout: question("getSoftphoneLayout"),
    getAppViewInfo: question("getAppViewInfo"),
    notifyInitializationComplete() {
      const callback = arguments[0] && arguments[0].callback;
      post("notifyInitializationComplete", {}, callback);
    },
    enableClickToDial: request("enableClickToDial"),
    disableClickToDial: request("disableClickToDial"),
    onClickToDial: registration("onClickToDial"),
    onNavigationChange: registration("onNavigationChange"),
    screenPop: method("screenPop", ["type", "params"]),
    searchAndScreenPop: method("searchAndScreenPop", [
      "searchParams",
      "callType",
      "queryParams",
      "defaultFieldValues",
      "deferred",
      "params",
    ]),
    saveLog() {
      const args = oneObject(arguments);
      required(args, "value", "object", "value object");
      post("saveLog", { object: args.value }, args.callback);
    },
    runApex: method("runApex", ["apexClass", "methodName", "methodParams"]),
    refreshView: request("refreshView"),
  };

  if (API_VERSION >= 46) {
    opencti.hvs = {
      onWorkStart: registration("onWorkStart"),
      completeWork: method("completeWork", ["workId", "attributes"]),
    };
  }

  if (API_VERSION >= 47) {
    opencti.subscribe = function () {
      const args = oneObject(arguments);
      required(args, "channelName", "string");
      required(args, "listener", "function");
      const subscription = { channelName: args.channelName, listener: args.listener };
      if (!channels.has(args.channelName)) channels.set(args.channelName, []);
      channels.get(args.channelName).push(args.listener);
      const answered = (response) => {
        if (response.success) response.subscription = subscription;
        else forget(subscription);
        if (args.callback) args.callback(response);
      };
      post("subscribe", { eventName: args.channelName, subscription: {} }, answered, true);
    };
    opencti.unsubscribe = function () {
      const args = oneObject(arguments);
      required(args, "subscription", "object");
      // The host learns of it when the channel's last listener is gone.
      if (forget(args.subscription) === 0) post("unsubscribe", { eventName: args.subscription.channelName });
    };
    opencti.publish = function () {
      const args = oneObject(arguments);
      required(args, "channelName", "string");
      post("publish", { eventName: args.channelName, message: args.message }, args.callback);
    };
  }

  function forget(subscription) {
    const left = (channels.get(subscription.channelName) || []).filter((one) => one !== subscription.listener);
    channels.set(subscription.channelName, left);
    return left.length;
  }

  window.sforce = window.sforce || {};
  window.sforce.opencti = opencti;
  initialize();
})();

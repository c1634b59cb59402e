// A panel for tests: it calls every method, records what it hears, and reports to its own server.
const log = { query: location.search, microphone: document.featurePolicy?.allowsFeature("microphone") };
const call = (method, args) =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve("no answer"), 3000);
    const callback = (response) => (clearTimeout(timer), resolve(response));
    sforce.opencti[method]({ ...args, callback });
  });
const thrown = (act) => {
  try {
    act();
    return "nothing";
  } catch (error) {
    return error.message || String(error);
  }
};
const heard = (name) => new Promise((resolve) => sforce.opencti[name]({ listener: resolve }));

async function run() {
  const cti = sforce.opencti;
  log.refusals = [
    thrown(() => cti.refreshView({})),
    thrown(() => cti.getCallCenterSettings({ x: 1 })),
    thrown(() => cti.onClickToDial({ x: 1 })),
    thrown(() => cti.saveLog({ value: "x" })),
    thrown(() => cti.setSoftphoneItemLabel("x")),
  ];
  cti.notifyInitializationComplete();
  log.settings = await call("getCallCenterSettings", {});
  log.layout = await call("getSoftphoneLayout", {});
  log.view = await call("getAppViewInfo", {});
  log.hidden = await call("isSoftphonePanelVisible", {});
  log.show = await call("setSoftphonePanelVisibility", { visible: true });
  log.visible = await call("isSoftphonePanelVisible", {});
  log.label = await call("setSoftphoneItemLabel", { label: "Ready" });
  log.icon = await call("setSoftphoneItemIcon", { key: "incoming_call" });
  log.tooHigh = await call("setSoftphonePanelHeight", { heightPX: 100 });
  log.height = await call("setSoftphonePanelHeight", { heightPX: 500 });
  log.proof = await call("runApex", { apexClass: "CordboardAgent", methodName: "proof", methodParams: "nonce=n-0123456789abcdef_01" });
  log.noClass = await call("runApex", { apexClass: "Nobody", methodName: "x", methodParams: "" });
  const navigated = heard("onNavigationChange");
  log.pop = await call("screenPop", { type: cti.SCREENPOP_TYPE.SOBJECT, params: { recordId: "003Ax0000000001IAA" } });
  log.navigated = await navigated;
  log.search = await call("searchAndScreenPop", { searchParams: "+1 415 555 0118", callType: cti.CALL_TYPE.INBOUND });
  log.popped = await call("getAppViewInfo", {});
  log.task = await call("saveLog", { value: { entityApiName: "Task", Subject: "Called", WhoId: "003Ax0000000003IAA" } });
  log.refresh = await new Promise((resolve) => sforce.opencti.refreshView({ callback: resolve }));
  log.unknownPop = await call("screenPop", { type: "nonsense", params: {} });
  log.violations = window.violations;
  await fetch("/report", { method: "POST", body: JSON.stringify(log) });
}
run().catch((error) => fetch("/report", { method: "POST", body: JSON.stringify({ ...log, error: String(error) }) }));

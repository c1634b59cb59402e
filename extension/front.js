// A click on a notification beside its buttons shows the console.

chrome.notifications.onClicked.addListener(show);

/** The one that the agent has looked at last, if any. */
async function show() {
  // Those of panels; where there is no phone, nobody answers.
  const ids = (await chrome.runtime.sendMessage("tabs").catch(() => {})) ?? [];
  const tabs = await Promise.all(ids.map((id) => chrome.tabs.get(id).catch(() => {})));
  const [last] = tabs.filter(Boolean).sort((one, other) => (other.lastAccessed ?? 0) - (one.lastAccessed ?? 0));
  if (!last) return;
  await chrome.tabs.update(last.id, { active: true });
  await chrome.windows.update(last.windowId, { focused: true });
}

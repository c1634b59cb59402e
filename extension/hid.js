// Headsets that the agent has chosen, by WebHID: their buttons are the phone's, and their lights show how it is with calls.

const headsets = new Map();
let told = [false, false, false];
let press;

/** Once there is a hub to press them in. */
export function begin(pressed) {
  press = pressed;
  chrome.runtime.onMessage.addListener((message, { url }, answer) => {
    if (message !== "headsets" || url !== chrome.runtime.getURL("extension/options.html")) return;
    look().then(answer);
    return true;
  });
  look();
}

export function tell(...phone) {
  told = phone;
  for (const [device, headset] of headsets) inform(device, headset);
}

// One after the other: a device is opened once.
let looking = Promise.resolve();
const look = () => (looking = looking.then(find).catch((reason) => console.warn(reason)));

/** Opens those that the browser allows and that are there; which it cannot, and why. */
async function find() {
  const { hid } = navigator;
  if (!hid) return [];
  hid.onconnect = hid.ondisconnect = look;
  const chosen = (await hid.getDevices()).filter((one) => one.collections.some(({ usagePage }) => usagePage === 0x0b));
  const gone = [...headsets.keys()].filter((device) => !device.opened || !chosen.includes(device));
  for (const device of gone) headsets.delete(device) && device.close().catch(() => {});
  return (await Promise.all(chosen.map(async (one) => [one.productName, await open(one)]))).filter(([, wrong]) => wrong);
}

async function open(device) {
  if (headsets.has(device)) return;
  const headset = wasm_bindgen.Headset.of(device.collections);
  if (!headset) return "headset_without_buttons";
  if (!(await device.open().then(() => true, () => false))) return "headset_taken";
  headsets.set(device, headset);
  device.oninputreport = ({ reportId, data }) => {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    for (const button of headset.heard(reportId, bytes)) press(button);
    send(device, headset);
  };
  inform(device, headset);
}

function inform(device, headset) {
  headset.tell(...told);
  send(device, headset);
}

function send(device, headset) {
  // Unplugged in this very moment, it needs to know nothing.
  for (let report; (report = headset.poll()); ) device.sendReport(...report).catch(() => {});
}

// The links of the chain from the agent's mouth to the PBX, in their order. Each says what it has found, and throws where it
// is broken; `mend` is the one thing to do about it.

const options = () => chrome.runtime.openOptionsPage();
const restart = () => chrome.runtime.reload();
const broken = (found = "") => {
  throw new Error(found);
};

async function microphone() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.some(({ kind }) => kind === "audioinput") || broken();
}

async function listened() {
  const { state } = await navigator.permissions.query({ name: "microphone" });
  return state === "granted" || broken(state);
}

async function offscreen() {
  const [there] = await chrome.runtime.getContexts({ contextTypes: ["OFFSCREEN_DOCUMENT"] });
  return there ? "" : broken();
}

async function adapter({ phone }) {
  const answer = await fetch(phone, { credentials: "omit", cache: "no-store" }).catch(() => broken(phone.host));
  return answer.ok ? phone.host : broken(`${phone.host}: ${answer.status}`);
}

/** A candidate of this computer's at least: without one no voice has a way. */
async function ways() {
  const connection = new RTCPeerConnection();
  connection.createDataChannel("");
  const kinds = new Set();
  const gathered = new Promise((done) => {
    connection.onicecandidate = ({ candidate }) => (candidate ? kinds.add(candidate.type) : done());
  });
  await connection.setLocalDescription();
  await gathered;
  connection.close();
  return kinds.size ? [...kinds].join(", ") : broken();
}

export const links = [
  { name: "microphone", check: microphone },
  { name: "allowed", check: listened, mend: options },
  { name: "set_up_there", check: ({ phone }) => phone?.host ?? broken(), mend: options },
  { name: "site", check: ({ phone, allowed }) => allowed || broken(phone.host), mend: options },
  { name: "worker", check: async () => (await chrome.runtime.sendMessage("open")) || broken(), mend: restart },
  { name: "offscreen", check: offscreen, mend: restart },
  { name: "adapter", check: adapter },
  { name: "resident", check: ({ resident }) => resident || broken(), mend: restart },
  { name: "session", check: ({ line: [line] }) => (line && line !== "off" ? "" : broken()) },
  { name: "registration", check: ({ line: [line, code] }) => (line === "ready" ? "" : broken(code || line)) },
  { name: "ways", check: ways },
  { name: "last_call", check: ({ line: [, , at] }) => (at ? new Date(at).toLocaleString() : broken()) },
];

// Where the phone is, and the two things that the browser asks the agent for: its site, and the microphone.

const french = navigator.language.startsWith("fr");
const texts = await (await fetch(`locales/${french ? "fr" : "en"}.json`)).json();
document.documentElement.lang = french ? "fr" : "en";
for (const element of document.querySelectorAll("[data-text]")) element.textContent = texts[element.dataset.text];
const [form, input, remove, said] = ["form", "#phone", "#remove", "#said"].map((one) => document.querySelector(one));
const say = (text) => (said.textContent = texts[text]);

function show(phone) {
  input.value = phone ?? "";
  remove.hidden = !phone;
  say(phone ? "is_set_up" : "is_not_set_up");
}
show((await chrome.storage.local.get("phone")).phone);

function read(text) {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const secure = url?.protocol === "https:" || (url?.protocol === "http:" && url.hostname.endsWith(".localhost"));
  const path = url?.pathname.match(/^\/(?:panel|phone)\/([^/]+)\/?$/);
  return secure && path ? new URL(`/phone/${path[1]}`, url) : undefined;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const phone = read(input.value.trim());
  if (!phone) return say("no_address");
  const origins = [`${phone.protocol}//${phone.hostname}/*`];
  if (!(await chrome.permissions.request({ origins }).catch(() => false))) return say("no_site");
  const answer = await fetch(phone, { credentials: "omit" }).catch(() => undefined);
  if (!answer?.ok) return say("no_phone");
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    for (const track of stream.getTracks()) track.stop();
  } catch {
    return say("no_microphone");
  }
  await chrome.storage.local.set({ phone: phone.href });
  show(phone.href);
});

remove.addEventListener("click", async () => {
  await chrome.storage.local.remove("phone");
  show();
});

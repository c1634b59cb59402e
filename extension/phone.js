// Where the phone is: where the administrator's policy says, else where the agent has said.

/** An address that nobody on the way has written; nothing where it is none. */
export function secure(text) {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === "https:" || (url?.protocol === "http:" && url.hostname.endsWith(".localhost")) ? url : undefined;
}

/** The address of the phone itself, whichever of its pages was named; nothing where it is none. */
export function read(text) {
  const url = secure(text);
  const path = url?.pathname.match(/^\/(?:panel|phone)\/([^/]+)\/?$/);
  return path ? new URL(`/phone/${path[1]}`, url).href : undefined;
}

/** As the browser's permissions name it: they know no ports. */
export function siteOf(phone) {
  const { protocol, hostname } = new URL(phone);
  return `${protocol}//${hostname}/*`;
}

/** What was said, the phone that it means, and whether the browser allows its site. */
export async function ask() {
  // A browser that has no policies refuses the question.
  const policy = await chrome.storage.managed.get("phone").catch(() => ({}));
  const managed = Boolean(policy.phone);
  const said = managed ? policy.phone : (await chrome.storage.local.get("phone")).phone;
  const phone = said && read(said);
  const site = phone && siteOf(phone);
  const allowed = Boolean(site) && (await chrome.permissions.contains({ origins: [site] }));
  return { said, managed, phone, site, allowed };
}

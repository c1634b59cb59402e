// In the pages of a site that the agent has named: a telephone number that is clicked is called by the agent's phone.

const plain = ({ isTrusted, button, altKey, ctrlKey, metaKey, shiftKey }) =>
  // What a page's script clicks, nobody has clicked.
  isTrusted && button === 0 && !(altKey || ctrlKey || metaKey || shiftKey);

addEventListener(
  "click",
  (event) => {
    const link = event.composedPath().find((one) => one instanceof HTMLAnchorElement);
    // The extension was updated or switched off, and this script is what is left of it.
    if (link?.protocol !== "tel:" || !plain(event) || !chrome.runtime?.id) return;
    const number = link.pathname.split(";")[0].replace(/^%2B/i, "+").replace(/%..|[^\d+*#]/g, "");
    if (!number) return;
    event.preventDefault();
    // Where there is no phone it is the computer's business, as it was.
    chrome.runtime.sendMessage(["dial", number]).then((taken) => taken || location.assign(link.href));
  },
  true,
);

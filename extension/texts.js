// What the extension's pages say, in the browser's language.

const french = navigator.language.startsWith("fr");
export const texts = await (await fetch(`locales/${french ? "fr" : "en"}.json`)).json();
document.documentElement.lang = french ? "fr" : "en";
for (const element of document.querySelectorAll("[data-text]")) element.textContent = texts[element.dataset.text];

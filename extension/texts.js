// What the extension's pages say, in the browser's language.

import { language, loading } from "./language.js";

export const texts = await loading;
document.documentElement.lang = language;
for (const element of document.querySelectorAll("[data-text]")) element.textContent = texts[element.dataset.text];

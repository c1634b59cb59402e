// The extension's words in the browser's language, for its pages and its worker.

export const language = navigator.language.startsWith("fr") ? "fr" : "en";
export const loading = fetch(chrome.runtime.getURL(`extension/locales/${language}.json`)).then((answer) => answer.json());

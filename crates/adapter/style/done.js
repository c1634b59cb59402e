// The window has said what it had to say; the panel knows already.
setTimeout(() => window.close(), 1000);

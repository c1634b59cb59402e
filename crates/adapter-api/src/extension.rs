//! The browser extension, whose page holds the phone's own page (`GET /phone/{organization}`).

/// By the public key in its manifest: the first 32 digits of that key's SHA-256, as the letters a to p.
pub const ORIGIN: &str = "chrome-extension://cccpnbepneeacgkbpimfmpbmjcjoeagc";

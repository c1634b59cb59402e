//! The browser extension, whose page holds the phone's own page (`GET /phone/{organization}`).

/// By the public key in its manifest: the first 32 digits of that key's SHA-256, as the letters a to p. A store gives
/// its package another.
pub const ID: &str = "cccpnbepneeacgkbpimfmpbmjcjoeagc";
/// Of the one with that id.
pub const ORIGIN: &str = "chrome-extension://cccpnbepneeacgkbpimfmpbmjcjoeagc";

/// The origin of an extension's pages, where this is an id.
pub fn origin(id: &str) -> Option<String> {
    let is_id = id.len() == 32 && id.bytes().all(|letter| matches!(letter, b'a'..=b'p'));
    is_id.then(|| format!("chrome-extension://{id}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_32_letters_from_a_to_p() {
        assert_eq!(origin(ID).as_deref(), Some(ORIGIN));
        for other in ["", "cccp", ORIGIN, &ID.to_uppercase(), &ID.replace('c', "q")] {
            assert_eq!(origin(other), None, "{other}");
        }
    }
}

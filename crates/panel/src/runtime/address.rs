//! The adapter's addresses, from the origin of our own page: the adapter serves it.

use adapter_api::events;

/// RFC 9449 §4.2: "`htu`: the HTTP target URI […] without query and fragment parts".
pub fn htu(origin: &str, path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    format!("{origin}{path}")
}

/// Nothing where the page came neither by http nor by https.
pub fn events_socket(origin: &str) -> Option<String> {
    let rest = origin.strip_prefix("http")?;
    let is_origin = rest.starts_with("://") || rest.starts_with("s://");
    is_origin.then(|| ["ws", rest, events::PATH].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_uri_has_neither_query_nor_fragment() {
        let origin = "https://phone.example";

        assert_eq!(htu(origin, "/session"), "https://phone.example/session");
        assert_eq!(htu(origin, "/session?a=b#c"), "https://phone.example/session");
    }

    #[test]
    fn the_socket_is_as_secure_as_the_page() {
        let socket = |origin| events_socket(origin);

        assert_eq!(socket("https://phone.example").as_deref(), Some("wss://phone.example/events"));
        assert_eq!(
            socket("http://a.localhost:8600").as_deref(),
            Some("ws://a.localhost:8600/events")
        );
        assert_eq!(socket("null"), None);
    }
}

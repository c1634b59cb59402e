//! From the header `User-Agent` (RFC 9110 §10.1.5) to two words that an agent knows their own desk by. It
//! decides nothing: anybody can send any.

/// `Chrome, Windows`, or one of the two; nothing of the header itself is kept.
pub fn client(user_agent: &str) -> Option<String> {
    let named = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    let words: Vec<&str> = [named(&BROWSERS), named(&SYSTEMS)].into_iter().flatten().collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// Each browser also bears the marks of those below it.
const BROWSERS: [(&str, &str); 5] = [
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Android says that it is Linux as well.
const SYSTEMS: [(&str, &str); 6] = [
    ("Windows NT", "Windows"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("iPhone", "iPhone"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browser_and_system_are_named_as_people_name_them() {
        let webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
        let cases = [
            (
                format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {webkit} Chrome/142.0 Safari/537.36 Edg/142.0"),
                Some("Edge, Windows"),
            ),
            (
                format!("Mozilla/5.0 (X11; Linux x86_64) {webkit} Chrome/142.0 Safari/537.36"),
                Some("Chrome, Linux"),
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0".into(),
                Some("Firefox, macOS"),
            ),
            ("curl/8".into(), None),
            (String::new(), None),
        ];
        for (header, client) in cases {
            assert_eq!(super::client(&header).as_deref(), client, "{header}");
        }
    }

    #[test]
    fn nothing_of_the_header_itself_is_kept() {
        assert_eq!(client("<script>Chrome/1</script>").as_deref(), Some("Chrome"));
    }
}

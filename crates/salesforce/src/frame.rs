//! The frame that Salesforce puts the panel in: the query it adds to the adapter URL, and the hosts that
//! such a frame can come from.

/// The parameter that names the console's origin; Open CTI's script reads it, and so do we.
pub const ORIGIN_PARAMETER: &str = "sfdcIframeOrigin";
/// The parameter that says which console it is; the Lightning script insists on one, whatever its value.
pub const MODE_PARAMETER: &str = "mode";

/// An origin as a browser writes it: lower case, a scheme, a host, a port only where it is not the default.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin(String);

impl Origin {
    /// Takes `http(s)://host[:port]`, at most 100 characters, and nothing else: no path, no user, no
    /// upper case. What parses is safe to show and to write into a header.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, authority) = text.split_once("://")?;
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        let default_port = match scheme {
            "https" => "443",
            "http" => "80",
            _ => return None,
        };
        let label = |label: &str| {
            !label.is_empty()
                && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        let port_is_right = port.is_none_or(|port| {
            port != default_port
                && !port.starts_with('0')
                && port.parse::<u16>().is_ok()
                && port.bytes().all(|b| b.is_ascii_digit())
        });
        let right = text.len() <= 100 && host.split('.').all(label) && port_is_right;
        right.then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn host(&self) -> &str {
        let authority = self.0.split_once("://").map_or("", |(_, authority)| authority);
        authority.split(':').next().unwrap_or_default()
    }

    /// Whether Salesforce alone can serve pages from here: Lightning, My Domain and Visualforce hosts, over
    /// TLS.
    pub fn is_salesforce(&self) -> bool {
        let is_under =
            |family: &str| self.host().strip_suffix(family).is_some_and(|name| !name.is_empty());
        self.0.starts_with("https://") && FAMILIES.into_iter().any(is_under)
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The address of the Open CTI script that `origin` serves (Open CTI Developer Guide, *Connect to Open
/// CTI*). `version` is the API version, such as `66.0`.
pub fn open_cti_script(origin: &Origin, version: &str) -> String {
    format!("{origin}/support/api/{version}/lightning/opencti_min.js")
}

const FAMILIES: [&str; 3] = [".lightning.force.com", ".my.salesforce.com", ".vf.force.com"];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn origins_are_read_as_a_browser_writes_them() {
        for text in [
            "https://acme.lightning.force.com",
            "http://acme.lightning.localhost:8600",
            "https://a.b",
        ] {
            assert_eq!(Origin::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn anything_else_is_no_origin() {
        for text in [
            "",
            "acme",
            "https://",
            "https://acme.lightning.force.com/",
            "https://Acme.lightning.force.com",
            "https://user@acme",
            "https://acme:443",
            "https://acme:0",
            "https://acme:70000",
            "https://acme:+80",
            "https://a..b",
            "javascript://a",
            "https://a;b",
            "https://a b",
            "https://é.fr",
            "null",
        ] {
            assert_eq!(Origin::parse(text), None, "{text}");
        }
        assert_eq!(Origin::parse(&format!("https://{}.a", "a".repeat(100))), None);
    }

    #[test]
    fn only_salesforces_own_hosts_over_tls_belong_to_salesforce() {
        let belongs = |text| Origin::parse(text).unwrap().is_salesforce();

        assert!(belongs("https://acme.lightning.force.com"));
        assert!(belongs("https://acme--sb.sandbox.lightning.force.com"));
        assert!(belongs("https://acme.my.salesforce.com:8443"));
        assert!(!belongs("http://acme.lightning.force.com"));
        assert!(!belongs("https://lightning.force.com"));
        assert!(!belongs("https://acme.lightning.force.com.evil.example"));
        assert!(!belongs("https://evil-lightning.force.com"));
    }

    proptest! {
        #[test]
        fn what_parses_can_stand_in_a_header(text in "https?://[a-z0-9.:;,'\"<> -]{1,40}|https?://[a-z]{1,9}(\\.[a-z]{1,9}){1,3}(:[1-9][0-9]{0,4})?") {
            if let Some(origin) = Origin::parse(&text) {
                prop_assert!(origin.as_str().bytes().all(|b| b.is_ascii_graphic() && !b";,'\"<>".contains(&b)));
            }
        }
    }
}

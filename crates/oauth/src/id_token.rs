//! The ID token's claims (OpenID Connect Core §2), as far as we read them.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    pub iss: String,
    pub sub: String,
    pub aud: Audience,
    /// Seconds since the Unix epoch.
    pub exp: u64,
    pub iat: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub azp: Option<String>,
}

/// RFC 7519 §4.1.3: one string, or an array of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    /// OpenID Connect Core §3.1.3.7 asks to refuse audiences we do not trust, and we trust only
    /// ourselves: the audience is `client_id` alone.
    pub fn is_only(&self, client_id: &str) -> bool {
        match self {
            Self::One(one) => one == client_id,
            Self::Many(many) => matches!(many.as_slice(), [one] if one == client_id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audience_of_one_may_be_written_as_an_array() {
        let of = |json| serde_json::from_str::<Audience>(json).unwrap();

        assert!(of(r#""me""#).is_only("me"));
        assert!(of(r#"["me"]"#).is_only("me"));
        assert!(!of(r#"["me","you"]"#).is_only("me"));
        assert!(!of("[]").is_only("me"));
    }
}

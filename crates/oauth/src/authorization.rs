//! The authorization request and its response (RFC 6749 §4.1.1–2, OpenID Connect Core §3.1.2).

use serde::{Deserialize, Serialize};
use url::Url;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    pub response_type: String,
    pub client_id: String,
    pub redirect_uri: String,
    pub scope: String,
    pub state: String,
    pub nonce: String,
    pub code_challenge: String,
    pub code_challenge_method: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
}

impl Request {
    /// The request as a link to the provider's authorization endpoint.
    pub fn to_url(&self, endpoint: &Url) -> Url {
        let mut url = endpoint.clone();
        {
            let mut query = url.query_pairs_mut();
            query
                .append_pair("response_type", &self.response_type)
                .append_pair("client_id", &self.client_id)
                .append_pair("redirect_uri", &self.redirect_uri)
                .append_pair("scope", &self.scope)
                .append_pair("state", &self.state)
                .append_pair("nonce", &self.nonce)
                .append_pair("code_challenge", &self.code_challenge)
                .append_pair("code_challenge_method", &self.code_challenge_method);
            for (name, value) in [("display", &self.display), ("prompt", &self.prompt)] {
                if let Some(value) = value {
                    query.append_pair(name, value);
                }
            }
        }
        url
    }
}

/// What the provider appends to the redirect URI: a code, or an error (RFC 6749 §4.1.2, §4.1.2.1).
/// Which of the two it is, and whether the state is ours, the reader decides.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Response {
    #[serde(default)]
    pub state: Option<String>,
    #[serde(default)]
    pub code: Option<String>,
    #[serde(default)]
    pub error: Option<String>,
    #[serde(default)]
    pub error_description: Option<String>,
    /// RFC 9207.
    #[serde(default)]
    pub iss: Option<String>,
}

impl std::fmt::Debug for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Response")
            .field("error", &self.error)
            .field("error_description", &self.error_description)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_keeps_the_endpoints_own_query() {
        let request = Request {
            response_type: "code".into(),
            client_id: "c".into(),
            redirect_uri: "https://a.example/oauth/callback/acme".into(),
            scope: "openid id".into(),
            state: "s".into(),
            nonce: "n".into(),
            code_challenge: "x".into(),
            code_challenge_method: "S256".into(),
            display: Some("popup".into()),
            prompt: None,
        };
        let endpoint = Url::parse("https://idp.example/authorize?tenant=1").unwrap();

        let url = request.to_url(&endpoint);

        assert!(
            url.as_str().starts_with("https://idp.example/authorize?tenant=1&response_type=code&")
        );
        assert!(url.as_str().contains("scope=openid+id"));
        assert!(url.as_str().ends_with("&display=popup"));
    }

    #[test]
    fn a_code_never_shows_itself() {
        let response = Response { code: Some("s3cret".into()), ..Response::default() };

        assert!(!format!("{response:?}").contains("s3cret"));
    }
}

//! The token endpoint (RFC 6749 §4.1.3–4, §4.4, §5.2).

use serde::{Deserialize, Serialize};

/// Sent as a form.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "grant_type")]
pub enum Request {
    #[serde(rename = "authorization_code")]
    AuthorizationCode {
        code: String,
        client_id: String,
        client_secret: String,
        redirect_uri: String,
        code_verifier: String,
    },
    #[serde(rename = "client_credentials")]
    ClientCredentials { client_id: String, client_secret: String },
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::AuthorizationCode { client_id, .. } => f
                .debug_struct("AuthorizationCode")
                .field("client_id", client_id)
                .finish_non_exhaustive(),
            Self::ClientCredentials { client_id, .. } => f
                .debug_struct("ClientCredentials")
                .field("client_id", client_id)
                .finish_non_exhaustive(),
        }
    }
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Response {
    pub access_token: String,
    pub token_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Salesforce: where this organisation's REST interface lives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_url: Option<String>,
    /// Salesforce: the identity URL, `https://login.salesforce.com/id/00D…/005…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

impl std::fmt::Debug for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Response").field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// RFC 6749 §5.2. Salesforce answers a wrong PKCE verifier with `invalid_request` and a missing one with
/// `invalid_grant`, the reverse of the RFC; both are final.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Error {
    pub error: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_description: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_and_responses_never_show_their_secrets() {
        let request = Request::AuthorizationCode {
            code: "s3cret-code".into(),
            client_id: "c".into(),
            client_secret: "s3cret".into(),
            redirect_uri: String::new(),
            code_verifier: "s3cret-verifier".into(),
        };
        let response: Response =
            serde_json::from_str(r#"{"access_token":"s3cret","token_type":"Bearer"}"#).unwrap();

        assert!(!format!("{request:?}{response:?}").contains("s3cret"));
    }
}

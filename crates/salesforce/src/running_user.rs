//! Our Apex class's answers: who sits at this console, signed with the organisation's certificate, and that
//! user's legacy credentials.
//!
//! Open CTI itself never says who the running user is. `runApex` runs as that user, so what the class says
//! of the user, bound to the adapter's nonce, is a proof.

use serde::{Deserialize, Serialize};

use crate::id::{CallCenterId, OrganizationId, UserId};

/// The Apex class in `force-app/`.
pub const APEX_CLASS: &str = "CordboardAgent";
/// `CordboardAgent.proof(nonce)`: a JWT with [`Claims`].
pub const PROOF_METHOD: &str = "proof";
/// `CordboardAgent.credentials()`: JSON with [`Credentials`].
pub const CREDENTIALS_METHOD: &str = "credentials";
/// The claim `use` of a proof. The certificate signs nothing else, and a proof opens nothing else.
pub const PROOF_USE: &str = "cordboard-proof";
/// How long a proof lives, in seconds.
pub const PROOF_LIFETIME: u64 = 60;

/// The claims of the proof. `call_center` and `operator_id` are absent, or null, for a user without one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    pub iss: OrganizationId,
    pub sub: UserId,
    pub aud: String,
    pub nonce: String,
    /// Seconds since the Unix epoch.
    pub exp: u64,
    #[serde(default)]
    pub iat: Option<u64>,
    #[serde(default)]
    pub nbf: Option<u64>,
    #[serde(rename = "use")]
    pub use_: String,
    #[serde(default)]
    pub operator_id: Option<String>,
    #[serde(default)]
    pub call_center: Option<CallCenterId>,
    pub user_type: String,
    pub active: bool,
    /// `Auth.SessionManagement.getCurrentSession()`: its `SessionType`, or that of a session it was opened from
    /// where that is a *Login As*.
    pub session_type: String,
    /// Finds the account for which an administrator entered this username.
    #[serde(default)]
    pub username: Option<String>,
    /// What the console shows as the user's name; never used to find an account.
    #[serde(default)]
    pub name: Option<String>,
    /// `User.LanguageLocaleKey`, such as `en_US` or `fr`.
    #[serde(default)]
    pub language: Option<String>,
}

impl Claims {
    /// Whether somebody else sits there through *Login As*.
    pub fn is_substitute(&self) -> bool {
        self.session_type.eq_ignore_ascii_case("SubstituteUser")
    }
}

/// The two halves of the legacy method. Empty strings mean that the user has none.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Credentials {
    #[serde(default)]
    pub operator_id: String,
    #[serde(default)]
    pub sso_token: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(…)")
    }
}

/// `methodParams` of the call that asks for a proof. The nonce is base64url, so it needs no escaping.
pub fn proof_params(nonce: &str) -> String {
    format!("nonce={nonce}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_never_show_themselves() {
        let credentials = Credentials { operator_id: "op-7".into(), sso_token: "s3cret".into() };

        assert_eq!(format!("{credentials:?}"), "Credentials(…)");
    }

    #[test]
    fn a_user_without_a_call_center_is_read_as_such() {
        let claims: Claims = serde_json::from_str(
            r#"{"iss":"00Dxx0000000001EAA","sub":"005xx000001Sv6AAAS","aud":"a","nonce":"n","exp":1,
                "use":"cordboard-proof","operator_id":null,"call_center":null,"user_type":"Standard",
                "active":true,"session_type":"Aura"}"#,
        )
        .unwrap();

        assert_eq!((claims.call_center, claims.operator_id.clone()), (None, None));
        assert!(!claims.is_substitute());
    }
}

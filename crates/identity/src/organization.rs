//! Organisations are data: who they are, which hosts are theirs, and which ways of signing in are open.

use salesforce::{
    frame::Origin,
    id::{CallCenterId, OrganizationId},
};

use crate::calling::Calling;

/// Our name for an organisation, as it stands in paths: lower-case letters, digits and hyphens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle(String);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no handle: 1 to 40 lower-case letters, digits and hyphens, a letter first")]
pub struct NotAHandle(String);

impl Handle {
    pub fn parse(text: &str) -> Result<Self, NotAHandle> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let right = (1..=40).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(allowed);
        if right {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAHandle(text.chars().take(60).collect()))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Handle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    pub handle: Handle,
    pub name: String,
    pub organization_id: OrganizationId,
    /// `https://acme.my.salesforce.com`: logins, tokens and REST.
    pub my_domain: Origin,
    /// The consoles that may frame the panel.
    pub lightning_hosts: Vec<Origin>,
    /// The app that agents sign in with: `openid` only.
    pub sign_in_client: Option<Client>,
    /// The app that the adapter itself asks Salesforce with.
    pub integration_client: Option<Client>,
    pub proof: Proof,
    /// The call centers whose members are our agents; none means any.
    pub call_centers: Vec<CallCenterId>,
    /// Of the console's Open CTI script, such as `66.0`.
    pub script_version: ScriptVersion,
    pub legacy: Legacy,
    pub password: Password,
    pub saml: Saml,
    pub calling: Calling,
}

impl Organization {
    pub fn frames(&self, origin: &Origin) -> bool {
        self.lightning_hosts.contains(origin)
    }
}

/// An OAuth client. The secret stands sealed in the database.
#[derive(Clone, PartialEq, Eq)]
pub struct Client {
    pub id: String,
    pub secret: ClientSecret,
}

#[derive(Clone, PartialEq, Eq)]
pub struct ClientSecret(String);

impl ClientSecret {
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// For the request to the token endpoint, and for nothing else.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientSecret(…)")
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Whether the organisation has deployed our Apex class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Pinned certificates, PEM; each is tried.
    Required {
        certificates: Vec<String>,
    },
    Off,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptVersion(String);

impl ScriptVersion {
    /// `NN.0`, as Salesforce numbers its releases.
    pub fn parse(text: &str) -> Option<Self> {
        let number = text.strip_suffix(".0")?;
        let right = (2..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
        right.then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How far the organisation has come on its way from operator ID and SSO token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Legacy {
    On,
    /// Only accounts that have not moved yet.
    Migrating,
    Off,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Password {
    On,
    Off,
}

/// Whether a SAML connection is there to send agents to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saml {
    Active,
    None,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_can_stand_in_a_path() {
        for text in ["acme", "acme-eu", "a1"] {
            assert!(Handle::parse(text).is_ok(), "{text}");
        }
        for text in ["", "Acme", "1a", "a/b", "a b", "-a", &"a".repeat(41)] {
            assert!(Handle::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_script_version_can_stand_in_an_address() {
        assert!(ScriptVersion::parse("66.0").is_some());
        for text in ["66", "66.1", "../..", "6.0", "x6.0"] {
            assert!(ScriptVersion::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_client_never_shows_its_secret() {
        let client = Client { id: "c".into(), secret: ClientSecret::new("s3cret") };

        assert!(!format!("{client:?} {:?}", client.secret).contains("s3cret"));
    }
}

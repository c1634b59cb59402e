//! An agent's account: how it can sign in, and how it moves from the legacy method to Salesforce.
//!
//! ~~~text
//! legacy --> linked --> sso_only
//!               ^
//! password -----+
//! ~~~
//!
//! Accounts move one way by themselves; back only by an administrator, audited, while the token lives.

use jiff::Timestamp;
use salesforce::id::UserId;

use crate::{
    calling::{CallerId, Extension, Secret},
    directory::Finding,
    keys::KeyId,
    password::PasswordHash,
    token_strength::Strength,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    pub id: AgentId,
    /// What the administrator calls the account on the command line; unique in the organisation.
    pub login: String,
    pub name: String,
    pub operator_id: Option<String>,
    pub token: Option<Token>,
    pub link: Option<Link>,
    /// The Salesforce user that an administrator entered; used once, then the id is pinned as the link.
    pub entered_user: Option<EnteredUser>,
    /// A user who signed in and whom only an administrator can confirm.
    pub unconfirmed_user: Option<UserId>,
    pub status: Status,
    /// Whether the agent signed out; a click of the agent's clears it.
    pub presence: Presence,
    /// Of the agent's Salesforce user, such as `fr_CA`, as Salesforce said it last.
    pub language: Option<String>,
    /// Of the password that the agent set by an invitation.
    pub password: Option<PasswordHash>,
    /// What Salesforce said last against the agent's user, kept by the store beside the account.
    pub finding: Option<Finding>,
    /// On the organisation's PBX; unique in the organisation.
    pub extension: Option<Extension>,
    /// For a PBX that knows agents by passwords of their own.
    pub sip_password: Option<Secret>,
    /// In place of the organisation's.
    pub caller_ids: Vec<CallerId>,
}

/// 128 random bits, in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AgentId(pub String);

/// An SSO token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub kept: Kept,
    pub issued_at: Timestamp,
    pub last_used: Option<Timestamp>,
}

/// What is kept of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    Mac(TokenMac),
    /// Of one that could be guessed: see [`crate::token_strength`].
    Hash(PasswordHash),
}

impl Kept {
    pub fn strength(&self) -> Strength {
        match self {
            Self::Mac(_) => Strength::Strong,
            Self::Hash(_) => Strength::Weak,
        }
    }
}

/// The HMAC of a token, and the key that made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenMac {
    pub key: KeyId,
    pub mac: [u8; 32],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    pub user: UserId,
    pub linked_at: Timestamp,
    pub legacy: LinkedLegacy,
}

/// What has become of the legacy method after the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkedLegacy {
    /// `linked`: it goes on where the organisation has it on and a token lives.
    Kept,
    /// `sso_only`: the token is erased.
    Retired,
}

/// 8x8's *Salesforce ID*: an id or a username, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnteredUser {
    Id(UserId),
    Username(String),
}

impl EnteredUser {
    pub fn parse(text: &str) -> Self {
        match text.parse() {
            Ok(id) => Self::Id(id),
            Err(_) => Self::Username(text.to_owned()),
        }
    }

    pub fn means(&self, user: UserId, username: Option<&str>) -> bool {
        match self {
            Self::Id(id) => *id == user,
            // Salesforce compares usernames ignoring case.
            Self::Username(entered) => {
                username.is_some_and(|name| entered.eq_ignore_ascii_case(name))
            }
        }
    }
}

impl std::fmt::Display for EnteredUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Id(id) => write!(f, "{id}"),
            Self::Username(name) => f.write_str(name),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Active,
    Disabled,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    Welcome,
    SignedOut,
}

/// The four kinds of account in the table of [`crate::sign_in::admit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountKind {
    /// A token and no link.
    Legacy,
    Linked,
    SsoOnly,
    /// Neither link nor token.
    Password,
}

impl Agent {
    pub fn kind(&self) -> AccountKind {
        match (&self.link, &self.token) {
            (Some(Link { legacy: LinkedLegacy::Retired, .. }), _) => AccountKind::SsoOnly,
            (Some(Link { legacy: LinkedLegacy::Kept, .. }), _) => AccountKind::Linked,
            (None, Some(_)) => AccountKind::Legacy,
            (None, None) => AccountKind::Password,
        }
    }

    /// Whether a running user is this agent: by the link, or while there is none by the operator id that the
    /// proof names.
    pub fn is_user(&self, user: UserId, operator_id: Option<&str>) -> bool {
        match self.link {
            Some(link) => link.user == user,
            None => self.operator_id.is_some() && self.operator_id.as_deref() == operator_id,
        }
    }

    /// The account after Salesforce spoke of its user's language. Where it says none, the last one stands.
    pub fn reading(self, language: Option<String>) -> Self {
        Self { language: language.or(self.language), ..self }
    }

    pub fn is_linked_to(&self, user: UserId) -> bool {
        self.link.is_some_and(|link| link.user == user)
    }
}

impl AccountKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Legacy => "legacy",
            Self::Linked => "linked",
            Self::SsoOnly => "sso_only",
            Self::Password => "password",
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::keys::Keys;

    #[test]
    fn an_entered_username_is_compared_as_salesforce_compares_it() {
        let user: UserId = "005xx000001Sv6AAAS".parse().unwrap();

        assert!(EnteredUser::parse("Anna@Acme.example").means(user, Some("anna@acme.example")));
        assert!(!EnteredUser::parse("anna@acme.example").means(user, None));
        assert!(EnteredUser::parse("005xx000001Sv6A").means(user, None));
    }

    #[test]
    fn a_language_stands_until_salesforce_says_another() {
        let anna = agent("anna").reading(Some("fr_CA".into()));

        assert_eq!(anna.clone().reading(None).language.as_deref(), Some("fr_CA"));
        assert_eq!(anna.reading(Some("en_US".into())).language.as_deref(), Some("en_US"));
    }

    pub fn agent(login: &str) -> Agent {
        Agent {
            id: AgentId(login.into()),
            login: login.into(),
            name: login.into(),
            operator_id: None,
            token: None,
            link: None,
            entered_user: None,
            unconfirmed_user: None,
            status: Status::Active,
            presence: Presence::Welcome,
            language: None,
            password: None,
            finding: None,
            extension: None,
            sip_password: None,
            caller_ids: Vec::new(),
        }
    }

    pub fn legacy(login: &str, operator_id: &str) -> Agent {
        let kept = Kept::Mac(Keys::from_secret(&[1; 32]).token_mac("token"));
        let token = Token { kept, issued_at: Timestamp::UNIX_EPOCH, last_used: None };
        Agent { operator_id: Some(operator_id.into()), token: Some(token), ..agent(login) }
    }

    pub fn linked(login: &str, user: UserId) -> Agent {
        let link = Link { user, linked_at: Timestamp::UNIX_EPOCH, legacy: LinkedLegacy::Kept };
        Agent { link: Some(link), ..agent(login) }
    }

    pub fn sso_only(login: &str, user: UserId) -> Agent {
        let link = Link { user, linked_at: Timestamp::UNIX_EPOCH, legacy: LinkedLegacy::Retired };
        Agent { link: Some(link), ..agent(login) }
    }
}

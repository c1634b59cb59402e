//! What goes wrong on command. What can be played stands in [`TABLE`], which the page *Misbehave* and the
//! control interface read; what is played stands in the state, in types.
//!
//! ~~~text
//! TABLE: name, switch, subject, values --> page, GET /practice/faults
//! State: Faults, OpenCti, Browser, ... <-- page, POST /practice/{faults,open-cti,browser,pbx,…}
//! ~~~
//!
//! A new fault is a field or a variant below, a row of the table, and whatever plays it.

mod line;
mod switchboard;
mod table;

pub use line::{Line, is_interface};
pub use switchboard::Wanted;
pub use table::{Fault, Plays, Switch, TABLE};

use serde::{Deserialize, Serialize};

/// What goes wrong on command.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Salesforce altogether: both hosts, but for Setup and the control interface.
    pub salesforce: Option<Line>,
    /// What the console's page asks for `runApex`.
    pub run_apex: Option<Line>,
    /// How long `runApex` takes, in milliseconds.
    pub run_apex_delay: Option<u64>,
    pub certificate: Option<CertificateFault>,
    /// By how many minutes the organisation's clock is ahead; below zero, behind. Tokens and proofs are dated by it.
    pub clock: Option<i64>,
    pub code: Option<CodeFault>,
    pub token: Option<Line>,
    pub signing_key: Option<SigningKeyFault>,
    /// `/id/keys`.
    pub keys: Option<Line>,
    pub id_token: Option<IdTokenFault>,
    pub userinfo: Option<UserinfoFault>,
    pub proof: Option<ProofFault>,
    pub query: Option<QueryFault>,
    /// How many records an answer to a query has at most.
    pub query_page: Option<usize>,
    /// Whoever inserts a Task by REST.
    pub task_insert: Option<Line>,
    /// How long an insert takes, in milliseconds, whether or not anybody waits for it.
    pub task_insert_delay: Option<u64>,
    /// Whoever updates one.
    pub task_update: Option<Line>,
    pub task_rule: Option<TaskRule>,
    /// How many queries an access token is good for.
    pub token_queries: Option<u32>,
    /// OAuth, OpenID Connect and REST answer 503; the login page still stands.
    pub my_domain: Option<MyDomainFault>,
    /// How long My Domain takes for each answer, in milliseconds.
    pub delay: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateFault {
    /// Proofs are signed with the next certificate, which nobody has pinned yet.
    Rotated,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeFault {
    /// The browser is sent back to the client twice, the second time while the first is being answered.
    SentTwice,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SigningKeyFault {
    /// ID tokens are signed by the next key, which is published; the one before is withdrawn.
    Rotated,
    /// They are signed by the next key, and the one before is still the only one published.
    Unpublished,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MyDomainFault {
    Unavailable,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdTokenFault {
    Nonce,
    Audience,
    Issuer,
    /// Signed by a key that is not published, under the `kid` of the one that is.
    Key,
    /// `HS256` under the client secret.
    Algorithm,
    Expired,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserinfoFault {
    OtherOrganization,
    Unavailable,
    Cut,
    Silent,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProofFault {
    OtherCertificate,
    Audience,
    Expired,
    OtherOrganization,
    Use,
    Nonce,
    /// `runApex` itself fails.
    Unavailable,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueryFault {
    Unavailable,
    Forbidden,
    Cut,
    Silent,
}

/// What the organisation demands of a Task that comes by REST.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskRule {
    RequiredField,
    Validation,
    /// The integration user lacks the permission.
    Forbidden,
    /// Somebody else is writing a record that the Task belongs to.
    Locked,
}

/// How the console answers its softphone, by the names of Open CTI's methods and of our class's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OpenCti {
    #[serde(rename = "getCallCenterSettings")]
    pub settings: Option<OpenCtiFault>,
    #[serde(rename = "runApex/proof")]
    pub proof: Option<OpenCtiFault>,
    #[serde(rename = "runApex/credentials")]
    pub credentials: Option<OpenCtiFault>,
    #[serde(rename = "runApex/write")]
    pub write_call: Option<OpenCtiFault>,
    #[serde(rename = "searchAndScreenPop")]
    pub search: Option<OpenCtiFault>,
    #[serde(rename = "screenPop")]
    pub screen_pop: Option<OpenCtiFault>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpenCtiFault {
    /// Three seconds.
    Late,
    /// Twenty.
    VeryLate,
    Never,
    Twice,
    /// `success` is false, and `errors` says why.
    Errors,
    /// `success` is true, and nothing is returned.
    Empty,
}

/// What the pages tell the browser, where organisations differ or where it is not known what Salesforce says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Browser {
    /// The frame's `allow` attribute.
    pub frame_allow: String,
    /// The frame's `sandbox` attribute; without one it is not sandboxed.
    pub frame_sandbox: Option<String>,
    /// `Cross-Origin-Opener-Policy` of the console's pages and of My Domain's.
    pub console_coop: Option<String>,
    pub my_domain_coop: Option<String>,
}

impl Default for Browser {
    fn default() -> Self {
        Self {
            frame_allow: "microphone; autoplay".into(),
            frame_sandbox: None,
            console_coop: None,
            my_domain_coop: None,
        }
    }
}

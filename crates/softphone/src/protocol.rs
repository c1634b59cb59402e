//! What passes between the mind and those around it. Everything that may cross to another page is
//! serialisable: [`Intent`] and [`Snapshot`](crate::Snapshot) between view and mind, [`HostAsk`] and
//! [`HostFact`] between mind and console.

mod audio;
mod call_log;
mod calls;
mod console;
mod presence;
mod tabs;

pub use audio::{AudioEffect, AudioFact, AudioIntent};
pub use call_log::{LogEffect, LogIntent};
pub use calls::{
    CallId, CallIntent, Figures, Flow, Ice, MediaAsk, MediaFact, Microphone, PhoneEffect,
    PhoneFact, Ring,
};
pub use console::{ClickToDial, ConsoleAsk, RecordIntent};
pub use presence::{PresenceEffect, PresenceIntent};
pub use tabs::{Button, KeptCall, KeptLog, Published, Said, TabId, TabsEffect, TabsFact};

use crate::snapshot::PresenceSnapshot;
use adapter_api::{
    Code, Secret, StartedBy, Way, auth_transaction,
    call_log::{self as wire_log},
    call_log_turn, calling_account,
    calling_colleagues::Availability,
    consents,
    error::Refused,
    session::Session,
    sessions, sign_in_challenge,
};
use salesforce::{
    call_center::{DialingOptions, SalesforceSso, SamlConnection, Settings, SettingsError},
    running_user::Credentials,
    screen_pop::Found,
};
use serde::{Deserialize, Serialize};

/// Names one question, so that a late answer to an abandoned one is told from the one awaited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Ticket(pub u32);

/// Why something did not happen: a stable code, and what to give the administrator.
pub type Refusal = Refused;

/// What a person did in the view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// Sign in, try again, try now: start over, with a click behind it.
    SignIn,
    /// Take one of the offered ways that need no window.
    Choose(Way),
    /// The window was opened from the offered address; `handle` says what `window.open` returned.
    OpenedWindow(WindowHandle),
    /// Leave the window, the form or the switch.
    Cancel,
    SubmitCredentials(Credentials),
    SubmitPassword {
        login: String,
        password: Secret,
    },
    SignOut,
    /// Prepare the move from the legacy method to Salesforce sign-in.
    Switch,
    ShowConsents,
    HideConsents,
    RevokeConsent(String),
    ShowSessions,
    HideSessions,
    /// End the agent's sessions but this one.
    EndOtherSessions,
    Call(CallIntent),
    /// As far as it is typed where a colleague may be named.
    Seek(String),
    Record(RecordIntent),
    Log(LogIntent),
    Presence(PresenceIntent),
    Audio(AudioIntent),
}

/// `window.open` answers `null` both when nothing opened and, under COOP, when the window did open. Neither
/// is a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowHandle {
    Given,
    Null,
}

/// What the mind wants from the console.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HostAsk {
    Settings,
    /// The running-user proof for this nonce.
    Proof(String),
    /// The running user's operator ID and SSO token.
    Credentials,
    /// Run the class that writes calls, with these parameters.
    WriteCall(String),
    Console(ConsoleAsk),
}

/// What the console answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HostFact {
    Settings(Result<Settings, Refusal>),
    Proof(Result<Proof, Refusal>),
    Credentials(Result<Credentials, Refusal>),
    Ran(call_log_turn::Outcome),
    Found(Result<Found, Refusal>),
    /// What needed no answer but this one.
    Done(Result<(), Refusal>),
}

/// A running-user proof. What it says is the adapter's to believe; the language may be read by anybody, for it
/// is that of whoever sits at this very console.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    pub token: Secret,
    /// As Salesforce writes it, `fr_CA`.
    pub language: Option<String>,
}

/// What the mind wants the adapter to do. Tokens, keys and verifiers stay with the runtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdapterCall {
    Challenge {
        organization: String,
        salesforce_sso: SalesforceSso,
        saml_connection: SamlConnection,
    },
    Proof {
        organization: String,
        proof: Secret,
        started_by: StartedBy,
    },
    Legacy {
        organization: String,
        credentials: Credentials,
        proof: Option<Secret>,
        started_by: StartedBy,
    },
    Password {
        organization: String,
        login: String,
        password: Secret,
        proof: Option<Secret>,
    },
    /// `from_session`: with the session's own token, so that it is a *Switch*.
    OpenTransaction {
        organization: String,
        proof: Option<Secret>,
        from: TransactionFrom,
    },
    Claim {
        transaction: String,
    },
    Refresh {
        proof: Option<Secret>,
    },
    SignOut,
    Consents,
    RevokeConsent(String),
    Sessions,
    EndOtherSessions,
    CallingAccount,
    CallLog,
    /// The body of a [`LogEffect::HandOver`].
    HandOver(Secret),
    /// Who is meant by a name?
    Colleagues(String),
    Numbers {
        numbers: Vec<String>,
        dialing: DialingOptions,
    },
    /// What came of the last write by the console, if there was one, and what is the next?
    LogTurn(Option<call_log_turn::Done>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransactionFrom {
    Nobody,
    Session,
}

/// What the adapter answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdapterFact {
    Challenge(sign_in_challenge::Response),
    /// A verified identity; the tokens are with the runtime.
    Granted(Grant),
    Transaction(auth_transaction::Response),
    /// The window has not finished; ask again.
    Waiting,
    Consents(Vec<consents::Consent>),
    Sessions(sessions::Response),
    CallingAccount(Box<calling_account::Account>),
    /// Which of the agent's calls wait at the adapter, and from what the agent chooses.
    CallLog {
        waiting: Vec<wire_log::CallId>,
        dispositions: Vec<String>,
        writer: wire_log::Writer,
    },
    LogTurn(call_log_turn::Response),
    /// For each the number, what the phone system is told, and what is shown; all empty where it is none.
    Numbers(Vec<[String; 3]>),
    /// Of each the name, the extension, and what is shown.
    Colleagues(Vec<[String; 3]>),
    Done,
    Refused(Refusal),
    /// Not at this moment: ask again after so many seconds.
    Later {
        refusal: Refusal,
        after: u32,
    },
    /// No answer, or an answer that was none.
    Unreachable,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub session: Session,
    /// Seconds for which the access token is good.
    pub expires_in: u32,
}

/// What the events socket brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventsFact {
    Opened,
    /// Closed, or never opened, for no reason that concerns the session.
    Lost,
    /// Not opened, and not to be asked for again before so many seconds.
    Later(u32),
    Ended(Refusal),
    /// The administrator has changed something about calling.
    CallingChanged,
    /// A call's Task stands in Salesforce, or will not.
    CallSettled {
        call: wire_log::CallId,
        refusal: Option<Refusal>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The panel has loaded.
    Started,
    Intent(Intent),
    Host(Ticket, HostFact),
    Adapter(Ticket, AdapterFact),
    Events(EventsFact),
    /// Something about the frame that does not stand in the way of signing in.
    Noticed(Refusal),
    /// The agent has allowed Cordboard in another tab of the console.
    AllowedInOtherTab,
    Phone(PhoneFact),
    Tabs(TabsFact),
    /// The calls of this agent's that the browser has kept.
    Recalled {
        owner: String,
        calls: Vec<wire_log::CallId>,
    },
    /// What the browser has kept of this agent's.
    Presence {
        owner: String,
        kept: Box<PresenceSnapshot>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    Host(Ticket, HostAsk),
    Adapter(Ticket, AdapterCall),
    OpenEvents,
    CloseEvents,
    /// To the adapter, for the agent's colleagues: whether a call would be taken.
    Tell(Availability),
    /// The agent has allowed Cordboard in this one.
    TellOtherTabs,
    /// Drop tokens and whatever else belongs to the session.
    Forget,
    Phone(PhoneEffect),
    Tabs(TabsEffect),
    Log(LogEffect),
    Presence(PresenceEffect),
}

/// What the administrator has to mend, as a refusal.
pub fn settings_refusal(error: SettingsError) -> Refusal {
    match error {
        SettingsError::Missing => Refusal::new(Code::SettingsMissing),
        SettingsError::NotText(setting) => Refusal::with_value(Code::SettingsNotText, setting),
        SettingsError::SalesforceSsoNotTrueOrFalse(found) => {
            Refusal::with_value(Code::SettingsEnableSalesforceSso, found)
        }
        SettingsError::SamlConnectionNotTrueOrFalse(found) => {
            Refusal::with_value(Code::SettingsUseSamlConnection, found)
        }
    }
}

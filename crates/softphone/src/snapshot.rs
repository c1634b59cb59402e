//! What the view draws, and all that it knows. No token, credential or proof is ever in here.

mod audio;
mod call_log;
mod calls;
mod presence;

pub use audio::{AudioSnapshot, Choice, Role};
pub use call_log::{LogSnapshot, WrapUpSnapshot};
pub use calls::{
    CallSnapshot, CallState, Degree, Direction, EndSnapshot, LineSnapshot, MessagesSnapshot,
    PeerSnapshot, QualitySnapshot, RecordsSnapshot, TransferSnapshot, Trouble,
};
pub use presence::{AgentState, PresenceSnapshot};

use adapter_api::{Way, session::Switch, sessions::Listed};
use salesforce::{call_center::SalesforceSso, screen_pop::ClickToDial};
use serde::{Deserialize, Serialize};

use crate::protocol::Refusal;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    pub sign_in: SignInSnapshot,
    /// Absent until the console has answered.
    pub call_center: Option<CallCenterSnapshot>,
    /// Absent until the adapter has answered.
    pub organization_name: Option<String>,
    /// Said beside whatever else there is to say.
    pub notice: Option<Refusal>,
    /// Of whoever sits here, as Salesforce writes it, where Salesforce has said it: of whoever is signed in, or of
    /// the user at this console.
    pub language: Option<String>,
    pub line: LineSnapshot,
    /// The oldest first.
    pub calls: Vec<CallSnapshot>,
    pub log: LogSnapshot,
    pub presence: PresenceSnapshot,
    /// Who may be meant by what is typed: what is shown of each, and taken for a name.
    pub colleagues: Vec<String>,
    /// The name by which nobody was called: nobody has it, or all the colleagues.
    pub nobody: Option<String>,
    pub audio: AudioSnapshot,
    /// A number that was clicked in the console during a call, and what becomes of it is the agent's to say.
    pub clicked: Option<ClickToDial>,
    /// Whether the browser extension is there; whoever publishes the snapshot knows.
    pub has_extension: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallCenterSnapshot {
    pub display_name: String,
    pub salesforce_sso: SalesforceSso,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInSnapshot {
    Starting {
        waiting_for: WaitingFor,
    },
    Misconfigured {
        refusal: Refusal,
    },
    /// `retry_at`: milliseconds since the Unix epoch; none while it is being tried.
    Unreachable {
        refusal: Refusal,
        attempt: u32,
        retry_at: Option<u64>,
    },
    Proving,
    Offering {
        offers: Vec<Offer>,
        refusal: Option<Refusal>,
    },
    WaitingForWindow {
        window: WindowSnapshot,
        hint: Option<Refusal>,
    },
    EnteringCredentials {
        refusal: Option<Refusal>,
        form: Form,
        back: Back,
    },
    EnteringPassword {
        refusal: Option<Refusal>,
        form: Form,
        back: Back,
    },
    Verifying {
        way: Way,
    },
    SignedIn(Box<SignedInSnapshot>),
    SignedOut,
    Ended {
        refusal: Refusal,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitingFor {
    Console,
    Adapter,
}

/// One way that the agent can take by a click.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Offer {
    /// Open the window in the click, then say so. The address is absent while it is being prepared.
    Window(Option<WindowSnapshot>),
    /// Preparing the window failed; trying again is all that is left.
    WindowFailed(Refusal),
    /// Operator ID and SSO token.
    Legacy,
    /// Login and password.
    Password,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowSnapshot {
    pub start_url: String,
    /// Shown large where the window will ask for it.
    pub phrase: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    Open,
    Submitting,
    /// Not to be sent again yet; `until`: milliseconds since the Unix epoch.
    Paused {
        until: u64,
    },
}

/// Whether there is something else to go back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Back {
    Possible,
    Nowhere,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedInSnapshot {
    pub agent_name: String,
    pub organization_name: String,
    pub way: Way,
    /// Seconds since the Unix epoch.
    pub signed_in_at: u64,
    pub ends_at: u64,
    pub connection: Connection,
    pub legacy: Option<LegacySnapshot>,
    pub switching: Option<SwitchingSnapshot>,
    pub consents: Option<ConsentsSnapshot>,
    pub sessions: Option<SessionsSnapshot>,
    pub signing_out: SigningOut,
}

/// Whether the adapter is there right now. A session survives its absence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Connection {
    Connected,
    Reconnecting,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SigningOut {
    No,
    Asked,
    /// The adapter did not hear it; the agent is still signed in.
    Unheard,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegacySnapshot {
    pub switch: Switch,
    pub last_used: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SwitchingSnapshot {
    Preparing,
    Ready { window: WindowSnapshot },
    Waiting { window: WindowSnapshot, hint: Option<Refusal> },
    Failed { refusal: Refusal },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentsSnapshot {
    Loading,
    Listed { consents: Vec<ConsentSnapshot> },
    Failed { refusal: Refusal },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentSnapshot {
    pub id: String,
    pub organization_name: String,
    pub subject: String,
    pub granted_at: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionsSnapshot {
    Loading,
    /// `unseen`: how many others go on that are no place any longer.
    Listed {
        sessions: Vec<Listed>,
        unseen: u32,
        others: Others,
    },
    Failed {
        refusal: Refusal,
    },
}

/// What is being done about the agent's other sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Others {
    LiveOn,
    Ending,
}

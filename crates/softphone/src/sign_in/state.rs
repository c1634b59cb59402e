//! The states of the sign-in, each owning what belongs to it alone.

use adapter_api::{StartedBy, Way, consents::Consent, session::Session, sessions};

use super::{
    password::Submission,
    window::{Claim, Window},
};
use crate::protocol::{Refusal, Ticket};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Before the panel has loaded.
    Idle,
    Starting {
        goal: Goal,
        step: Start,
    },
    Misconfigured {
        refusal: Refusal,
        /// None where only a reload can help.
        look_again_at: Option<u64>,
        started_by: StartedBy,
    },
    Unreachable {
        refusal: Refusal,
        attempt: u32,
        retry_at: u64,
        started_by: StartedBy,
    },
    Proving {
        goal: Goal,
        step: Prove,
    },
    Offering {
        refusal: Option<Refusal>,
        terminal: Terminal,
        window: Window,
    },
    WaitingForWindow {
        claim: Claim,
    },
    EnteringCredentials {
        refusal: Option<Refusal>,
        entry: Entry,
    },
    EnteringPassword {
        refusal: Option<Refusal>,
        entry: Entry,
    },
    /// The form was sent.
    SubmittingPassword(Submission),
    Verifying {
        way: Way,
        ticket: Ticket,
        started_by: StartedBy,
        attempt: u32,
    },
    SignedIn(Box<SignedIn>),
    SignedOut,
    Ended {
        refusal: Refusal,
    },
}

/// What a silent start is after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Goal {
    pub way: SilentWay,
    pub started_by: StartedBy,
    /// How often the adapter was not there, since it last was.
    pub attempt: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SilentWay {
    /// As settings and organisation say.
    Offered,
    /// The token by `runApex`: the account is on the legacy method, or the agent chose it.
    Legacy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    ReadingSettings(Ticket),
    Challenging(Ticket),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Prove {
    Proof(Ticket),
    /// The proof is there; the credentials it stands beside are not yet.
    Credentials {
        ticket: Ticket,
        proof: adapter_api::Secret,
    },
}

/// What may be done with a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Open,
    Submitting(Ticket),
    /// The adapter has asked for patience: milliseconds since the Unix epoch.
    Paused {
        until: u64,
    },
}

/// Whether another way could end differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Terminal {
    /// The account itself is refused; only *Try again*, after the administrator's help.
    Account,
    No,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SignedIn {
    pub session: Session,
    pub renewal: Renewal,
    /// Milliseconds since the Unix epoch; from then on a refresh carries a proof.
    pub proof_due_at: Option<u64>,
    pub events: Events,
    pub switching: Option<Switching>,
    pub consents: Option<Consents>,
    pub sessions: Option<Sessions>,
    pub signing_out: SignOut,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Renewal {
    Idle { at: u64 },
    Challenging { ticket: Ticket, attempt: u32 },
    Proving { ticket: Ticket, attempt: u32 },
    Refreshing { ticket: Ticket, attempt: u32 },
    Failed { at: u64, attempt: u32 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Events {
    Opening { attempt: u32 },
    Open,
    Lost { at: u64, attempt: u32 },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Switching {
    Preparing(Window),
    Waiting(Claim),
    Failed(Refusal),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Consents {
    Loading(Ticket),
    Listed { consents: Vec<Consent>, revoking: Option<Ticket> },
    Failed(Refusal),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sessions {
    Loading(Ticket),
    Listed { listed: sessions::Response, ending: Option<Ticket> },
    Failed(Refusal),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SignOut {
    No,
    Asked(Ticket),
    Unheard,
}

impl State {
    /// When [`super::transitions::handle_timeout`] has something to do.
    pub fn timeout(&self) -> Option<u64> {
        match self {
            State::Misconfigured { look_again_at, .. } => *look_again_at,
            State::Unreachable { retry_at, .. } => Some(*retry_at),
            State::Offering { window, .. } => window.timeout(),
            State::WaitingForWindow { claim } => claim.timeout(),
            State::EnteringCredentials { entry, .. } | State::EnteringPassword { entry, .. } => {
                entry.timeout()
            }
            State::SignedIn(signed_in) => signed_in.timeout(),
            State::Idle
            | State::Starting { .. }
            | State::Proving { .. }
            | State::SubmittingPassword(_)
            | State::Verifying { .. }
            | State::SignedOut
            | State::Ended { .. } => None,
        }
    }
}

impl Entry {
    pub fn at(self, now: u64) -> Self {
        match self {
            Self::Paused { until } if until <= now => Self::Open,
            entry => entry,
        }
    }

    fn timeout(self) -> Option<u64> {
        match self {
            Self::Paused { until } => Some(until),
            Self::Open | Self::Submitting(_) => None,
        }
    }
}

impl SignedIn {
    fn timeout(&self) -> Option<u64> {
        let renewal = match self.renewal {
            Renewal::Idle { at } | Renewal::Failed { at, .. } => Some(at),
            Renewal::Challenging { .. } | Renewal::Proving { .. } | Renewal::Refreshing { .. } => {
                None
            }
        };
        let events = match self.events {
            Events::Lost { at, .. } => Some(at),
            Events::Opening { .. } | Events::Open => None,
        };
        let switching = match &self.switching {
            Some(Switching::Preparing(window)) => window.timeout(),
            Some(Switching::Waiting(claim)) => claim.timeout(),
            Some(Switching::Failed(_)) | None => None,
        };
        [renewal, events, switching].into_iter().flatten().min()
    }
}

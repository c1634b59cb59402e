//! The sign-in in a window: preparing its transaction before the click, so that `window.open` stays inside
//! the gesture, and claiming the transaction after it.

use adapter_api::{Code, auth_transaction};

use super::context::{Context, may_pass, retry_at};
use crate::protocol::{
    AdapterCall, AdapterFact, Grant, HostAsk, HostFact, Input, Refusal, Ticket, TransactionFrom,
    WindowHandle,
};

/// The way to a prepared transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Window {
    /// No window is offered.
    None,
    Challenging {
        ticket: Ticket,
        from: TransactionFrom,
    },
    Proving {
        ticket: Ticket,
        from: TransactionFrom,
    },
    Opening {
        ticket: Ticket,
        from: TransactionFrom,
    },
    Ready {
        prepared: Prepared,
        renew_at: u64,
        from: TransactionFrom,
    },
    /// The adapter was not there; it is asked again.
    Unreachable {
        at: u64,
        from: TransactionFrom,
    },
    Refused(Refusal),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Prepared {
    pub transaction: String,
    pub start_url: String,
    pub phrase: Option<String>,
}

impl Window {
    /// Where a proof is required, it has to be a fresh one, so a challenge comes first.
    pub fn prepare(from: TransactionFrom, context: &mut Context<'_>) -> Self {
        let Some(settings) = context.memory.settings.clone() else { return Self::None };
        if context.proof_required() {
            return Self::Challenging { ticket: context.call_challenge(&settings), from };
        }
        Self::Opening { ticket: open(None, from, context), from }
    }

    pub fn handle(self, input: &Input, context: &mut Context<'_>) -> Self {
        match (self, input) {
            (Self::Challenging { ticket, from }, Input::Adapter(answered, fact))
                if ticket == *answered =>
            {
                match fact {
                    AdapterFact::Challenge(challenge) => {
                        let ticket = context.ask_host(HostAsk::Proof(challenge.nonce.clone()));
                        Self::Proving { ticket, from }
                    }
                    other => Self::failed(other, from, context),
                }
            }
            (Self::Proving { ticket, from }, Input::Host(answered, HostFact::Proof(proof)))
                if ticket == *answered =>
            {
                match proof {
                    Ok(proof) => {
                        let ticket = open(Some(proof.clone()), from, context);
                        Self::Opening { ticket, from }
                    }
                    Err(refusal) => Self::Refused(refusal.clone()),
                }
            }
            (Self::Opening { ticket, from }, Input::Adapter(answered, fact))
                if ticket == *answered =>
            {
                match fact {
                    AdapterFact::Transaction(transaction) => {
                        Self::ready(transaction, from, context.now)
                    }
                    other => Self::failed(other, from, context),
                }
            }
            (window, _) => window,
        }
    }

    pub fn handle_timeout(self, context: &mut Context<'_>) -> Self {
        match self {
            Self::Ready { renew_at: at, from, .. } | Self::Unreachable { at, from, .. }
                if at <= context.now =>
            {
                Self::prepare(from, context)
            }
            window => window,
        }
    }

    pub fn timeout(&self) -> Option<u64> {
        match self {
            Self::Ready { renew_at: at, .. } | Self::Unreachable { at, .. } => Some(*at),
            Self::None
            | Self::Challenging { .. }
            | Self::Proving { .. }
            | Self::Opening { .. }
            | Self::Refused(_) => None,
        }
    }

    /// A transaction lives ten minutes; it is renewed while two are left.
    fn ready(transaction: &auth_transaction::Response, from: TransactionFrom, now: u64) -> Self {
        let lifetime = u64::from(transaction.expires_in) * 1_000;
        let prepared = Prepared {
            transaction: transaction.transaction.clone(),
            start_url: transaction.start_url.clone(),
            phrase: transaction.phrase.clone(),
        };
        Self::Ready { prepared, renew_at: now + lifetime * 8 / 10, from }
    }

    fn failed(fact: &AdapterFact, from: TransactionFrom, context: &Context<'_>) -> Self {
        match fact {
            AdapterFact::Refused(refusal) if !may_pass(refusal.code) => {
                Self::Refused(refusal.clone())
            }
            _ => Self::Unreachable { at: retry_at(context.now, 2), from },
        }
    }
}

fn open(
    proof: Option<adapter_api::Secret>,
    from: TransactionFrom,
    context: &mut Context<'_>,
) -> Ticket {
    let organization = context.organization.to_owned();
    context.call_adapter(AdapterCall::OpenTransaction { organization, proof, from })
}

/// An opened window, and the question how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    pub prepared: Prepared,
    pub hint: Option<Refusal>,
    asking: Asking,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Asking {
    Asked {
        ticket: Ticket,
        attempt: u32,
    },
    /// The adapter was not there: it may be restarting, and the transaction outlives that.
    Pausing {
        at: u64,
        attempt: u32,
    },
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Claimed {
    NotYet(Claim),
    Granted(Grant),
    Refused(Refusal),
}

impl Claim {
    pub fn start(prepared: Prepared, handle: WindowHandle, context: &mut Context<'_>) -> Self {
        let ticket = ask(&prepared, context);
        Self { prepared, hint: hint(handle), asking: Asking::Asked { ticket, attempt: 0 } }
    }

    /// The agent opened the same window again.
    pub fn opened_again(mut self, handle: WindowHandle) -> Self {
        self.hint = hint(handle);
        self
    }

    pub fn handle(mut self, input: &Input, context: &mut Context<'_>) -> Claimed {
        let (Asking::Asked { ticket, attempt }, Input::Adapter(answered, fact)) =
            (&self.asking, input)
        else {
            return Claimed::NotYet(self);
        };
        if ticket != answered {
            return Claimed::NotYet(self);
        }
        self.asking = match fact {
            AdapterFact::Granted(grant) => return Claimed::Granted(grant.clone()),
            // What may pass, the transaction outlives.
            AdapterFact::Refused(refusal) if !may_pass(refusal.code) => {
                return Claimed::Refused(refusal.clone());
            }
            AdapterFact::Waiting => {
                Asking::Asked { ticket: ask(&self.prepared, context), attempt: 0 }
            }
            _ => Asking::Pausing {
                at: context.now + PAUSE * u64::from(attempt + 1).min(5),
                attempt: attempt + 1,
            },
        };
        Claimed::NotYet(self)
    }

    pub fn handle_timeout(mut self, context: &mut Context<'_>) -> Self {
        if let Asking::Pausing { at, attempt } = self.asking
            && at <= context.now
        {
            self.asking = Asking::Asked { ticket: ask(&self.prepared, context), attempt };
        }
        self
    }

    pub fn timeout(&self) -> Option<u64> {
        match self.asking {
            Asking::Pausing { at, .. } => Some(at),
            Asking::Asked { .. } => None,
        }
    }
}

fn ask(prepared: &Prepared, context: &mut Context<'_>) -> Ticket {
    context.call_adapter(AdapterCall::Claim { transaction: prepared.transaction.clone() })
}

/// A `null` handle may hide an open window (COOP), so it is a hint and nothing more.
fn hint(handle: WindowHandle) -> Option<Refusal> {
    match handle {
        WindowHandle::Given => None,
        WindowHandle::Null => Some(Refusal::new(Code::PopupBlocked)),
    }
}

/// Milliseconds between two claims while the adapter is away.
const PAUSE: u64 = 1_000;

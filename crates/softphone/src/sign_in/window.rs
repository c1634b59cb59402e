//! The sign-in in a window: preparing its transaction before the click, so that `window.open` stays inside
//! the gesture, and claiming the transaction after it.

use adapter_api::{Code, auth_transaction};

use super::context::{Context, ask_again_at, console_may_answer, may_pass, retry_at};
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
        purpose: Purpose,
    },
    Proving {
        ticket: Ticket,
        purpose: Purpose,
    },
    Opening {
        ticket: Ticket,
        purpose: Purpose,
    },
    Ready {
        prepared: Prepared,
        renew_at: u64,
        from: TransactionFrom,
    },
    /// Adapter or console did not answer; they are asked again.
    Unreachable {
        at: u64,
        purpose: Purpose,
    },
    Refused(Refusal),
}

/// What a transaction is prepared for, and what has kept it from being ready so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Purpose {
    from: TransactionFrom,
    /// Of the console; it is shown until the transaction is ready.
    pub trouble: Option<Refusal>,
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
        Self::prepare_for(Purpose { from, trouble: None }, context)
    }

    fn prepare_for(purpose: Purpose, context: &mut Context<'_>) -> Self {
        let Some(settings) = context.memory.settings.clone() else { return Self::None };
        if context.proof_required() {
            return Self::Challenging { ticket: context.call_challenge(&settings), purpose };
        }
        Self::Opening { ticket: open(None, purpose.from, context), purpose }
    }

    pub fn handle(self, input: &Input, context: &mut Context<'_>) -> Self {
        match (self, input) {
            (Self::Challenging { ticket, purpose }, Input::Adapter(answered, fact))
                if ticket == *answered =>
            {
                match fact {
                    AdapterFact::Challenge(challenge) => {
                        let ticket = context.ask_host(HostAsk::Proof(challenge.nonce.clone()));
                        Self::Proving { ticket, purpose }
                    }
                    other => Self::failed(other, purpose, context),
                }
            }
            (Self::Proving { ticket, purpose }, Input::Host(answered, HostFact::Proof(proof)))
                if ticket == *answered =>
            {
                match proof {
                    Ok(proof) => {
                        let ticket = open(Some(proof.token.clone()), purpose.from, context);
                        Self::Opening { ticket, purpose }
                    }
                    Err(refusal) if console_may_answer(refusal.code) => {
                        let purpose = Purpose { trouble: Some(refusal.clone()), ..purpose };
                        Self::Unreachable { at: retry_at(context.now, 2), purpose }
                    }
                    Err(refusal) => Self::Refused(refusal.clone()),
                }
            }
            (Self::Opening { ticket, purpose }, Input::Adapter(answered, fact))
                if ticket == *answered =>
            {
                match fact {
                    AdapterFact::Transaction(transaction) => {
                        Self::ready(transaction, purpose.from, context.now)
                    }
                    other => Self::failed(other, purpose, context),
                }
            }
            (window, _) => window,
        }
    }

    pub fn handle_timeout(self, context: &mut Context<'_>) -> Self {
        match self {
            Self::Ready { renew_at, from, .. } if renew_at <= context.now => {
                Self::prepare(from, context)
            }
            Self::Unreachable { at, purpose } if at <= context.now => {
                Self::prepare_for(purpose, context)
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

    fn failed(fact: &AdapterFact, purpose: Purpose, context: &Context<'_>) -> Self {
        match fact {
            AdapterFact::Refused(refusal) if !may_pass(refusal.code) => {
                Self::Refused(refusal.clone())
            }
            other => Self::Unreachable { at: ask_again_at(other, context.now, 2), purpose },
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
            AdapterFact::Later { .. } => Asking::Pausing {
                at: ask_again_at(fact, context.now, *attempt),
                attempt: attempt + 1,
            },
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

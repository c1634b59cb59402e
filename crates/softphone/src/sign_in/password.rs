//! Login and password on their way to the adapter. Where the organisation requires a running-user proof they go
//! beside a fresh one:
//!
//! ~~~text
//! Challenging --(nonce)--> Proving --(proof)--> Sent
//! ~~~

use adapter_api::{Secret, sign_in_challenge::ProofPolicy};

use super::{
    context::Context,
    state::{Entry, State},
    transitions::{Submitted, submitted},
};
use crate::protocol::{AdapterCall, AdapterFact as A, HostAsk, HostFact as H, Input as I, Ticket};

/// What the agent typed, kept until it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Typed {
    pub login: String,
    pub password: Secret,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Submission {
    Challenging { ticket: Ticket, typed: Typed },
    Proving { ticket: Ticket, typed: Typed },
    Sent(Ticket),
}

pub(super) fn submit(typed: Typed, context: &mut Context<'_>) -> State {
    let submission = match context.memory.settings.clone() {
        Some(settings) if context.proof_required() => {
            Submission::Challenging { ticket: context.call_challenge(&settings), typed }
        }
        _ => send(typed, None, context),
    };
    State::SubmittingPassword(submission)
}

/// An answer to a form that was sent, or to a question on its way.
pub(super) fn handle(submission: Submission, input: I, context: &mut Context<'_>) -> State {
    use Submission as S;
    match (submission, input) {
        (S::Challenging { ticket, typed }, I::Adapter(answered, A::Challenge(challenge)))
            if ticket == answered =>
        {
            let (nonce, policy) = (challenge.nonce.clone(), challenge.proof);
            context.memory.challenge = Some(challenge);
            State::SubmittingPassword(match policy {
                ProofPolicy::Required => {
                    S::Proving { ticket: context.ask_host(HostAsk::Proof(nonce)), typed }
                }
                ProofPolicy::Off => send(typed, None, context),
            })
        }
        (S::Proving { ticket, typed }, I::Host(answered, H::Proof(proof)))
            if ticket == answered =>
        {
            match proof {
                Ok(proof) => State::SubmittingPassword(send(typed, Some(proof.token), context)),
                Err(refusal) => {
                    State::EnteringPassword { refusal: Some(refusal), entry: Entry::Open }
                }
            }
        }
        (
            ref on_its_way @ (S::Challenging { ticket, .. } | S::Sent(ticket)),
            I::Adapter(answered, fact),
        ) if ticket == answered => {
            // A grant to whom nothing was sent that could be verified is no answer.
            let fact = match (on_its_way, fact) {
                (S::Challenging { .. }, A::Granted(_)) => A::Unreachable,
                (_, fact) => fact,
            };
            match submitted(fact, context) {
                Submitted::Settled(state) => state,
                Submitted::AskAgain(refusal, entry) => {
                    State::EnteringPassword { refusal: Some(refusal), entry }
                }
            }
        }
        (submission, _) => State::SubmittingPassword(submission),
    }
}

fn send(typed: Typed, proof: Option<Secret>, context: &mut Context<'_>) -> Submission {
    let organization = context.organization.to_owned();
    let Typed { login, password } = typed;
    let call = AdapterCall::Password { organization, login, password, proof };
    Submission::Sent(context.call_adapter(call))
}

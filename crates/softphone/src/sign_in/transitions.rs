//! The table: what each input does to each state.

use adapter_api::{Code, StartedBy, Way, sign_in_challenge};

use super::{
    AT_LOAD,
    context::{
        Context, after_wait, ask_again_at, console_may_answer, may_be_mended, may_pass, retry_at,
        why,
    },
    password::{self, Typed},
    session,
    state::{Entry, Goal, Prove, SilentWay, Start, State, Terminal},
    window::{Claim, Claimed, Window},
};
use crate::{
    protocol::{
        AdapterCall, AdapterFact as A, Effect, HostAsk, HostFact as H, Input as I, Intent, Refusal,
        Ticket, TransactionFrom,
    },
    snapshot::SignInSnapshot,
};

pub(super) fn handle(state: State, input: I, context: &mut Context<'_>) -> State {
    match (state, input) {
        (state, I::Noticed(notice)) => {
            context.memory.notice = Some(notice);
            state
        }

        // ── From Idle ─────────────────────────────────────────────────
        (State::Idle, I::Started) => start(AT_LOAD, 0, context),

        // ── From Starting ─────────────────────────────────────────────
        (
            State::Starting { goal, step: Start::ReadingSettings(ticket) },
            I::Host(answered, H::Settings(settings)),
        ) if ticket == answered => match settings {
            Ok(settings) => {
                let ticket = context.call_challenge(&settings);
                context.memory.settings = Some(settings);
                State::Starting { goal, step: Start::Challenging(ticket) }
            }
            Err(refusal) if console_may_answer(refusal.code) => {
                try_again(refusal, goal.started_by, goal.attempt, context)
            }
            Err(refusal) => misconfigured(refusal, goal.started_by, context),
        },
        (
            State::Starting { goal, step: Start::Challenging(ticket) },
            I::Adapter(answered, fact),
        ) if ticket == answered => match fact {
            A::Challenge(challenge) => challenged(goal, challenge, context),
            A::Refused(refusal) if !may_pass(refusal.code) => {
                misconfigured(refusal, goal.started_by, context)
            }
            other => unreachable(other, goal.started_by, goal.attempt, context),
        },

        // ── From Proving ──────────────────────────────────────────────
        (
            State::Proving { goal, step: Prove::Proof(ticket) },
            I::Host(answered, H::Proof(proof)),
        ) if ticket == answered => match (proof, goal.way) {
            (Ok(proof), SilentWay::Offered) if context.offers(Way::Proof) => State::Verifying {
                way: Way::Proof,
                ticket: context.call_proof(proof.token, goal.started_by),
                started_by: goal.started_by,
                attempt: goal.attempt,
            },
            (Ok(proof), SilentWay::Offered | SilentWay::Legacy) => {
                let ticket = context.ask_host(HostAsk::Credentials);
                let proof = proof.token;
                State::Proving { goal, step: Prove::Credentials { ticket, proof } }
            }
            (Err(refusal), _) if console_may_answer(refusal.code) => {
                try_again(refusal, goal.started_by, goal.attempt, context)
            }
            (Err(refusal), _) => account_refused(refusal),
        },
        (
            State::Proving { goal, step: Prove::Credentials { ticket, proof } },
            I::Host(answered, H::Credentials(credentials)),
        ) if ticket == answered => match credentials {
            Ok(credentials) => {
                let organization = context.organization.to_owned();
                let ticket = context.call_adapter(AdapterCall::Legacy {
                    organization,
                    credentials,
                    proof: Some(proof),
                    started_by: goal.started_by,
                });
                let Goal { started_by, attempt, .. } = goal;
                State::Verifying { way: Way::Legacy, ticket, started_by, attempt }
            }
            Err(refusal) if console_may_answer(refusal.code) => {
                try_again(refusal, goal.started_by, goal.attempt, context)
            }
            Err(refusal) => offer(Some(refusal), context),
        },

        // ── From Verifying ────────────────────────────────────────────
        (State::Verifying { way, ticket, started_by, attempt }, I::Adapter(answered, fact))
            if ticket == answered =>
        {
            verified(way, started_by, attempt, fact, context)
        }

        // ── From Offering ─────────────────────────────────────────────
        (
            State::Offering { window: Window::Ready { prepared, .. }, .. },
            I::Intent(Intent::OpenedWindow(handle)),
        ) => State::WaitingForWindow { claim: Claim::start(prepared, handle, context) },
        (
            State::Offering { terminal: Terminal::No, .. },
            I::Intent(Intent::Choose(Way::Legacy)),
        ) if context.offers(Way::Legacy) => {
            if context.proof_required() {
                context.memory.meanwhile = None;
                let started_by = StartedBy::Agent;
                begin(Goal { way: SilentWay::Legacy, started_by, attempt: 0 }, context)
            } else {
                State::EnteringCredentials { refusal: None, entry: Entry::Open }
            }
        }
        (
            State::Offering { terminal: Terminal::No, .. },
            I::Intent(Intent::Choose(Way::Password)),
        ) if context.offers(Way::Password) => {
            State::EnteringPassword { refusal: None, entry: Entry::Open }
        }
        // What the agent was to be asked has been answered, so nothing is left to ask.
        (State::Offering { refusal: Some(refusal), .. }, I::AllowedInOtherTab)
            if matches!(refusal.code, Code::ConsentNeeded | Code::ConsentDeclined) =>
        {
            start(AT_LOAD, 0, context)
        }
        (State::Offering { refusal, terminal, window }, input @ (I::Host(..) | I::Adapter(..))) => {
            State::Offering { refusal, terminal, window: window.handle(&input, context) }
        }

        // ── From WaitingForWindow ─────────────────────────────────────
        (State::WaitingForWindow { claim }, I::Intent(Intent::OpenedWindow(handle))) => {
            State::WaitingForWindow { claim: claim.opened_again(handle) }
        }
        (State::WaitingForWindow { .. }, I::Intent(Intent::Cancel)) => offer(None, context),
        // Under COOP a window looks closed while it is open, so only the claim decides.
        (State::WaitingForWindow { claim }, input @ I::Adapter(..)) => {
            match claim.handle(&input, context) {
                Claimed::NotYet(claim) => State::WaitingForWindow { claim },
                Claimed::Granted(grant) => {
                    context.push(Effect::TellOtherTabs);
                    session::granted(grant, context)
                }
                Claimed::Refused(refusal) => refused(refusal, context),
            }
        }

        // ── From EnteringCredentials ──────────────────────────────────
        (
            State::EnteringCredentials { entry: Entry::Open, .. },
            I::Intent(Intent::SubmitCredentials(credentials)),
        ) => {
            let organization = context.organization.to_owned();
            let started_by = StartedBy::Agent;
            let ticket = context.call_adapter(AdapterCall::Legacy {
                organization,
                credentials,
                proof: None,
                started_by,
            });
            State::EnteringCredentials { refusal: None, entry: Entry::Submitting(ticket) }
        }
        (
            State::EnteringCredentials { entry: Entry::Submitting(ticket), .. },
            I::Adapter(answered, fact),
        ) if ticket == answered => match submitted(fact, context) {
            Submitted::Settled(state) => state,
            Submitted::AskAgain(refusal, entry) => {
                State::EnteringCredentials { refusal: Some(refusal), entry }
            }
        },
        (State::EnteringCredentials { .. }, I::Intent(Intent::Cancel))
            if context.offers(Way::SalesforceSso) || context.offers(Way::Password) =>
        {
            offer(None, context)
        }

        // ── From EnteringPassword ─────────────────────────────────────
        (
            State::EnteringPassword { entry: Entry::Open, .. },
            I::Intent(Intent::SubmitPassword { login, password }),
        ) => password::submit(Typed { login, password }, context),

        // ── From SubmittingPassword ───────────────────────────────────
        (State::SubmittingPassword(submission), input @ (I::Adapter(..) | I::Host(..))) => {
            password::handle(submission, input, context)
        }
        (
            State::EnteringPassword { .. } | State::SubmittingPassword(_),
            I::Intent(Intent::Cancel),
        ) if context.offers(Way::SalesforceSso) || context.offers(Way::Legacy) => {
            offer(None, context)
        }

        // ── From SignedIn ─────────────────────────────────────────────
        (State::SignedIn(signed_in), input) => session::handle(*signed_in, input, context),

        // ── From wherever there is a button that starts over ──────────
        (
            State::Misconfigured { .. }
            | State::Unreachable { .. }
            | State::Offering { .. }
            | State::SignedOut
            | State::Ended { .. },
            I::Intent(Intent::SignIn),
        ) => start(StartedBy::Agent, 0, context),

        // What is still being shown has such a button too.
        (State::Starting { .. } | State::Proving { .. }, I::Intent(Intent::SignIn))
            if context.memory.meanwhile.is_some() =>
        {
            start(StartedBy::Agent, 0, context)
        }

        // A late answer to an abandoned question, or a click on what has just gone.
        (state, _) => state,
    }
}

pub(super) fn handle_timeout(state: State, context: &mut Context<'_>) -> State {
    match state {
        State::Misconfigured { refusal, look_again_at: Some(at), started_by }
            if at <= context.now =>
        {
            let meanwhile = SignInSnapshot::Misconfigured { refusal };
            start_quietly(meanwhile, started_by, 0, context)
        }
        State::Unreachable { refusal, retry_at, attempt, started_by }
            if retry_at <= context.now =>
        {
            let meanwhile = SignInSnapshot::Unreachable { refusal, attempt, retry_at: None };
            start_quietly(meanwhile, started_by, attempt, context)
        }
        State::Offering { refusal, terminal, window } => {
            State::Offering { refusal, terminal, window: window.handle_timeout(context) }
        }
        State::WaitingForWindow { claim } => {
            State::WaitingForWindow { claim: claim.handle_timeout(context) }
        }
        State::EnteringCredentials { refusal, entry } => {
            State::EnteringCredentials { refusal, entry: entry.at(context.now) }
        }
        State::EnteringPassword { refusal, entry } => {
            State::EnteringPassword { refusal, entry: entry.at(context.now) }
        }
        State::SignedIn(signed_in) => session::handle_timeout(*signed_in, context),
        state => state,
    }
}

/// A silent start, settings first: the flag is read at each load and before each sign-in.
pub(super) fn start(started_by: StartedBy, attempt: u32, context: &mut Context<'_>) -> State {
    context.memory.meanwhile = None;
    begin(Goal { way: SilentWay::Offered, started_by, attempt }, context)
}

/// The same without a click: the agent goes on seeing what there is to see, until it ends otherwise.
fn start_quietly(
    meanwhile: SignInSnapshot,
    started_by: StartedBy,
    attempt: u32,
    context: &mut Context<'_>,
) -> State {
    let state = start(started_by, attempt, context);
    context.memory.meanwhile = Some(meanwhile);
    state
}

fn begin(goal: Goal, context: &mut Context<'_>) -> State {
    let ticket = context.ask_host(HostAsk::Settings);
    State::Starting { goal, step: Start::ReadingSettings(ticket) }
}

/// What the panel does by itself: the proof where it is offered; the token by `runApex`, beside a proof,
/// with the flag off or after `sign_in.use_legacy`.
fn challenged(
    goal: Goal,
    challenge: sign_in_challenge::Response,
    context: &mut Context<'_>,
) -> State {
    let nonce = challenge.nonce.clone();
    let silent = challenge.proof == sign_in_challenge::ProofPolicy::Required
        && [Way::Proof, Way::Legacy].iter().any(|way| challenge.ways.contains(way));
    context.memory.challenge = Some(challenge);
    if silent {
        let ticket: Ticket = context.ask_host(HostAsk::Proof(nonce));
        return State::Proving { goal, step: Prove::Proof(ticket) };
    }
    offer(None, context)
}

/// What becomes of a form that was sent.
pub(super) enum Submitted {
    Settled(State),
    /// What was typed stays; only the sentence above it changes.
    AskAgain(Refusal, Entry),
}

pub(super) fn submitted(fact: A, context: &mut Context<'_>) -> Submitted {
    match fact {
        A::Granted(grant) => Submitted::Settled(session::granted(grant, context)),
        A::Refused(refusal) if refusal.code == Code::WrongCredentials || may_pass(refusal.code) => {
            Submitted::AskAgain(refusal, Entry::Open)
        }
        A::Refused(refusal) => Submitted::Settled(refused(refusal, context)),
        A::Later { refusal, after } => {
            let until = after_wait(context.now, after);
            Submitted::AskAgain(refusal, Entry::Paused { until })
        }
        other => Submitted::AskAgain(why(&other), Entry::Open),
    }
}

fn verified(
    way: Way,
    started_by: StartedBy,
    attempt: u32,
    fact: A,
    context: &mut Context<'_>,
) -> State {
    match fact {
        A::Granted(grant) => session::granted(grant, context),
        A::Refused(refusal) => match refusal.code {
            Code::UseLegacy if way == Way::Proof => {
                begin(Goal { way: SilentWay::Legacy, started_by, attempt }, context)
            }
            Code::SignedOut => State::SignedOut,
            Code::RequestTooMany | Code::RequestTooSlow | Code::AdapterBusy => {
                unreachable(A::Refused(refusal), started_by, attempt, context)
            }
            Code::AdapterInternal => unreachable(A::Unreachable, started_by, attempt, context),
            _ => refused(refusal, context),
        },
        other => unreachable(other, started_by, attempt, context),
    }
}

/// A refused credential: the remaining ways, unless the account itself was refused.
pub(super) fn refused(refusal: Refusal, context: &mut Context<'_>) -> State {
    match refusal.code {
        Code::NoAgent
        | Code::AgentDisabled
        | Code::NotInCallCenter
        | Code::NotStandardUser
        | Code::UserInactive
        | Code::UserFrozen
        | Code::LinkConflict
        | Code::LinkConfirm
        | Code::LoginAs
        | Code::ProofUnavailable
        | Code::ProofMalformed
        | Code::ProofSignature
        | Code::ProofAudience
        | Code::ProofNonce
        | Code::ProofExpired
        | Code::ProofOrganization
        | Code::ProofUse => account_refused(refusal),
        _ => offer(Some(refusal), context),
    }
}

fn account_refused(refusal: Refusal) -> State {
    State::Offering { refusal: Some(refusal), terminal: Terminal::Account, window: Window::None }
}

fn offer(refusal: Option<Refusal>, context: &mut Context<'_>) -> State {
    let by_window = context.offers(Way::SalesforceSso);
    let by_token = context.offers(Way::Legacy);
    let by_password = context.offers(Way::Password);
    // A form is no choice where it is the only way.
    match (by_window, by_token, by_password) {
        (false, true, false) if !context.proof_required() => {
            return State::EnteringCredentials { refusal, entry: Entry::Open };
        }
        (false, false, true) => return State::EnteringPassword { refusal, entry: Entry::Open },
        _ => {}
    }
    let window = match by_window {
        true => Window::prepare(TransactionFrom::Nobody, context),
        false => Window::None,
    };
    let refusal =
        refusal.or_else(|| (!by_window && !by_token && !by_password).then(|| context.no_way()));
    State::Offering { refusal, terminal: Terminal::No, window }
}

fn unreachable(fact: A, started_by: StartedBy, attempt: u32, context: &Context<'_>) -> State {
    let retry_at = ask_again_at(&fact, context.now, attempt);
    State::Unreachable { refusal: why(&fact), attempt: attempt + 1, retry_at, started_by }
}

fn try_again(
    refusal: Refusal,
    started_by: StartedBy,
    attempt: u32,
    context: &Context<'_>,
) -> State {
    let retry_at = retry_at(context.now, attempt);
    State::Unreachable { refusal, attempt: attempt + 1, retry_at, started_by }
}

fn misconfigured(refusal: Refusal, started_by: StartedBy, context: &Context<'_>) -> State {
    let look_again_at = may_be_mended(refusal.code).then(|| retry_at(context.now, 5));
    State::Misconfigured { refusal, look_again_at, started_by }
}

//! The signed-in state: renewing the session, hearing of its end, switching from the legacy method,
//! consents, and signing out.

use adapter_api::{Code, Secret, sign_in_challenge::ProofPolicy};

use super::{
    AT_LOAD,
    context::{Context, after_wait, ask_again_at, retry_at, why},
    sessions,
    state::{Consents, Events, Renewal, Sessions, SignOut, SignedIn, State, Switching},
    transitions,
    window::{Claim, Claimed, Window},
};
use crate::protocol::{
    AdapterCall, AdapterFact as A, Effect, EventsFact, Grant, HostAsk, HostFact as H, Input as I,
    Intent, Refusal, TransactionFrom, WindowHandle,
};

/// The adapter has verified who the agent is.
pub(super) fn granted(grant: Grant, context: &mut Context<'_>) -> State {
    context.push(Effect::OpenEvents);
    State::SignedIn(Box::new(SignedIn {
        renewal: Renewal::Idle { at: renew_at(&grant, context.now) },
        proof_due_at: proof_due_at(&grant, context.now),
        session: grant.session,
        events: Events::Opening { attempt: 0 },
        switching: None,
        consents: None,
        sessions: None,
        signing_out: SignOut::No,
    }))
}

pub(super) fn handle(mut signed_in: SignedIn, input: I, context: &mut Context<'_>) -> State {
    match input {
        I::Events(EventsFact::Opened) => signed_in.events = Events::Open,
        I::Events(EventsFact::Lost) => {
            signed_in.events = events_lost(signed_in.events, context.now)
        }
        I::Events(EventsFact::Later(after)) => {
            signed_in.events = Events::Lost { at: after_wait(context.now, after), attempt: 0 };
        }
        I::Events(EventsFact::Ended(refusal)) => return ended(refusal, context),
        I::Intent(intent) => return intended(signed_in, intent, context),
        I::Host(..) | I::Adapter(..) => return answered(signed_in, input, context),
        I::Started
        | I::Noticed(_)
        | I::AllowedInOtherTab
        | I::Phone(_)
        | I::Tabs(_)
        | I::Recalled { .. }
        | I::Presence { .. }
        | I::Events(EventsFact::CallingChanged | EventsFact::CallSettled { .. }) => {}
    }
    stay(signed_in)
}

pub(super) fn handle_timeout(mut signed_in: SignedIn, context: &mut Context<'_>) -> State {
    match signed_in.renewal {
        Renewal::Idle { at } if at <= context.now => {
            signed_in.renewal = renew(&signed_in, 0, context)
        }
        Renewal::Failed { at, attempt } if at <= context.now => {
            signed_in.renewal = renew(&signed_in, attempt, context);
        }
        _ => {}
    }
    if let Events::Lost { at, attempt } = signed_in.events
        && at <= context.now
    {
        context.push(Effect::OpenEvents);
        signed_in.events = Events::Opening { attempt };
    }
    signed_in.switching = signed_in.switching.map(|switching| match switching {
        Switching::Preparing(window) => Switching::Preparing(window.handle_timeout(context)),
        Switching::Waiting(claim) => Switching::Waiting(claim.handle_timeout(context)),
        failed @ Switching::Failed(_) => failed,
    });
    stay(signed_in)
}

fn stay(signed_in: SignedIn) -> State {
    State::SignedIn(Box::new(signed_in))
}

/// The session is over, and nothing of it stays in this page.
fn ended(refusal: Refusal, context: &mut Context<'_>) -> State {
    context.push(Effect::CloseEvents);
    context.push(Effect::Forget);
    match refusal.code {
        // Whoever sits here has to be found out afresh; nothing of the session's owner is shown.
        // Where the console gives no proof, that start says so, and goes on asking.
        Code::SessionOtherUser | Code::SessionExpired | Code::SessionProofNeeded => {
            transitions::start(AT_LOAD, 0, context)
        }
        Code::SignedOut => State::SignedOut,
        _ => State::Ended { refusal },
    }
}

// ── What the agent does ───────────────────────────────────────

fn intended(mut signed_in: SignedIn, intent: Intent, context: &mut Context<'_>) -> State {
    match intent {
        Intent::SignOut if !matches!(signed_in.signing_out, SignOut::Asked(_)) => {
            signed_in.signing_out = SignOut::Asked(context.call_adapter(AdapterCall::SignOut));
        }
        Intent::Switch if can_switch(&signed_in) => {
            let window = Window::prepare(TransactionFrom::Session, context);
            signed_in.switching = Some(Switching::Preparing(window));
        }
        Intent::OpenedWindow(handle) => {
            signed_in.switching = opened(signed_in.switching, handle, context);
        }
        Intent::Cancel => signed_in.switching = None,
        Intent::ShowConsents => {
            signed_in.consents =
                Some(Consents::Loading(context.call_adapter(AdapterCall::Consents)));
        }
        Intent::HideConsents => signed_in.consents = None,
        Intent::RevokeConsent(id) => {
            if let Some(Consents::Listed { consents, revoking: None }) = signed_in.consents {
                let revoking = Some(context.call_adapter(AdapterCall::RevokeConsent(id)));
                signed_in.consents = Some(Consents::Listed { consents, revoking });
            }
        }
        Intent::ShowSessions => {
            signed_in.sessions =
                Some(Sessions::Loading(context.call_adapter(AdapterCall::Sessions)));
        }
        Intent::HideSessions => signed_in.sessions = None,
        Intent::EndOtherSessions => {
            if let Some(Sessions::Listed { listed, ending: None }) = signed_in.sessions {
                let ending = Some(context.call_adapter(AdapterCall::EndOtherSessions));
                signed_in.sessions = Some(Sessions::Listed { listed, ending });
            }
        }
        Intent::SignOut
        | Intent::Switch
        | Intent::SignIn
        | Intent::Choose(_)
        | Intent::SubmitCredentials(_)
        | Intent::SubmitPassword { .. }
        | Intent::Call(_)
        | Intent::Seek(_)
        | Intent::Record(_)
        | Intent::Log(_)
        | Intent::Presence(_)
        | Intent::Audio(_) => {}
    }
    stay(signed_in)
}

fn can_switch(signed_in: &SignedIn) -> bool {
    let offered = signed_in
        .session
        .legacy
        .as_ref()
        .is_some_and(|legacy| legacy.switch == adapter_api::session::Switch::Offered);
    offered && matches!(signed_in.switching, None | Some(Switching::Failed(_)))
}

fn opened(
    switching: Option<Switching>,
    handle: WindowHandle,
    context: &mut Context<'_>,
) -> Option<Switching> {
    Some(match switching? {
        Switching::Preparing(Window::Ready { prepared, .. }) => {
            Switching::Waiting(Claim::start(prepared, handle, context))
        }
        Switching::Waiting(claim) => Switching::Waiting(claim.opened_again(handle)),
        other => other,
    })
}

// ── What console and adapter answer ───────────────────────────

fn answered(mut signed_in: SignedIn, input: I, context: &mut Context<'_>) -> State {
    match (signed_in.renewal.clone(), &input) {
        (Renewal::Challenging { ticket, attempt }, I::Adapter(answered, fact))
            if ticket == *answered =>
        {
            return renewal_challenged(signed_in, attempt, fact, context);
        }
        (Renewal::Proving { ticket, attempt }, I::Host(answered, H::Proof(proof)))
            if ticket == *answered =>
        {
            // A failing `runApex` counts as Salesforce being unreachable: the adapter decides for how long
            // a session may go on without a proof.
            let proof = proof.as_ref().ok().map(|proof| proof.token.clone());
            signed_in.renewal = refresh(proof, attempt, context);
            return stay(signed_in);
        }
        (Renewal::Refreshing { ticket, attempt }, I::Adapter(answered, fact))
            if ticket == *answered =>
        {
            return refreshed(signed_in, attempt, fact.clone(), context);
        }
        _ => {}
    }
    match (signed_in.signing_out, &input) {
        (SignOut::Asked(ticket), I::Adapter(answered, fact)) if ticket == *answered => {
            return signed_out(signed_in, fact.clone(), context);
        }
        _ => {}
    }
    let (consents, session_over) = consents_answered(signed_in.consents, &input, context);
    signed_in.consents = consents;
    if let Some(refusal) = session_over {
        return ended(refusal, context);
    }
    let (sessions, session_over) = sessions::answered(signed_in.sessions, &input, context);
    signed_in.sessions = sessions;
    if let Some(refusal) = session_over {
        return ended(refusal, context);
    }
    switching_answered(signed_in, &input, context)
}

fn switching_answered(mut signed_in: SignedIn, input: &I, context: &mut Context<'_>) -> State {
    signed_in.switching = match signed_in.switching {
        Some(Switching::Preparing(window)) => Some(match window.handle(input, context) {
            Window::Refused(refusal) => Switching::Failed(refusal),
            window => Switching::Preparing(window),
        }),
        Some(Switching::Waiting(claim)) => match claim.handle(input, context) {
            Claimed::NotYet(claim) => Some(Switching::Waiting(claim)),
            // The new session rests on Salesforce; the legacy one ends with it.
            Claimed::Granted(grant) => return granted(grant, context),
            Claimed::Refused(refusal) => Some(Switching::Failed(refusal)),
        },
        other => other,
    };
    stay(signed_in)
}

fn signed_out(mut signed_in: SignedIn, fact: A, context: &mut Context<'_>) -> State {
    match fact {
        A::Done => ended(Refusal::new(Code::SignedOut), context),
        // There was no session left to end.
        A::Refused(refusal) if is_over(refusal.code) => {
            ended(Refusal::new(Code::SignedOut), context)
        }
        _ => {
            signed_in.signing_out = SignOut::Unheard;
            stay(signed_in)
        }
    }
}

fn consents_answered(
    consents: Option<Consents>,
    input: &I,
    context: &mut Context<'_>,
) -> (Option<Consents>, Option<Refusal>) {
    let I::Adapter(answered, fact) = input else { return (consents, None) };
    match (consents, fact) {
        (Some(Consents::Loading(ticket)), A::Consents(consents)) if ticket == *answered => {
            (Some(Consents::Listed { consents: consents.clone(), revoking: None }), None)
        }
        // The event that ends the session may come first, or the session may rest on something else.
        (Some(Consents::Listed { revoking: Some(ticket), .. }), A::Done) if ticket == *answered => {
            (Some(Consents::Loading(context.call_adapter(AdapterCall::Consents))), None)
        }
        (
            Some(Consents::Loading(ticket) | Consents::Listed { revoking: Some(ticket), .. }),
            A::Refused(refusal),
        ) if ticket == *answered => {
            let over = is_over(refusal.code).then(|| refusal.clone());
            (Some(Consents::Failed(refusal.clone())), over)
        }
        (
            Some(Consents::Loading(ticket) | Consents::Listed { revoking: Some(ticket), .. }),
            other,
        ) if ticket == *answered => (Some(Consents::Failed(why(other))), None),
        (consents, _) => (consents, None),
    }
}

// ── Renewal ───────────────────────────────────────────────────

fn renew(signed_in: &SignedIn, attempt: u32, context: &mut Context<'_>) -> Renewal {
    let proof_is_due = signed_in.proof_due_at.is_some_and(|at| at <= context.now + RENEWAL_MARGIN);
    match (proof_is_due, context.memory.settings.clone()) {
        (true, Some(settings)) => {
            Renewal::Challenging { ticket: context.call_challenge(&settings), attempt }
        }
        _ => refresh(None, attempt, context),
    }
}

fn refresh(proof: Option<Secret>, attempt: u32, context: &mut Context<'_>) -> Renewal {
    Renewal::Refreshing { ticket: context.call_adapter(AdapterCall::Refresh { proof }), attempt }
}

fn renewal_challenged(
    mut signed_in: SignedIn,
    attempt: u32,
    fact: &A,
    context: &mut Context<'_>,
) -> State {
    signed_in.renewal = match fact {
        // The organisation may have given the class up since.
        A::Challenge(challenge) if challenge.proof == ProofPolicy::Off => {
            refresh(None, attempt, context)
        }
        A::Challenge(challenge) => {
            let ticket = context.ask_host(HostAsk::Proof(challenge.nonce.clone()));
            Renewal::Proving { ticket, attempt }
        }
        other => renewal_failed(other, attempt, context.now),
    };
    stay(signed_in)
}

fn refreshed(mut signed_in: SignedIn, attempt: u32, fact: A, context: &mut Context<'_>) -> State {
    match fact {
        A::Granted(grant) => {
            signed_in.renewal = Renewal::Idle { at: renew_at(&grant, context.now) };
            signed_in.proof_due_at = proof_due_at(&grant, context.now);
            // The notice belongs to the sign-in; a refresh does not repeat it.
            let legacy = grant.session.legacy.clone().or(signed_in.session.legacy.take());
            signed_in.session = adapter_api::session::Session { legacy, ..grant.session };
        }
        A::Refused(refusal) if refusal.code == Code::SessionProofNeeded => {
            signed_in.proof_due_at = Some(context.now);
            signed_in.renewal = match attempt {
                0 => renew(&signed_in, 1, context),
                // The console has not answered a proof for longer than the adapter tolerates.
                _ => return ended(refusal, context),
            };
        }
        A::Refused(refusal) if is_over(refusal.code) => return ended(refusal, context),
        other => signed_in.renewal = renewal_failed(&other, attempt, context.now),
    }
    stay(signed_in)
}

fn renewal_failed(fact: &A, attempt: u32, now: u64) -> Renewal {
    Renewal::Failed { at: ask_again_at(fact, now, attempt), attempt: attempt + 1 }
}

fn events_lost(events: Events, now: u64) -> Events {
    let attempt = match events {
        Events::Opening { attempt } | Events::Lost { attempt, .. } => attempt,
        Events::Open => 0,
    };
    Events::Lost { at: retry_at(now, attempt), attempt: attempt + 1 }
}

/// Whether the adapter says that there is no session to go on with; anything else may pass.
pub(super) fn is_over(code: Code) -> bool {
    matches!(
        code,
        Code::SessionEnded
            | Code::SessionExpired
            | Code::SessionOtherUser
            | Code::SessionReused
            | Code::ConsentRevoked
            | Code::SignedOut
            | Code::AgentDisabled
            | Code::UserInactive
            | Code::UserFrozen
            | Code::NotInCallCenter
            | Code::NotStandardUser
            | Code::LoginAs
            | Code::SalesforceUnreachable
    )
}

/// Access tokens are renewed while a fifth of their life is left.
fn renew_at(grant: &Grant, now: u64) -> u64 {
    now + u64::from(grant.expires_in) * 800
}

fn proof_due_at(grant: &Grant, now: u64) -> Option<u64> {
    grant.session.proof_due_in.map(|seconds| now + u64::from(seconds) * 1_000)
}

/// A proof that falls due before the next renewal comes along with this one.
const RENEWAL_MARGIN: u64 = 5_000;

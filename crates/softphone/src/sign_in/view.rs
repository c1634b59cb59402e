//! From state to [`Snapshot`]: what may be seen, and nothing secret.

use adapter_api::Way;
use salesforce::call_center::Settings;

use super::{
    Memory,
    state::{
        Consents, Entry, Events, Renewal, Sessions, SignOut, SignedIn, Start, State, Switching,
        Terminal,
    },
    window::{Prepared, Window},
};
use crate::snapshot::{
    Back, CallCenterSnapshot, Connection, ConsentSnapshot, ConsentsSnapshot, Form, LegacySnapshot,
    Offer, Others, SessionsSnapshot, SignInSnapshot, SignedInSnapshot, SigningOut, Snapshot,
    SwitchingSnapshot, WaitingFor, WindowSnapshot,
};

pub(super) fn snapshot(state: &State, memory: &Memory) -> Snapshot {
    Snapshot {
        sign_in: meanwhile(state, memory).unwrap_or_else(|| sign_in(state, memory)),
        call_center: console(memory).map(|settings| CallCenterSnapshot {
            display_name: settings.display_name.clone(),
            salesforce_sso: settings.salesforce_sso,
        }),
        organization_name: memory
            .challenge
            .as_ref()
            .map(|challenge| challenge.organization_name.clone()),
        notice: memory.notice.clone(),
        language: match state {
            State::SignedIn(signed_in) => signed_in.session.language.clone(),
            _ => None,
        }
        .or_else(|| memory.language.clone()),
        line: Default::default(),
        calls: Vec::new(),
        log: Default::default(),
        presence: Default::default(),
        colleagues: Vec::new(),
        nobody: None,
        audio: Default::default(),
        clicked: None,
        has_extension: false,
    }
}

/// Where no console stands around the phone, no call center has a name.
fn console(memory: &Memory) -> Option<&Settings> {
    memory.settings.as_ref().filter(|settings| !settings.display_name.is_empty())
}

/// A try that nobody has clicked for is not shown before it has come to something.
fn meanwhile(state: &State, memory: &Memory) -> Option<SignInSnapshot> {
    match state {
        State::Starting { .. } | State::Proving { .. } | State::Verifying { .. } => {
            memory.meanwhile.clone()
        }
        _ => None,
    }
}

fn sign_in(state: &State, memory: &Memory) -> SignInSnapshot {
    match state {
        State::Idle | State::Starting { step: Start::ReadingSettings(_), .. } => {
            SignInSnapshot::Starting { waiting_for: WaitingFor::Console }
        }
        State::Starting { step: Start::Challenging(_), .. } => {
            SignInSnapshot::Starting { waiting_for: WaitingFor::Adapter }
        }
        State::Misconfigured { refusal, .. } => {
            SignInSnapshot::Misconfigured { refusal: refusal.clone() }
        }
        State::Unreachable { refusal, attempt, retry_at, .. } => SignInSnapshot::Unreachable {
            refusal: refusal.clone(),
            attempt: *attempt,
            retry_at: Some(*retry_at),
        },
        State::Proving { .. } => SignInSnapshot::Proving,
        State::Offering { refusal, terminal, window } => SignInSnapshot::Offering {
            offers: offers(*terminal, window, memory),
            refusal: refusal.clone(),
        },
        State::WaitingForWindow { claim } => SignInSnapshot::WaitingForWindow {
            window: window_snapshot(&claim.prepared),
            hint: claim.hint.clone(),
        },
        State::EnteringCredentials { refusal, entry } => SignInSnapshot::EnteringCredentials {
            refusal: refusal.clone(),
            form: form(*entry),
            back: back(memory, &[Way::SalesforceSso, Way::Password]),
        },
        State::EnteringPassword { refusal, entry } => SignInSnapshot::EnteringPassword {
            refusal: refusal.clone(),
            form: form(*entry),
            back: back(memory, &[Way::SalesforceSso, Way::Legacy]),
        },
        State::SubmittingPassword(_) => SignInSnapshot::EnteringPassword {
            refusal: None,
            form: Form::Submitting,
            back: back(memory, &[Way::SalesforceSso, Way::Legacy]),
        },
        State::Verifying { way, .. } => SignInSnapshot::Verifying { way: *way },
        State::SignedIn(signed_in) => {
            SignInSnapshot::SignedIn(Box::new(signed_in_snapshot(signed_in)))
        }
        State::SignedOut => SignInSnapshot::SignedOut,
        State::Ended { refusal } => SignInSnapshot::Ended { refusal: refusal.clone() },
    }
}

fn offers(terminal: Terminal, window: &Window, memory: &Memory) -> Vec<Offer> {
    if terminal == Terminal::Account {
        return Vec::new();
    }
    let by_window = match window {
        Window::None => None,
        Window::Ready { prepared, .. } => Some(Offer::Window(Some(window_snapshot(prepared)))),
        Window::Refused(refusal) => Some(Offer::WindowFailed(refusal.clone())),
        Window::Challenging { purpose, .. }
        | Window::Proving { purpose, .. }
        | Window::Opening { purpose, .. }
        | Window::Unreachable { purpose, .. } => Some(match &purpose.trouble {
            Some(trouble) => Offer::WindowFailed(trouble.clone()),
            None => Offer::Window(None),
        }),
    };
    let by_token = is_offered(memory, Way::Legacy).then_some(Offer::Legacy);
    let by_password = is_offered(memory, Way::Password).then_some(Offer::Password);
    by_window.into_iter().chain(by_token).chain(by_password).collect()
}

fn back(memory: &Memory, others: &[Way]) -> Back {
    match others.iter().any(|way| is_offered(memory, *way)) {
        true => Back::Possible,
        false => Back::Nowhere,
    }
}

fn is_offered(memory: &Memory, way: Way) -> bool {
    memory.challenge.as_ref().is_some_and(|challenge| challenge.ways.contains(&way))
}

fn window_snapshot(prepared: &Prepared) -> WindowSnapshot {
    WindowSnapshot { start_url: prepared.start_url.clone(), phrase: prepared.phrase.clone() }
}

fn signed_in_snapshot(signed_in: &SignedIn) -> SignedInSnapshot {
    let session = &signed_in.session;
    // A socket that is being opened for the first time is no interruption.
    let interrupted = matches!(signed_in.renewal, Renewal::Failed { .. })
        || matches!(signed_in.events, Events::Lost { .. } | Events::Opening { attempt: 1.. });
    SignedInSnapshot {
        agent_name: session.agent_name.clone(),
        organization_name: session.organization_name.clone(),
        way: session.way,
        signed_in_at: session.signed_in_at,
        ends_at: session.ends_at,
        connection: if interrupted { Connection::Reconnecting } else { Connection::Connected },
        legacy: session
            .legacy
            .as_ref()
            .map(|legacy| LegacySnapshot { switch: legacy.switch, last_used: legacy.last_used }),
        switching: signed_in.switching.as_ref().map(switching_snapshot),
        consents: signed_in.consents.as_ref().map(consents_snapshot),
        sessions: signed_in.sessions.as_ref().map(sessions_snapshot),
        signing_out: match signed_in.signing_out {
            SignOut::No => SigningOut::No,
            SignOut::Asked(_) => SigningOut::Asked,
            SignOut::Unheard => SigningOut::Unheard,
        },
    }
}

fn switching_snapshot(switching: &Switching) -> SwitchingSnapshot {
    match switching {
        Switching::Preparing(Window::Ready { prepared, .. }) => {
            SwitchingSnapshot::Ready { window: window_snapshot(prepared) }
        }
        Switching::Preparing(_) => SwitchingSnapshot::Preparing,
        Switching::Waiting(claim) => SwitchingSnapshot::Waiting {
            window: window_snapshot(&claim.prepared),
            hint: claim.hint.clone(),
        },
        Switching::Failed(refusal) => SwitchingSnapshot::Failed { refusal: refusal.clone() },
    }
}

fn form(entry: Entry) -> Form {
    match entry {
        Entry::Open => Form::Open,
        Entry::Submitting(_) => Form::Submitting,
        Entry::Paused { until } => Form::Paused { until },
    }
}

fn consents_snapshot(consents: &Consents) -> ConsentsSnapshot {
    match consents {
        Consents::Loading(_) => ConsentsSnapshot::Loading,
        Consents::Listed { consents, .. } => ConsentsSnapshot::Listed {
            consents: consents
                .iter()
                .map(|consent| ConsentSnapshot {
                    id: consent.id.clone(),
                    organization_name: consent.organization_name.clone(),
                    subject: consent.subject.clone(),
                    granted_at: consent.granted_at,
                })
                .collect(),
        },
        Consents::Failed(refusal) => ConsentsSnapshot::Failed { refusal: refusal.clone() },
    }
}

fn sessions_snapshot(sessions: &Sessions) -> SessionsSnapshot {
    match sessions {
        Sessions::Loading(_) => SessionsSnapshot::Loading,
        Sessions::Listed { listed, ending } => SessionsSnapshot::Listed {
            sessions: listed.sessions.clone(),
            unseen: listed.unseen,
            others: if ending.is_some() { Others::Ending } else { Others::LiveOn },
        },
        Sessions::Failed(refusal) => SessionsSnapshot::Failed { refusal: refusal.clone() },
    }
}

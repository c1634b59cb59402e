//! One snapshot for each thing that the panel can show.

use adapter_api::{
    Code, Way,
    session::Switch,
    sessions::{Listed, Place},
};
use salesforce::call_center::SalesforceSso;
use softphone::{
    Snapshot,
    protocol::Refusal,
    snapshot::{
        Back, CallCenterSnapshot, Connection, ConsentSnapshot, ConsentsSnapshot, Form,
        LegacySnapshot, LineSnapshot, Offer, Others, SessionsSnapshot, SignInSnapshot as S,
        SignedInSnapshot, SigningOut, SwitchingSnapshot, WaitingFor, WindowSnapshot,
    },
};

/// 2026-11-24, 10:30 UTC.
pub const NOW: u64 = 1_795_516_200_000;
pub const START_URL: &str = "https://phone.example/auth/start?tx=t";

pub fn all() -> Vec<(&'static str, Snapshot)> {
    let switching = |step| with(legacy(), |signed_in| signed_in.switching = Some(step));
    vec![
        ("starting-console", of(S::Starting { waiting_for: WaitingFor::Console })),
        ("starting-adapter", of(S::Starting { waiting_for: WaitingFor::Adapter })),
        ("proving", of(S::Proving)),
        ("verifying", of(S::Verifying { way: Way::Proof })),
        ("misconfigured", misconfigured()),
        ("unreachable", unreachable(8_000)),
        ("unreachable-now", unreachable(0)),
        ("offering-preparing", offering_window(None)),
        ("offering", offering_window(Some(window(None)))),
        ("offering-phrase", offering_window(Some(window(Some("amber lantern"))))),
        ("offering-consent-needed", offering_with(Code::ConsentNeeded)),
        ("offering-declined", offering_with(Code::ConsentDeclined)),
        ("offering-window-failed", window_failed()),
        (
            "offering-password-beside-legacy",
            of(S::Offering { offers: vec![Offer::Legacy, Offer::Password], refusal: None }),
        ),
        (
            "entering-password",
            of(S::EnteringPassword { refusal: None, form: Form::Open, back: Back::Nowhere }),
        ),
        ("entering-password-paused", paused(5_000)),
        ("offering-legacy-only", of(S::Offering { offers: vec![Offer::Legacy], refusal: None })),
        ("offering-no-agent", offering_refused(Code::NoAgent, "005xx000001Sv6AAAS")),
        ("waiting", waiting(None, None)),
        ("waiting-phrase", waiting(Some("amber lantern"), None)),
        ("waiting-blocked", waiting(Some("amber lantern"), Some(Code::PopupBlocked))),
        ("credentials", entering(None)),
        ("credentials-refused", entering(Some(Code::WrongCredentials))),
        ("credentials-submitting", submitting()),
        ("signed-in", signed_in()),
        (
            "signed-in-reconnecting",
            with(signed_in(), |it| it.connection = Connection::Reconnecting),
        ),
        ("signed-in-signing-out", with(signed_in(), |it| it.signing_out = SigningOut::Asked)),
        ("signed-in-unheard", with(signed_in(), |it| it.signing_out = SigningOut::Unheard)),
        ("consents-loading", with(signed_in(), |it| it.consents = Some(ConsentsSnapshot::Loading))),
        ("consents", consents()),
        ("sessions-loading", with(signed_in(), |it| it.sessions = Some(SessionsSnapshot::Loading))),
        ("sessions", sessions(Others::LiveOn)),
        ("sessions-ending", sessions(Others::Ending)),
        ("sessions-alone", alone_but_for(0)),
        ("sessions-unseen", alone_but_for(2)),
        ("sessions-failed", with(signed_in(), |it| it.sessions = Some(sessions_failed()))),
        ("consents-none", with(signed_in(), |it| it.consents = Some(listed(vec![])))),
        ("consents-failed", with(signed_in(), |it| it.consents = Some(consents_failed()))),
        ("legacy", legacy()),
        ("legacy-no-switch", without_switch()),
        ("switching-preparing", switching(SwitchingSnapshot::Preparing)),
        ("switching-ready", switching(SwitchingSnapshot::Ready { window: window(None) })),
        ("switching-waiting", switching(switching_waiting(None))),
        ("switching-blocked", switching(switching_waiting(Some(Code::PopupBlocked)))),
        ("switching-failed", switching(switching_failed())),
        ("signed-in-no-microphone", without_microphone()),
        ("signed-out", of(S::SignedOut)),
        ("ended", of(S::Ended { refusal: Refusal::new(Code::SessionEnded) })),
        (
            "ended-disabled",
            of(S::Ended { refusal: Refusal::with_value(Code::AgentDisabled, "ada.meyer") }),
        ),
    ]
}

pub fn misconfigured() -> Snapshot {
    let refusal = Refusal::with_value(Code::SettingsEnableSalesforceSso, "True");
    Snapshot {
        call_center: None,
        organization_name: None,
        notice: None,
        language: None,
        sign_in: S::Misconfigured { refusal },
        line: LineSnapshot::Off,
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

fn without_microphone() -> Snapshot {
    Snapshot { notice: Some(Refusal::new(Code::FrameNoMicrophone)), ..signed_in() }
}

pub fn unreachable(milliseconds: u64) -> Snapshot {
    let refusal = Refusal::new(Code::AdapterUnreachable);
    of(S::Unreachable { refusal, attempt: 3, retry_at: Some(NOW + milliseconds) })
}

pub fn offering_window(window: Option<WindowSnapshot>) -> Snapshot {
    of(S::Offering { offers: vec![Offer::Window(window), Offer::Legacy], refusal: None })
}

/// The account itself is refused, so nothing is offered.
pub fn offering_refused(code: Code, value: &str) -> Snapshot {
    of(S::Offering { offers: vec![], refusal: Some(Refusal::with_value(code, value)) })
}

pub fn ended_by(code: Code) -> Snapshot {
    of(S::Ended { refusal: Refusal::new(code) })
}

pub fn waiting(phrase: Option<&str>, hint: Option<Code>) -> Snapshot {
    of(S::WaitingForWindow { window: window(phrase), hint: hint.map(Refusal::new) })
}

pub fn entering(refusal: Option<Code>) -> Snapshot {
    let refusal = refusal.map(Refusal::new);
    of(S::EnteringCredentials { refusal, form: Form::Open, back: Back::Possible })
}

pub fn signed_in() -> Snapshot {
    let minute = 60;
    of(S::SignedIn(Box::new(SignedInSnapshot {
        agent_name: "Ada Meyer".into(),
        organization_name: "Acme Corporation".into(),
        way: Way::Proof,
        signed_in_at: NOW / 1_000 - 12 * minute,
        ends_at: NOW / 1_000 + 468 * minute,
        connection: Connection::Connected,
        legacy: None,
        switching: None,
        consents: None,
        sessions: None,
        signing_out: SigningOut::No,
    })))
}

pub fn legacy() -> Snapshot {
    with(signed_in(), |signed_in| {
        signed_in.way = Way::Legacy;
        let last_used = Some(NOW / 1_000 - 26 * 60 * 60);
        signed_in.legacy = Some(LegacySnapshot { switch: Switch::Offered, last_used });
    })
}

pub fn consents() -> Snapshot {
    let consent = ConsentSnapshot {
        id: "c1".into(),
        organization_name: "Acme Corporation".into(),
        subject: "005xx000001Sv6AAAS".into(),
        granted_at: 1_793_696_700,
    };
    with(signed_in(), |signed_in| signed_in.consents = Some(listed(vec![consent])))
}

pub fn window(phrase: Option<&str>) -> WindowSnapshot {
    WindowSnapshot { start_url: START_URL.into(), phrase: phrase.map(str::to_owned) }
}

fn offering_with(code: Code) -> Snapshot {
    let offers = vec![Offer::Window(Some(window(None))), Offer::Legacy];
    of(S::Offering { offers, refusal: Some(Refusal::new(code)) })
}

fn window_failed() -> Snapshot {
    let refusal = Refusal::with_value(
        Code::ProofUnavailable,
        "System.NoAccessException: no access to the class",
    );
    of(S::Offering { offers: vec![Offer::WindowFailed(refusal), Offer::Legacy], refusal: None })
}

fn submitting() -> Snapshot {
    of(S::EnteringCredentials { refusal: None, form: Form::Submitting, back: Back::Possible })
}

pub fn paused(milliseconds: u64) -> Snapshot {
    let (refusal, back) = (Some(Code::RequestTooMany.into()), Back::Nowhere);
    let form = Form::Paused { until: NOW + milliseconds };
    of(S::EnteringPassword { refusal, form, back })
}

fn without_switch() -> Snapshot {
    with(legacy(), |signed_in| {
        signed_in.legacy = Some(LegacySnapshot { switch: Switch::Unavailable, last_used: None });
    })
}

fn switching_waiting(hint: Option<Code>) -> SwitchingSnapshot {
    SwitchingSnapshot::Waiting {
        window: window(Some("amber lantern")),
        hint: hint.map(Refusal::new),
    }
}

fn switching_failed() -> SwitchingSnapshot {
    SwitchingSnapshot::Failed {
        refusal: Refusal::with_value(Code::LinkConfirm, "005xx000001Sv6AAAS"),
    }
}

fn listed(consents: Vec<ConsentSnapshot>) -> ConsentsSnapshot {
    ConsentsSnapshot::Listed { consents }
}

pub fn sessions(others: Others) -> Snapshot {
    let elsewhere = Listed {
        place: Place::Elsewhere,
        client: None,
        way: Way::SalesforceSso,
        signed_in_at: NOW / 1_000 - 4 * 60 * 60,
        seen_at: NOW / 1_000 - 3 * 60,
        ends_at: NOW / 1_000 + 4 * 60 * 60,
    };
    let sessions = vec![elsewhere, here()];
    let listed = SessionsSnapshot::Listed { sessions, unseen: 0, others };
    with(signed_in(), |it| it.sessions = Some(listed))
}

pub fn alone_but_for(unseen: u32) -> Snapshot {
    let sessions = vec![here()];
    let listed = SessionsSnapshot::Listed { sessions, unseen, others: Others::LiveOn };
    with(signed_in(), |it| it.sessions = Some(listed))
}

fn here() -> Listed {
    Listed {
        place: Place::Here,
        client: Some("Chrome, Windows".into()),
        way: Way::Proof,
        signed_in_at: NOW / 1_000 - 12 * 60,
        seen_at: NOW / 1_000,
        ends_at: NOW / 1_000 + 468 * 60,
    }
}

fn sessions_failed() -> SessionsSnapshot {
    SessionsSnapshot::Failed { refusal: Refusal::new(Code::AdapterUnreachable) }
}

fn consents_failed() -> ConsentsSnapshot {
    ConsentsSnapshot::Failed { refusal: Refusal::new(Code::AdapterUnreachable) }
}

fn with(mut snapshot: Snapshot, change: impl FnOnce(&mut SignedInSnapshot)) -> Snapshot {
    if let S::SignedIn(signed_in) = &mut snapshot.sign_in {
        change(signed_in);
    }
    snapshot
}

fn of(sign_in: S) -> Snapshot {
    Snapshot {
        sign_in,
        notice: None,
        call_center: Some(CallCenterSnapshot {
            display_name: "Acme Service Line".into(),
            salesforce_sso: SalesforceSso::Enabled,
        }),
        organization_name: Some("Acme Corporation".into()),
        language: None,
        line: LineSnapshot::Off,
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

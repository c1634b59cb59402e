//! The line and its calls, as they can stand.

use adapter_api::Code;
use salesforce::screen_pop::{ClickToDial, Record};
use softphone::{
    Snapshot,
    protocol::{CallId, Refusal},
    snapshot::{
        AgentState, CallSnapshot, CallState, Degree, Direction, EndSnapshot, LineSnapshot,
        LogSnapshot, MessagesSnapshot, PeerSnapshot, PresenceSnapshot, QualitySnapshot,
        RecordsSnapshot, TransferSnapshot, Trouble, WrapUpSnapshot,
    },
};

use super::states::{NOW, signed_in};

pub fn all() -> Vec<(&'static str, Snapshot)> {
    let incoming = || CallSnapshot {
        direction: Direction::Incoming,
        ..call(1, CallState::RingingHere, Some("Maria Alvarez"))
    };
    let dialled = CallSnapshot {
        peer: PeerSnapshot { dialled: Some("0800 20".into()), ..incoming().peer },
        ..incoming()
    };
    let stranger = CallSnapshot {
        peer: PeerSnapshot { name: None, number: "anonymous".into(), dialled: None },
        ..incoming()
    };
    vec![
        ("line-connecting", with(LineSnapshot::Connecting, vec![])),
        ("line-reconnecting", with(LineSnapshot::Reconnecting, vec![talking()])),
        ("line-ready", with(ready(None), vec![])),
        ("line-voicemail", with(ready(Some(MessagesSnapshot { new: Some(3) })), vec![])),
        ("line-busy", on_the_line_as(AgentState::Busy(Some("Training".into())))),
        ("line-do-not-disturb", on_the_line_as(AgentState::DoNotDisturb)),
        (
            "line-offline",
            Snapshot { line: LineSnapshot::Offline, ..on_the_line_as(AgentState::Offline) },
        ),
        ("line-recents", with_recents()),
        (
            "line-ring-mute",
            Snapshot { notice: Some(Code::MediaRingMute.into()), ..on_the_line(vec![]) },
        ),
        ("line-no-extension", unavailable(Code::CallingNoExtension, None)),
        ("line-refused", unavailable(Code::CallingRegistration, Some("403 Forbidden"))),
        (
            "line-local-network",
            unavailable(Code::CallingLocalNetwork, Some("wss://pbx.acme.example:8443")),
        ),
        ("line-no-microphone", unavailable(Code::FrameNoMicrophone, None)),
        ("call-queued", on_the_line(vec![call(1, CallState::Queued, None)])),
        ("call-ringing-there", on_the_line(vec![call(1, CallState::RingingThere, None)])),
        ("call-incoming", on_the_line(vec![incoming()])),
        ("call-incoming-dialled", on_the_line(vec![dialled])),
        ("call-incoming-unknown", on_the_line(vec![stranger])),
        (
            "call-incoming-candidates",
            on_the_line(vec![CallSnapshot {
                records: RecordsSnapshot {
                    candidates: vec![
                        record("003Ax0000000001IAA", "Maria Alvarez"),
                        record("003Ax0000000002IAA", "Jonathan Featherstonehaugh-Cholmondeley"),
                    ],
                    ..RecordsSnapshot::default()
                },
                peer: PeerSnapshot { name: None, ..incoming().peer },
                ..incoming()
            }]),
        ),
        (
            "call-not-shown",
            on_the_line(vec![CallSnapshot {
                records: RecordsSnapshot {
                    refusal: Some(Refusal::new(Code::HostNoAnswer)),
                    ..RecordsSnapshot::default()
                },
                ..talking()
            }]),
        ),
        (
            "call-known",
            on_the_line(vec![CallSnapshot {
                records: RecordsSnapshot {
                    record: Some(record("003Ax0000000001IAA", "Maria Alvarez")),
                    ..RecordsSnapshot::default()
                },
                ..talking()
            }]),
        ),
        ("call-talking", on_the_line(vec![talking()])),
        ("call-poor", on_the_line(vec![sounding(Degree::Poor, Trouble::Loss, [12, 48, 340])])),
        ("call-fair", on_the_line(vec![sounding(Degree::Fair, Trouble::Delay, [0, 12, 420])])),
        ("call-clicked", Snapshot { clicked: Some(clicked()), ..on_the_line(vec![talking()]) }),
        ("call-muted", on_the_line(vec![CallSnapshot { muted: true, ..talking() }])),
        ("call-held", on_the_line(vec![call(1, CallState::Held, Some("Maria Alvarez"))])),
        ("call-held-by-peer", on_the_line(vec![call(1, CallState::HeldByPeer, None)])),
        ("call-recovering", on_the_line(vec![call(1, CallState::Recovering, None)])),
        (
            "calls-waiting",
            on_the_line(vec![talking(), CallSnapshot { id: CallId(2), ..incoming() }]),
        ),
        (
            "calls-two",
            on_the_line(vec![
                call(1, CallState::Held, Some("Maria Alvarez")),
                call(2, CallState::Talking, Some("Jonathan Featherstonehaugh-Cholmondeley")),
            ]),
        ),
        (
            "calls-conference",
            on_the_line(
                [
                    call(1, CallState::Talking, Some("Maria Alvarez")),
                    call(2, CallState::Talking, None),
                ]
                .map(|call| CallSnapshot { joined: true, ..call })
                .to_vec(),
            ),
        ),
        (
            "call-transferring",
            on_the_line(vec![CallSnapshot {
                transfer: Some(TransferSnapshot::Ringing),
                ..talking()
            }]),
        ),
        ("call-wrap-up", Snapshot { log: wrapping_up(), ..on_the_line_as(AgentState::WrapUp) }),
        (
            "call-wrap-up-ended",
            Snapshot { log: wrapping_up(), ..on_the_line(vec![ended(EndSnapshot::HungUp)]) },
        ),
        (
            "calls-unwritten",
            Snapshot {
                log: LogSnapshot {
                    waiting: 3,
                    refusal: Some(Refusal::with_value(Code::CallLogNoPermission, "Task")),
                    by_console: true,
                    wrap_up: None,
                },
                ..on_the_line(vec![])
            },
        ),
        ("call-ended", on_the_line(vec![ended(EndSnapshot::PeerHungUp)])),
        ("call-missed", on_the_line(vec![ended(EndSnapshot::Missed)])),
        ("call-busy", on_the_line(vec![ended(EndSnapshot::Busy)])),
        (
            "call-refused",
            on_the_line(vec![ended(EndSnapshot::Refused {
                status: 503,
                reason: "Service Unavailable".into(),
            })]),
        ),
        (
            "call-no-microphone",
            on_the_line(vec![ended(EndSnapshot::Media(Refusal::new(Code::MediaMicrophoneDenied)))]),
        ),
    ]
}

pub fn on_the_line(calls: Vec<CallSnapshot>) -> Snapshot {
    with(ready(None), calls)
}

pub fn on_the_line_as(state: AgentState) -> Snapshot {
    let reasons = vec!["Lunch".into(), "Training".into()];
    Snapshot {
        presence: PresenceSnapshot { state, reasons, ..PresenceSnapshot::default() },
        ..on_the_line(vec![])
    }
}

/// One of each kind, and two of them missed.
pub fn with_recents() -> Snapshot {
    let recent = |direction, talked, end| CallSnapshot {
        direction,
        since: NOW - 720_000,
        talked,
        ..ended(end)
    };
    let withheld = PeerSnapshot { name: None, number: "anonymous".into(), dialled: None };
    let recents = vec![
        recent(Direction::Incoming, None, EndSnapshot::TurnedAway),
        CallSnapshot { peer: withheld, ..recent(Direction::Incoming, None, EndSnapshot::Missed) },
        recent(Direction::Incoming, Some(83), EndSnapshot::PeerHungUp),
        recent(Direction::Outgoing, None, EndSnapshot::Busy),
    ];
    let presence = PresenceSnapshot { recents, missed: 2, ..PresenceSnapshot::default() };
    Snapshot { presence, ..on_the_line(vec![]) }
}

pub fn call(id: u32, state: CallState, name: Option<&str>) -> CallSnapshot {
    CallSnapshot {
        id: CallId(id),
        direction: Direction::Outgoing,
        peer: PeerSnapshot {
            name: name.map(str::to_owned),
            number: "+33 1 70 18 99 00".into(),
            dialled: None,
        },
        state,
        since: NOW - 83_000,
        talked: None,
        muted: false,
        joined: false,
        digits: String::new(),
        transfer: None,
        quality: None,
        records: RecordsSnapshot::default(),
    }
}

fn clicked() -> ClickToDial {
    let record = record("003Ax0000000002IAA", "Jonathan Featherstonehaugh-Cholmondeley");
    ClickToDial { number: "+44 20 7946 0018".into(), record: Some(record) }
}

fn record(id: &str, name: &str) -> Record {
    let id = id.parse().expect("a record's id");
    Record { id, name: name.into(), object: "Contact".into() }
}

fn wrapping_up() -> LogSnapshot {
    let wrap_up = WrapUpSnapshot {
        call: CallId(1),
        peer: call(1, CallState::Talking, Some("Maria Alvarez")).peer,
        notes: "Wants a quote by Friday".into(),
        disposition: Some("Call back".into()),
        dispositions: vec!["Sold".into(), "Call back".into()],
    };
    LogSnapshot { waiting: 1, refusal: None, by_console: false, wrap_up: Some(wrap_up) }
}

fn ended(end: EndSnapshot) -> CallSnapshot {
    call(1, CallState::Ended(end), Some("Maria Alvarez"))
}

fn ready(messages: Option<MessagesSnapshot>) -> LineSnapshot {
    LineSnapshot::Ready { number: "1001".into(), messages, voicemail: Some("*97".into()) }
}

fn unavailable(code: Code, value: Option<&str>) -> Snapshot {
    let refusal = Refusal { code, value: value.map(str::to_owned) };
    with(LineSnapshot::Unavailable { refusal }, vec![])
}

pub fn talking() -> CallSnapshot {
    sounding(Degree::Good, Trouble::Silence, [0, 3, 24])
}

fn sounding(degree: Degree, trouble: Trouble, [loss, jitter, delay]: [u32; 3]) -> CallSnapshot {
    let quality = QualitySnapshot { degree, trouble, loss, jitter, delay };
    CallSnapshot { quality: Some(quality), ..call(1, CallState::Talking, Some("Maria Alvarez")) }
}

fn with(line: LineSnapshot, calls: Vec<CallSnapshot>) -> Snapshot {
    Snapshot { line, calls, ..signed_in() }
}

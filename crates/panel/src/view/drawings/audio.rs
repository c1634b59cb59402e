//! The devices for sound, as they can stand.

use adapter_api::Code;
use softphone::{
    Snapshot,
    snapshot::{AgentState, AudioSnapshot, CallSnapshot, Choice, Role},
};

use super::calls::{on_the_line, on_the_line_as};

pub fn all(talking: CallSnapshot) -> Vec<(&'static str, Snapshot)> {
    let unnamed = AudioSnapshot { open: true, ..AudioSnapshot::default() };
    let refusal = Some(Code::MediaMicrophoneDenied.into());
    let refused = AudioSnapshot { refusal, ..unnamed.clone() };
    let absent = AudioSnapshot {
        chosen: vec![choice(Role::Microphone, "Conference Speakerphone 2 (USB Audio, 0b0e:0422)")],
        ..named()
    };
    let alone = |audio| Snapshot { audio, ..on_the_line_as(AgentState::Available) };
    vec![
        ("audio", alone(named())),
        ("audio-unnamed", alone(unnamed)),
        ("audio-refused", alone(refused)),
        ("audio-absent", Snapshot { audio: absent, ..on_the_line(vec![talking]) }),
    ]
}

fn named() -> AudioSnapshot {
    let headset = |role| choice(role, "Headset (Jabra Evolve2 40)");
    let built_in = |role| choice(role, "Built-in Audio Analog Stereo");
    AudioSnapshot {
        open: true,
        devices: [Role::Microphone, Role::Speaker, Role::Ringer]
            .into_iter()
            .flat_map(|role| [headset(role), built_in(role)])
            .collect(),
        chosen: vec![
            headset(Role::Microphone),
            headset(Role::Speaker),
            Choice { value: "6".into(), ..choice(Role::Volume, "") },
        ],
        level: 4,
        refusal: None,
    }
}

fn choice(role: Role, label: &str) -> Choice {
    Choice { role, value: label.to_owned(), label: label.to_owned() }
}

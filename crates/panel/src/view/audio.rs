//! By which devices the agent hears and is heard.

use adapter_api::Code;
use softphone::{
    Intent, Snapshot,
    protocol::AudioIntent,
    snapshot::{Choice, Role},
};
use yew::{Callback, Html, html};

use super::{
    actions::{Look, button, disclosure},
    element::paragraph,
    fields, presence, refusal,
    scene::Scene,
};

/// Where the frame has no microphone, the phone's own window has the devices.
pub fn section(snapshot: &Snapshot, scene: &Scene) -> Html {
    let elsewhere =
        snapshot.notice.as_ref().is_some_and(|notice| notice.code == Code::FrameNoMicrophone);
    if elsewhere || !presence::is_there(&snapshot.line) {
        return Html::default();
    }
    let (texts, audio) = (&scene.texts.audio, &snapshot.audio);
    let toggle = if audio.open { AudioIntent::Hide } else { AudioIntent::Show };
    let sends = |intent| scene.sends(Intent::Audio(intent));
    html! {
        <section class="audio">
            {disclosure(audio.open, texts.heading, Intent::Audio(toggle), scene)}
            if audio.open {
                {refusal::optional_card(&audio.refusal, scene)}
                if audio.devices.is_empty() {
                    {paragraph(texts.unnamed)}
                    {button(Look::Neutral, texts.allow, sends(AudioIntent::Allow))}
                } else {
                    {picker(Role::Microphone, "microphone", texts.microphone, snapshot, scene)}
                    <meter max="10" value={audio.level.to_string()} aria-label={texts.level} />
                    {picker(Role::Speaker, "speaker", texts.speaker, snapshot, scene)}
                    {picker(Role::Ringer, "ringer", texts.ringer, snapshot, scene)}
                    <label for={VOLUME}>{texts.volume}</label>
                    <input id={VOLUME} type="range" max="9" value={volume(snapshot)}
                        onchange={fields::changed(VOLUME, chooses(Role::Volume, scene))} />
                    {button(Look::Neutral, texts.test, sends(AudioIntent::Test))}
                }
            }
        </section>
    }
}

/// What was chosen and is not there. It is said whether or not anybody looks at the devices.
pub fn absent(snapshot: &Snapshot, scene: &Scene) -> Html {
    let mut said = Vec::new();
    for choice in &snapshot.audio.chosen {
        if snapshot.audio.is_absent(choice) {
            let absent = scene.texts.audio.absent.with(&[("device", &choice.label)]);
            said.push(html! { <p role="status">{absent}</p> });
        }
    }
    html! { {for said} }
}

/// Nothing where the browser lets nobody choose.
fn picker(
    role: Role,
    id: &'static str,
    label: &'static str,
    snapshot: &Snapshot,
    scene: &Scene,
) -> Html {
    let chosen = snapshot.audio.chosen(role);
    let mut options = vec![["", scene.texts.audio.default_device]];
    let devices = &snapshot.audio.devices;
    let devices = devices.iter().filter(|device| device.role == role);
    let absent = chosen.filter(|chosen| snapshot.audio.is_absent(chosen));
    options.extend(devices.chain(absent).map(|device| [&*device.value, &device.label]));
    if options.len() == 1 {
        return Html::default();
    }
    let chosen = chosen.map_or("", |chosen| &chosen.value);
    let list = fields::list(id, label, &options, chosen, chooses(role, scene));
    html! { <><label for={id}>{label}</label>{list}</> }
}

fn chooses(role: Role, scene: &Scene) -> Callback<String> {
    let on_intent = scene.on_intent.clone();
    Callback::from(move |value: String| {
        let choice = Choice { role, value, label: String::new() };
        on_intent.emit(Intent::Audio(AudioIntent::Choose(choice)));
    })
}

fn volume(snapshot: &Snapshot) -> String {
    snapshot.audio.chosen(Role::Volume).map_or("9", |choice| &choice.value).to_owned()
}

const VOLUME: &str = "volume";

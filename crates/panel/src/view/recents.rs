//! The agent's last calls, each to be called again by one click.

use softphone::{
    Intent, Snapshot,
    protocol::{CallIntent, PresenceIntent},
    snapshot::{CallSnapshot, Direction},
};
use yew::{Html, html};

use super::{
    actions::{Look, Ready, button_when},
    call,
    element::secondary,
    icon, presence,
    scene::Scene,
    time,
};

/// The browser's own disclosure: it opens by mouse and keys, and remembers by itself that it is open.
pub fn section(snapshot: &Snapshot, scene: &Scene) -> Html {
    if !presence::is_there(&snapshot.line) {
        return Html::default();
    }
    let (texts, recents) = (&scene.texts.presence, &snapshot.presence.recents);
    html! {
        <details class="recents">
            <summary onclick={scene.sends(Intent::Presence(PresenceIntent::Looked))}>
                {icon::chevron()}{texts.recents}
                <strong>{missed(snapshot, scene)}</strong>
            </summary>
            if recents.is_empty() {
                {secondary(texts.no_recents)}
            }
            {for recents.iter().map(|call| one(call, scene))}
        </details>
    }
}

fn missed(snapshot: &Snapshot, scene: &Scene) -> String {
    match snapshot.presence.missed {
        0 => String::new(),
        missed => [" · ", &scene.texts.presence.missed.of(missed)].concat(),
    }
}

/// Who in the first line, and below it which way, how, and when.
fn one(shown: &CallSnapshot, scene: &Scene) -> Html {
    let texts = scene.texts;
    let way = match shown.direction {
        Direction::Incoming => texts.presence.came,
        Direction::Outgoing => texts.presence.went,
    };
    let how = match shown.talked {
        Some(seconds) => call::duration(seconds.into()),
        None => call::state(shown, &texts.calls),
    };
    let when = time::past(texts, scene.now, shown.since / 1_000);
    let label = [&call::who(shown, &texts.calls), "\n", way, " · ", &how, " · ", &when].concat();
    let ready = if call::is_withheld(&shown.peer.number) { Ready::NotYet } else { Ready::Yes };
    let dial = CallIntent::Dial(shown.peer.number.clone());
    button_when(ready, Look::Quiet, label, scene.sends(Intent::Call(dial)))
}

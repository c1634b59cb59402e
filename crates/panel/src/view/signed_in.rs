//! Signed in: who, where, how and until when; what is being retired; what was allowed; the way out.

use softphone::{
    Intent, Snapshot,
    snapshot::{CallSnapshot, CallState, Connection, LineSnapshot, SignedInSnapshot, SigningOut},
};
use yew::{Html, html};

use super::{
    actions::{Actions, Look, Ready, button, button_when},
    audio,
    call::{self, Call},
    clicked,
    consents::Consents,
    element::{fact, paragraph, span},
    icon, line, presence, recents,
    scene::{Scene, marked},
    sessions,
    stage::Stage,
    switching, time, wrap_up,
};

pub fn stage(signed_in: &SignedInSnapshot, snapshot: &Snapshot, scene: &Scene) -> Stage {
    let texts = scene.texts;
    let heading = texts.signed_in.heading.with(&[("agent", &signed_in.agent_name)]);
    let unheard = signed_in.signing_out == SigningOut::Unheard;
    let announcement = match (signed_in.connection, unheard) {
        _ if ringing(snapshot).is_some() => ringing(snapshot).map_or_else(String::new, |call| {
            texts.calls.calls_you.with(&[("who", &call::who(call, &texts.calls))])
        }),
        _ if snapshot.clicked.is_some() => texts.calls.clicked.to_owned(),
        (_, true) => texts::plain(texts.signed_in.sign_out_unheard, None),
        (Connection::Reconnecting, false) => texts.signed_in.reconnecting.to_owned(),
        (Connection::Connected, false) => presence::said(&snapshot.presence.state, &texts.presence)
            .unwrap_or_else(|| heading.clone()),
    };
    let body = html! {
        <>
            if unheard {
                <section class="card warning">
                    <h2>
                        <span class="tone warning">{icon::warning()}</span>
                        {span(texts.signed_in.still_signed_in)}
                    </h2>
                    {paragraph(marked(texts.signed_in.sign_out_unheard, None))}
                </section>
            }
            {clicked::section(snapshot, scene)}
            {calls(snapshot, scene)}
            {audio::absent(snapshot, scene)}
            {switching::card(signed_in, scene)}
            // The switch is one task; what else there is to know waits for its end.
            if signed_in.switching.is_none() {
                {line::section(snapshot, scene)}
                {wrap_up::waiting(&snapshot.log, scene)}
            }
            // Not before the line has spoken: its first word would move them under the pointer.
            if signed_in.switching.is_none() && has_spoken(&snapshot.line) {
                if snapshot.calls.is_empty() {
                    {recents::section(snapshot, scene)}
                }
                {audio::section(snapshot, scene)}
                if snapshot.calls.is_empty() {
                    {facts(signed_in, snapshot, scene)}
                    {sessions::section(signed_in.sessions.as_ref(), scene)}
                    <Consents scene={scene.clone()} consents={signed_in.consents.clone()} />
                }
            }
        </>
    };
    Stage {
        name: "signed-in",
        icon: Html::default(),
        heading: heading.into(),
        announcement: announcement.into(),
        body,
        actions: Actions {
            // What is needed during a call has the room.
            secondary: snapshot.calls.is_empty().then(|| sign_out(signed_in.signing_out, scene)),
            ..Actions::default()
        },
    }
}

/// After the session's end: whoever is talking needs a way to hang up.
pub fn calls_that_go_on(snapshot: &Snapshot, scene: &Scene) -> Html {
    match snapshot.calls.iter().all(|call| matches!(call.state, CallState::Ended(_))) {
        true => Html::default(),
        false => calls(snapshot, scene),
    }
}

/// The calls: what rings first, then the one at hand, what waits, what is over. The end of a call leaves by itself, and what is
/// below it moves; so the notes are above it.
fn calls(snapshot: &Snapshot, scene: &Scene) -> Html {
    let ongoing = (0..OVER).map(|place| placed(snapshot, scene, place));
    let notes = wrap_up::section(&snapshot.log, scene);
    html! { <>{for ongoing}{notes}{placed(snapshot, scene, OVER)}</> }
}

fn place(call: &CallSnapshot) -> u8 {
    match call.state {
        CallState::RingingHere => 0,
        CallState::Held => 2,
        CallState::Ended(_) => OVER,
        _ => 1,
    }
}

fn placed(snapshot: &Snapshot, scene: &Scene, at: u8) -> Html {
    let texts = &scene.texts.calls;
    let one = |shown: &CallSnapshot| {
        let other = snapshot
            .calls
            .iter()
            .find(|call| call.id != shown.id && call::can_be_connected(call))
            .map(|call| (call.id, call::who(call, texts)));
        html! { <Call key={shown.id.0} scene={scene.clone()} call={shown.clone()} {other} /> }
    };
    snapshot.calls.iter().filter(|call| place(call) == at).map(one).collect()
}

const OVER: u8 = 3;

fn has_spoken(line: &LineSnapshot) -> bool {
    *line != LineSnapshot::Connecting
}

fn ringing(snapshot: &Snapshot) -> Option<&CallSnapshot> {
    snapshot.calls.iter().find(|call| call.state == CallState::RingingHere)
}

fn facts(signed_in: &SignedInSnapshot, snapshot: &Snapshot, scene: &Scene) -> Html {
    let texts = &scene.texts.signed_in;
    let connection = match signed_in.connection {
        Connection::Connected => texts.connected,
        Connection::Reconnecting => texts.reconnecting,
    };
    let extension = match snapshot.has_extension {
        true => texts.with_extension,
        false => texts.without_extension,
    };
    html! {
        <dl>
            {fact(texts.organization, &signed_in.organization_name)}
            if let Some(call_center) = &snapshot.call_center {
                {fact(texts.call_center, &call_center.display_name)}
            }
            {fact(texts.way, scene.way(signed_in.way))}
            {fact(texts.since, time::past(scene.texts, scene.now, signed_in.signed_in_at))}
            {fact(texts.until, time::future(scene.texts, scene.now, signed_in.ends_at))}
            {fact(texts.connection, connection)}
            {fact(texts.extension, extension)}
        </dl>
    }
}

fn sign_out(signing_out: SigningOut, scene: &Scene) -> Html {
    match signing_out {
        SigningOut::No | SigningOut::Unheard => {
            button(Look::Neutral, scene.texts.controls.sign_out, scene.sends(Intent::SignOut))
        }
        SigningOut::Asked => button_when(
            Ready::Busy,
            Look::Neutral,
            scene.texts.signed_in.signing_out,
            yew::Callback::noop(),
        ),
    }
}

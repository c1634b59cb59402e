//! A number that was clicked in the console during a call: nothing has happened to the call, and what may is here.

use softphone::{
    Intent, Snapshot,
    protocol::CallIntent,
    snapshot::{CallSnapshot, CallState},
};
use yew::{Callback, Html, MouseEvent, html};

use super::{
    actions::{Look, button},
    call,
    element::{heading, paragraph},
    scene::Scene,
};

/// Above the call: whoever has clicked looks for what came of it.
pub fn section(snapshot: &Snapshot, scene: &Scene) -> Html {
    let Some(click) = &snapshot.clicked else { return Html::default() };
    let texts = &scene.texts.calls;
    let name = click.record.as_ref().map(|record| record.name.as_str()).unwrap_or_default();
    let sends = |intent| scene.sends(Intent::Call(intent));
    html! {
        <section class="card notice clicked">
            {heading(name)}
            {paragraph(&click.number)}
            {paragraph(texts.clicked)}
            <div class="pair">
                {button(Look::Neutral, texts.dial, sends(CallIntent::DialClicked))}
                if let Some(call) = at_hand(&snapshot.calls) {
                    {button(Look::Neutral, texts.transfer_now, transfer(call, &click.number, scene))}
                }
            </div>
            {button(Look::Quiet, texts.dismiss, sends(CallIntent::ForgetClicked))}
        </section>
    }
}

fn transfer(call: &CallSnapshot, number: &str, scene: &Scene) -> Callback<MouseEvent> {
    let on_intent = scene.on_intent.clone();
    let intent = CallIntent::Transfer { call: call.id, to: number.to_owned() };
    Callback::from(move |_| {
        on_intent.emit(Intent::Call(intent.clone()));
        on_intent.emit(Intent::Call(CallIntent::ForgetClicked));
    })
}

/// The call that is talked on, else one that waits.
fn at_hand(calls: &[CallSnapshot]) -> Option<&CallSnapshot> {
    let talks =
        |call: &&CallSnapshot| call::can_be_connected(call) && call.state != CallState::Held;
    calls.iter().find(talks).or_else(|| calls.iter().find(|call| call::can_be_connected(call)))
}

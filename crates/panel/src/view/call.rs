//! One call: who, where it stands, how long, and what can be done about it.

use salesforce::screen_pop::Record;
use softphone::{
    Intent,
    protocol::{CallId, CallIntent, RecordIntent},
    snapshot::{
        CallSnapshot, CallState as S, Degree, EndSnapshot, PeerSnapshot, TransferSnapshot, Trouble,
    },
};
use texts::Calls;
use yew::{Callback, Html, MouseEvent, Properties, SubmitEvent, component, html, use_state_eq};

use super::{
    actions::{Look, button},
    element::{heading, paragraph, secondary, span},
    fields, icon, refusal,
    scene::Scene,
};

#[derive(Clone, Properties)]
pub struct CallProps {
    pub scene: Scene,
    pub call: CallSnapshot,
    /// The other call with which this one's peer can be connected, and its name.
    pub other: Option<(CallId, String)>,
}

super::drawn_with_what_is_around_it!(CallProps);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Drawer {
    None,
    Keypad,
    Transfer,
}

#[component]
pub fn Call(props: &CallProps) -> Html {
    let CallProps { scene, call, other } = props;
    let texts = &scene.texts.calls;
    let drawer = use_state_eq(|| Drawer::None);
    let hold = scene.sends(Intent::Call(CallIntent::Hold(call.id)));
    let toggle = |which: Drawer| {
        let drawer = drawer.clone();
        let next = if *drawer == which { Drawer::None } else { which };
        Callback::from(move |_: MouseEvent| drawer.set(next))
    };
    let answered = is_answered(&call.state);
    // One call is worked on at a time; the one that is held waits in few words.
    let at_hand = answered && call.state != S::Held;
    html! {
        <section role="group" class={class(&call.state)} data-call={state_name(&call.state)} aria-label={who(call, texts)}>
            <div class="peer">
                {heading(who(call, texts))}
                {number(call)}
                <p class="secondary">
                    {state(call, texts)}
                    if let Some(clock) = clock(call, scene.now) {
                        {" · "}<span class="clock" role="timer" aria-live="off">{clock}</span>
                    }
                </p>
                if call.muted && answered {
                    <p class="muted">{icon::microphone_off()}{texts.muted}</p>
                }
                {transfer_note(call.transfer, texts)}
                if let S::Ended(EndSnapshot::Media(refusal)) = &call.state {
                    {refusal::card(refusal, scene)}
                }
            </div>
            {controls(scene, call)}
            if at_hand {
                <div class="tools">
                    {mute(scene, call)}
                    {tool(texts.hold, icon::hold(), None, hold)}
                    {tool(texts.keypad, icon::keypad(), Some(*drawer == Drawer::Keypad), toggle(Drawer::Keypad))}
                    {tool(texts.transfer, icon::transfer(), Some(*drawer == Drawer::Transfer), toggle(Drawer::Transfer))}
                </div>
                {conference(scene, call, other.is_some())}
                if *drawer == Drawer::Keypad {
                    {keypad(scene, call)}
                }
                if *drawer == Drawer::Transfer {
                    {transfer(scene, call.id, other.as_ref())}
                }
            }
            {records(scene, call)}
            if at_hand {
                {quality(call, texts)}
            }
        </section>
    }
}

fn controls(scene: &Scene, call: &CallSnapshot) -> Html {
    let texts = &scene.texts.calls;
    let sends = |intent: CallIntent| scene.sends(Intent::Call(intent));
    let (first, second) = match &call.state {
        S::RingingHere => (
            large("answer", icon::handset(), texts.answer, sends(CallIntent::Answer(call.id))),
            large("hang-up", icon::hang_up(), texts.decline, sends(CallIntent::Decline(call.id))),
        ),
        S::Held => (
            large("resume", icon::resume(), texts.resume, sends(CallIntent::Resume(call.id))),
            large("hang-up", icon::hang_up(), texts.hang_up, sends(CallIntent::HangUp(call.id))),
        ),
        S::Ended(_) => (
            button(
                Look::Neutral,
                texts.call_again,
                sends(CallIntent::Dial(call.peer.number.clone())),
            ),
            button(Look::Quiet, texts.dismiss, sends(CallIntent::Dismiss(call.id))),
        ),
        _ => (
            large("hang-up", icon::hang_up(), texts.hang_up, sends(CallIntent::HangUp(call.id))),
            Html::default(),
        ),
    };
    html! { <div class="pair">{first}{second}</div> }
}

/// Two calls become one conversation, and are parted again.
fn conference(scene: &Scene, call: &CallSnapshot, waits: bool) -> Html {
    let texts = &scene.texts.calls;
    let (label, intent) = match call.joined {
        true => (texts.split, CallIntent::Split(call.id)),
        false if waits => (texts.merge, CallIntent::Merge(call.id)),
        false => return Html::default(),
    };
    button(Look::Neutral, label, scene.sends(Intent::Call(intent)))
}

fn mute(scene: &Scene, call: &CallSnapshot) -> Html {
    let texts = &scene.texts.calls;
    let (label, icon, intent) = match call.muted {
        false => (texts.mute, icon::microphone(), CallIntent::Mute(call.id)),
        true => (texts.unmute, icon::microphone_off(), CallIntent::Unmute(call.id)),
    };
    tool(label, icon, None, scene.sends(Intent::Call(intent)))
}

fn keypad(scene: &Scene, call: &CallSnapshot) -> Html {
    let texts = &scene.texts.calls;
    let key = |digit: char| {
        let onclick = press(scene, call.id, digit);
        html! {
            <button type="button" class="button key" aria-label={texts.key.with(&[("key", digit.encode_utf8(&mut [0; 4]))])} {onclick}>{digit}</button>
        }
    };
    html! {
        <div class="keypad">
            <output class="digits" aria-live="off">{&call.digits}</output>
            <div class="keys">{for "123456789*0#".chars().map(key)}</div>
        </div>
    }
}

/// A double click presses twice.
fn press(scene: &Scene, call: CallId, digit: char) -> Callback<MouseEvent> {
    let on_intent = scene.on_intent.clone();
    Callback::from(move |_| on_intent.emit(Intent::Call(CallIntent::Press { call, digit })))
}

fn transfer(scene: &Scene, call: CallId, other: Option<&(CallId, String)>) -> Html {
    let texts = &scene.texts.calls;
    let on_intent = scene.on_intent.clone();
    let onsubmit = Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        let to = fields::value(TRANSFER);
        if !to.trim().is_empty() {
            on_intent.emit(Intent::Call(CallIntent::Transfer { call, to }));
        }
    });
    html! {
        <form class="transfer" {onsubmit}>
            <label for={TRANSFER}>{texts.transfer_to}</label>
            <div class="pair">
                {fields::callee(TRANSFER, "", scene)}
                <button type="submit" class="button neutral">{texts.transfer_now}</button>
            </div>
            if let Some((with, name)) = other {
                {button(
                    Look::Neutral,
                    texts.connect_with.with(&[("who", name)]),
                    scene.sends(Intent::Call(CallIntent::Connect { call, with: *with })),
                )}
            }
        </form>
    }
}

const TRANSFER: &str = "transfer";

fn tool(
    label: &'static str,
    icon: Html,
    expanded: Option<bool>,
    onclick: Callback<MouseEvent>,
) -> Html {
    let expanded = expanded.map(|expanded| expanded.to_string());
    html! {
        <button type="button" class="button tool" aria-expanded={expanded} {onclick}>{icon}{span(label)}</button>
    }
}

fn large(
    class: &'static str,
    icon: Html,
    label: &'static str,
    onclick: Callback<MouseEvent>,
) -> Html {
    html! {
        <button type="button" class={format!("button large {class}")} {onclick}>{icon}{label}</button>
    }
}

pub fn who(call: &CallSnapshot, texts: &Calls) -> String {
    name(&call.peer, texts)
}

pub fn name(peer: &PeerSnapshot, texts: &Calls) -> String {
    match (&peer.name, peer.number.as_str()) {
        (Some(name), _) => name.clone(),
        (None, number) if is_withheld(number) => texts.unknown_number.to_owned(),
        (None, number) => number.to_owned(),
    }
}

/// RFC 3323 §4.1.1.3: who wants no number to be shown is `anonymous`.
pub fn is_withheld(number: &str) -> bool {
    matches!(number, "" | "anonymous")
}

/// Its line is there before the console has named the caller: nothing moves away under the hand that answers.
fn number(call: &CallSnapshot) -> Html {
    let number = if call.peer.name.is_some() { call.peer.number.as_str() } else { "\u{a0}" };
    html! { <p class="number">{number}</p> }
}

/// Below what is pressed, and its lines are there before it is known: nothing moves when it changes.
fn quality(call: &CallSnapshot, texts: &Calls) -> Html {
    let Some(quality) = call.quality else {
        return html! { <p class="secondary quality"></p> };
    };
    let trouble = match quality.trouble {
        Trouble::Silence => texts.trouble_silence,
        Trouble::Loss => texts.trouble_loss,
        Trouble::Jitter => texts.trouble_jitter,
        Trouble::Delay => texts.trouble_delay,
    };
    let trouble = &[("trouble", trouble)];
    let (degree, said) = match quality.degree {
        Degree::Good => ("good", texts.quality_good.to_owned()),
        Degree::Fair => ("fair", texts.quality_fair.with(trouble)),
        Degree::Poor => ("poor", texts.quality_poor.with(trouble)),
    };
    let [loss, jitter, delay] =
        [quality.loss, quality.jitter, quality.delay].map(|figure| figure.to_string());
    let figures = [("loss", &*loss), ("jitter", &*jitter), ("delay", &*delay)];
    html! {
        <p class="secondary quality" data-quality={degree}>{said}<br />{texts.figures.with(&figures)}</p>
    }
}

/// Who it may be, and what the console did not show; it shows by itself what it can. Below the buttons, which it
/// must not move when the answer comes.
fn records(scene: &Scene, call: &CallSnapshot) -> Html {
    let texts = &scene.texts.calls;
    let records = &call.records;
    let show = || scene.sends(Intent::Record(RecordIntent::Show(call.id)));
    if let Some(refusal) = &records.refusal {
        return html! {
            <div class="card warning" data-code={refusal.code.as_str()}>
                {paragraph(texts.not_shown)}
                {button(Look::Neutral, texts.show_record, show())}
            </div>
        };
    }
    if records.candidates.is_empty() {
        return match &records.record {
            Some(_) => button(Look::Quiet, texts.show_record, show()),
            None => Html::default(),
        };
    }
    let candidate = |record: &Record| {
        let choose = RecordIntent::Choose { call: call.id, record: record.id };
        // A contact and a lead may have one name.
        let name = match record.name.as_str() {
            "" => record.object.clone(),
            name => [name, &record.object].join(" · "),
        };
        button(Look::Neutral, name, scene.sends(Intent::Record(choose)))
    };
    html! {
        <div class="candidates" role="group" aria-label={texts.who_is_it}>
            {secondary(texts.who_is_it)}
            {for records.candidates.iter().take(MOST_CANDIDATES).map(candidate)}
        </div>
    }
}

pub fn state(call: &CallSnapshot, texts: &Calls) -> String {
    let state = match &call.state {
        S::Queued => texts.queued,
        S::Dialling => texts.dialling,
        S::RingingThere => texts.ringing_there,
        S::RingingHere => texts.incoming,
        S::Answering => texts.answering,
        S::Talking if call.joined => texts.conference,
        S::Talking => texts.talking,
        S::Held => texts.held,
        S::HeldByPeer => texts.held_by_peer,
        S::Recovering => texts.recovering,
        S::Ended(end) => return ended(end, texts),
    };
    match (&call.state, &call.peer.dialled) {
        (S::RingingHere, Some(dialled)) => {
            format!("{state} · {}", texts.dialled.with(&[("number", dialled)]))
        }
        _ => state.to_owned(),
    }
}

fn ended(end: &EndSnapshot, texts: &Calls) -> String {
    match end {
        EndSnapshot::HungUp | EndSnapshot::Media(_) => texts.ended,
        EndSnapshot::PeerHungUp => texts.peer_hung_up,
        EndSnapshot::Missed => texts.missed,
        EndSnapshot::TurnedAway => texts.turned_away,
        EndSnapshot::AnsweredElsewhere => texts.answered_elsewhere,
        EndSnapshot::Busy => texts.busy,
        EndSnapshot::Declined => texts.declined,
        EndSnapshot::NoAnswer => texts.no_answer,
        EndSnapshot::UnknownNumber => texts.nobody_has_it,
        EndSnapshot::Transferred => texts.transferred,
        EndSnapshot::LinkLost => texts.link_lost,
        EndSnapshot::NotANumber => texts.not_a_number,
        EndSnapshot::Refused { status, reason } => {
            return texts.refused.with(&[("status", &status.to_string()), ("reason", reason)]);
        }
    }
    .to_owned()
}

fn transfer_note(transfer: Option<TransferSnapshot>, texts: &Calls) -> Html {
    let note = match transfer {
        None => return Html::default(),
        Some(TransferSnapshot::Asked) => texts.transfer_asked,
        Some(TransferSnapshot::Ringing) => texts.transfer_ringing,
        Some(TransferSnapshot::Failed) => texts.transfer_failed,
    };
    html! { <p class="secondary" role="status">{note}</p> }
}

/// How long it has rung, or how long they have talked; the end of a call has no clock.
fn clock(call: &CallSnapshot, now: u64) -> Option<String> {
    if matches!(call.state, S::Ended(_) | S::Queued | S::Dialling | S::Answering) {
        return None;
    }
    Some(duration(now.saturating_sub(call.since) / 1_000))
}

pub fn duration(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

/// More are looked through in the console.
const MOST_CANDIDATES: usize = 4;

/// Whether its peer can be connected with that of another call.
pub fn can_be_connected(call: &CallSnapshot) -> bool {
    is_answered(&call.state)
}

fn is_answered(state: &S) -> bool {
    matches!(state, S::Talking | S::Held | S::HeldByPeer | S::Recovering)
}

fn class(state: &S) -> &'static str {
    match state {
        S::RingingHere => "call ringing",
        S::Talking => "call live",
        S::Ended(_) => "call over",
        _ => "call",
    }
}

/// Stable, for those who look at the page from outside.
fn state_name(state: &S) -> &'static str {
    match state {
        S::Queued => "queued",
        S::Dialling => "dialling",
        S::RingingThere => "ringing-there",
        S::RingingHere => "ringing-here",
        S::Answering => "answering",
        S::Talking => "talking",
        S::Held => "held",
        S::HeldByPeer => "held-by-peer",
        S::Recovering => "recovering",
        S::Ended(_) => "ended",
    }
}

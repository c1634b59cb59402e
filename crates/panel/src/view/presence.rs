//! The agent's state: chosen in the status bar, said in one line.

use softphone::{
    Intent,
    protocol::PresenceIntent,
    snapshot::{AgentState, Connection, LineSnapshot, PresenceSnapshot},
};
use texts::Presence;
use yew::{Callback, Html, html};

use super::{fields, icon, scene::Scene};

/// Without a phone there is nothing to be available for.
pub fn is_there(line: &LineSnapshot) -> bool {
    matches!(line, LineSnapshot::Ready { .. } | LineSnapshot::Reconnecting | LineSnapshot::Offline)
}

/// The list says the state, and is where it is changed.
pub fn choice(presence: &PresenceSnapshot, connection: Connection, scene: &Scene) -> Html {
    let texts = &scene.texts.presence;
    let states = states(presence);
    let options: Vec<_> = states.iter().map(|state| [label(state, texts); 2]).collect();
    let on_intent = scene.on_intent.clone();
    let known = self::states(presence);
    let choose = Callback::from(move |chosen: String| {
        let state = known.iter().find(|state| label(state, texts) == chosen);
        if let Some(state) = state {
            on_intent.emit(Intent::Presence(PresenceIntent::Be(state.clone())));
        }
    });
    let list = fields::list(STATE, texts.state, &options, label(&presence.state, texts), choose);
    let (class, shape) = match (connection, &presence.state) {
        (Connection::Reconnecting, _) => ("light warn", icon::triangle()),
        (_, AgentState::Available | AgentState::AutoAnswer) => ("light good", icon::disc()),
        (_, AgentState::Offline) => ("light", icon::ring()),
        _ => ("light bad", icon::half_disc()),
    };
    html! {
        <span {class}>{shape}{list}</span>
    }
}

/// What is said of a state in which no call rings.
pub fn said(state: &AgentState, texts: &Presence) -> Option<String> {
    let sentence = consequence(state, texts)?;
    Some([label(state, texts), ". ", sentence].concat())
}

pub fn consequence(state: &AgentState, texts: &Presence) -> Option<&'static str> {
    match state {
        AgentState::Available | AgentState::AutoAnswer => None,
        AgentState::Offline => Some(texts.unreachable),
        _ => Some(texts.refused),
    }
}

/// Wrap-up comes by itself, and can be left.
fn states(presence: &PresenceSnapshot) -> Vec<AgentState> {
    let reasons = presence.reasons.iter().cloned().map(Some);
    let mut states = vec![AgentState::Available, AgentState::AutoAnswer];
    states.extend(reasons.map(AgentState::Busy));
    if presence.reasons.is_empty() {
        states.push(AgentState::Busy(None));
    }
    states.extend([AgentState::DoNotDisturb, AgentState::Offline]);
    // So does a reason that the administrator has taken off the list.
    if !states.contains(&presence.state) {
        states.push(presence.state.clone());
    }
    states
}

fn label<'a>(state: &'a AgentState, texts: &Presence) -> &'a str {
    match state {
        AgentState::Available => texts.available,
        AgentState::AutoAnswer => texts.auto_answer,
        AgentState::Busy(Some(reason)) => reason,
        AgentState::Busy(None) => texts.busy,
        AgentState::DoNotDisturb => texts.do_not_disturb,
        AgentState::WrapUp => texts.wrap_up,
        AgentState::Offline => texts.offline,
    }
}

const STATE: &str = "state";

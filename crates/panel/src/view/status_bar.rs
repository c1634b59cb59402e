//! The bar that answers at one glance: who is signed in, and is the phone there. It never moves.

use softphone::{
    Snapshot,
    snapshot::{Connection, SignInSnapshot as S},
};
use yew::{Html, html};

use super::{icon, presence, scene::Scene};

pub fn status_bar(snapshot: Option<&Snapshot>, scene: &Scene) -> Html {
    let (who, state) = match snapshot.map(|snapshot| &snapshot.sign_in) {
        Some(S::SignedIn(signed_in)) => {
            let state = match signed_in.connection {
                Connection::Connected => Light::SignedIn,
                Connection::Reconnecting => Light::Reconnecting,
            };
            (signed_in.agent_name.as_str(), state)
        }
        Some(other) => (scene.texts.status.nobody, light(other)),
        None => (scene.texts.status.nobody, Light::Starting),
    };
    let light = match snapshot {
        Some(Snapshot { sign_in: S::SignedIn(signed_in), line, presence, .. })
            if presence::is_there(line) =>
        {
            presence::choice(presence, signed_in.connection, scene)
        }
        _ => {
            let (class, dot, word) = state.draw(scene);
            html! { <span {class}>{dot}{word}</span> }
        }
    };
    html! {
        <header class="bar">
            {icon::mark()}
            <div class="who">
                <span class="name">{who.to_owned()}</span>
                <span class="secondary where">{place(snapshot).unwrap_or(scene.texts.product).to_owned()}</span>
            </div>
            {light}
        </header>
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Light {
    Starting,
    SigningIn,
    SignedIn,
    Reconnecting,
    Unreachable,
    NeedsAttention,
    SignedOut,
}

fn light(sign_in: &S) -> Light {
    match sign_in {
        S::Starting { .. } => Light::Starting,
        S::Proving | S::Verifying { .. } | S::WaitingForWindow { .. } => Light::SigningIn,
        S::Misconfigured { .. } => Light::NeedsAttention,
        S::Unreachable { .. } => Light::Unreachable,
        S::SignedIn(_) => Light::SignedIn,
        S::Offering { .. }
        | S::EnteringCredentials { .. }
        | S::EnteringPassword { .. }
        | S::SignedOut
        | S::Ended { .. } => Light::SignedOut,
    }
}

impl Light {
    /// Shape and word tell the state; the colour only helps.
    fn draw(self, scene: &Scene) -> (&'static str, Html, &'static str) {
        let texts = &scene.texts.status;
        match self {
            Light::Starting => ("light", icon::half_disc(), texts.starting),
            Light::SigningIn => ("light", icon::half_disc(), texts.signing_in),
            Light::SignedIn => ("light good", icon::disc(), texts.signed_in),
            Light::Reconnecting => ("light warn", icon::half_disc(), texts.reconnecting),
            Light::Unreachable => ("light warn", icon::triangle(), texts.unreachable),
            Light::NeedsAttention => ("light bad", icon::triangle(), texts.needs_attention),
            Light::SignedOut => ("light", icon::ring(), texts.signed_out),
        }
    }
}

fn place(snapshot: Option<&Snapshot>) -> Option<&str> {
    let snapshot = snapshot?;
    match &snapshot.sign_in {
        S::SignedIn(signed_in) => Some(&signed_in.organization_name),
        _ => snapshot
            .organization_name
            .as_deref()
            .or(snapshot.call_center.as_ref().map(|call_center| call_center.display_name.as_str())),
    }
}

//! One refusal: what happened, what to do, and what to tell the administrator.

use adapter_api::Code;
use softphone::protocol::Refusal;
use texts::Catalogue;
use yew::{Html, html};

use super::{
    administrator::ForAdministrator,
    element::{paragraph, span},
    icon,
    scene::{Scene, marked},
};

/// A refusal beside other things: a card under its own title.
pub fn card(refusal: &Refusal, scene: &Scene) -> Html {
    html! {
        <section class={format!("card {}", tone(refusal.code).class())} data-code={refusal.code.as_str()}>
            <h2>{icon(refusal)}{span(title(refusal, scene.texts))}</h2>
            {sentences(refusal, scene)}
        </section>
    }
}

pub fn optional_card(refusal: &Option<Refusal>, scene: &Scene) -> Html {
    refusal.as_ref().map(|refusal| card(refusal, scene)).unwrap_or_default()
}

/// A refusal that is all there is to say: its title is the stage's heading.
pub fn whole(refusal: &Refusal, scene: &Scene) -> Html {
    html! { <section class="refusal" data-code={refusal.code.as_str()}>{sentences(refusal, scene)}</section> }
}

pub fn title(refusal: &Refusal, texts: &Catalogue) -> String {
    texts::plain(texts.for_code(refusal.code.as_str()).title, refusal.value.as_deref())
}

pub fn icon(refusal: &Refusal) -> Html {
    let tone = tone(refusal.code);
    let icon = match tone {
        Tone::Error => icon::error(),
        Tone::Warning => icon::warning(),
        Tone::Notice => icon::notice(),
    };
    html! { <span class={format!("tone {}", tone.class())}>{icon}</span> }
}

/// For the announcement: everything but what only the administrator can use.
pub fn said(refusal: &Refusal, texts: &Catalogue) -> String {
    let text = texts.for_code(refusal.code.as_str());
    let plain = |sentence| texts::plain(sentence, refusal.value.as_deref());
    format!("{}. {} {}", title(refusal, texts), plain(text.what_happened), plain(text.what_to_do))
}

fn sentences(refusal: &Refusal, scene: &Scene) -> Html {
    let text = scene.texts.for_code(refusal.code.as_str());
    let value = refusal.value.as_deref();
    html! {
        <>
            {paragraph(marked(text.what_happened, value))}
            {paragraph(marked(text.what_to_do, value))}
            if is_trouble(refusal.code) {
                <ForAdministrator key={refusal.code.as_str()} scene={scene.clone()} refusal={refusal.clone()} />
            }
        </>
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tone {
    Error,
    Warning,
    /// The ordinary course of things.
    Notice,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Tone::Error => "error",
            Tone::Warning => "warning",
            Tone::Notice => "notice",
        }
    }
}

/// That the agent is asked for permission, or for a click, is nothing that anybody is told of.
pub fn is_trouble(code: Code) -> bool {
    !matches!(code, Code::ConsentNeeded | Code::MediaRingMute)
}

fn tone(code: Code) -> Tone {
    match code {
        Code::ConsentNeeded
        | Code::ConsentDeclined
        | Code::SignedOut
        | Code::UseLegacy
        | Code::UseSalesforce
        | Code::LinkConfirm
        | Code::PopupBlocked
        | Code::SessionExpired
        | Code::SessionProofNeeded
        | Code::SessionOtherUser
        | Code::ConsentRevoked
        | Code::FrameNotFramed
        | Code::FrameNoMicrophone => Tone::Notice,
        Code::LoginAs
        | Code::TransactionExpired
        | Code::OauthDenied
        | Code::OauthUnreachable
        | Code::ProofNonce
        | Code::RequestTooMany
        | Code::RequestTooSlow
        | Code::SessionEnded
        | Code::AdapterBusy
        | Code::MediaRingMute
        | Code::MediaMicrophoneDismissed
        | Code::AdapterUnreachable => Tone::Warning,
        _ => Tone::Error,
    }
}

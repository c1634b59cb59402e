//! What the agent has allowed, and the way to take it back: a click, and a second one elsewhere.

use softphone::{
    Intent,
    snapshot::{ConsentSnapshot, ConsentsSnapshot},
};
use yew::{Html, Properties, UseStateHandle, component, html, use_state};

use super::{
    actions::{Look, button, disclosure},
    element::secondary,
    refusal,
    scene::{Scene, on_first_click},
    time,
};

#[derive(Clone, Properties)]
pub struct ConsentsProps {
    pub scene: Scene,
    pub consents: Option<ConsentsSnapshot>,
}

super::drawn_with_what_is_around_it!(ConsentsProps);

#[component]
pub fn Consents(ConsentsProps { scene, consents }: &ConsentsProps) -> Html {
    let texts = &scene.texts.consents;
    let confirming = use_state(|| None::<String>);
    let open = consents.is_some();
    let toggle = if open { Intent::HideConsents } else { Intent::ShowConsents };
    html! {
        <section class="consents">
            {disclosure(open, texts.heading, toggle, scene)}
            {match consents {
                None => Html::default(),
                Some(ConsentsSnapshot::Loading) => html! {
                    <div class="skeleton" aria-busy="true"><span class="unseen">{texts.loading}</span></div>
                },
                Some(ConsentsSnapshot::Failed { refusal }) => html! {
                    <>
                        {refusal::card(refusal, scene)}
                        {button(Look::Neutral, scene.texts.controls.try_again, scene.sends(Intent::ShowConsents))}
                    </>
                },
                Some(ConsentsSnapshot::Listed { consents }) if consents.is_empty() => html! {
                    {secondary(texts.none)}
                },
                Some(ConsentsSnapshot::Listed { consents }) => html! {
                    <ul>{for consents.iter().map(|consent| one(consent, &confirming, scene))}</ul>
                },
            }}
        </section>
    }
}

fn one(
    consent: &ConsentSnapshot,
    confirming: &UseStateHandle<Option<String>>,
    scene: &Scene,
) -> Html {
    let texts = &scene.texts.consents;
    let asked = confirming.as_ref() == Some(&consent.id);
    let set = |to: Option<String>| {
        let confirming = confirming.clone();
        on_first_click(move || confirming.set(to.clone()))
    };
    html! {
        <li key={consent.id.clone()}>
            <div class="consent">
                if asked {
                    <p role="status">{texts.confirm}</p>
                    // The way back stands where the first click was.
                    {button(Look::Neutral, texts.keep, set(None))}
                } else {
                    <p>
                        {texts.what.with(&[("organization", &consent.organization_name)])}<br />
                        <span class="secondary">
                            {texts.subject.with(&[("user", &consent.subject)])}<br />
                            {texts.granted.with(&[("when", &time::past(scene.texts, scene.now, consent.granted_at))])}
                        </span>
                    </p>
                    <button type="button" class="button neutral" onclick={set(Some(consent.id.clone()))}
                        aria-label={texts.revoke_for.with(&[("organization", &consent.organization_name)])}>{texts.revoke}</button>
                }
            </div>
            if asked {
                {button(
                    Look::Destructive,
                    texts.confirm_revoke,
                    scene.sends(Intent::RevokeConsent(consent.id.clone())),
                )}
            }
        </li>
    }
}

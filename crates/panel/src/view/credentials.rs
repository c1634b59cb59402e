//! Operator ID and SSO token, typed. The inputs keep what was typed; nothing here copies it until it is
//! sent.

use softphone::{protocol::Refusal, snapshot::Form};
use yew::{Callback, Html, Properties, SubmitEvent, component, html, use_node_ref};

use super::{
    refusal,
    scene::{Scene, marked},
};

/// The id by which a button outside the form submits it.
pub const CREDENTIALS_FORM: &str = "credentials";

#[derive(Clone, PartialEq, Properties)]
pub struct CredentialsProps {
    pub scene: Scene,
    pub refusal: Option<Refusal>,
    pub form: Form,
}

#[component]
pub fn Credentials(CredentialsProps { scene, refusal, form }: &CredentialsProps) -> Html {
    let texts = &scene.texts.credentials;
    let (operator_id, sso_token) = (use_node_ref(), use_node_ref());
    let onsubmit = {
        let (on_intent, fields) =
            (scene.on_intent.clone(), (operator_id.clone(), sso_token.clone()));
        let form = *form;
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if form == Form::Open {
                submit(&fields.0, &fields.1, &on_intent);
            }
        })
    };
    let readonly = *form == Form::Submitting;
    let wrong = refusal.as_ref().map(|_| "true");
    html! {
        <form id={CREDENTIALS_FORM} {onsubmit} autocomplete="off">
            {refusal::optional_card(refusal, scene)}
            if refusal.is_none() {
                <p>{marked(texts.introduction, None)}</p>
            }
            <label for="operator-id">{texts.operator_id}</label>
            <input id="operator-id" ref={operator_id} type="text" required=true {readonly} aria-invalid={wrong}
                autocomplete="off" autocapitalize="off" spellcheck="false" data-first="true" />
            <label for="sso-token">{texts.sso_token}</label>
            <input id="sso-token" ref={sso_token} type="password" required=true {readonly} aria-invalid={wrong}
                autocomplete="off" spellcheck="false" />
        </form>
    }
}

#[cfg(target_arch = "wasm32")]
fn submit(
    operator_id: &yew::NodeRef,
    sso_token: &yew::NodeRef,
    on_intent: &Callback<softphone::Intent>,
) {
    let typed = |input: &yew::NodeRef| {
        input.cast::<web_sys::HtmlInputElement>().map(|input| input.value()).unwrap_or_default()
    };
    // Nobody means the blanks that came along when a value was pasted.
    let credentials = salesforce::running_user::Credentials {
        operator_id: typed(operator_id).trim().to_owned(),
        sso_token: typed(sso_token).trim().to_owned(),
    };
    on_intent.emit(softphone::Intent::SubmitCredentials(credentials));
}

#[cfg(not(target_arch = "wasm32"))]
fn submit(_: &yew::NodeRef, _: &yew::NodeRef, _: &Callback<softphone::Intent>) {}

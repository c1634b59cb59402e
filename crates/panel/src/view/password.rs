//! Login and password, typed. The inputs keep what was typed; nothing here copies it until it is sent.

use softphone::{protocol::Refusal, snapshot::Form};
use yew::{Callback, Html, Properties, SubmitEvent, component, html, use_node_ref};

use super::{
    refusal,
    scene::{Scene, marked},
};

/// The id by which a button outside the form submits it.
pub const PASSWORD_FORM: &str = "login-and-password";

#[derive(Clone, PartialEq, Properties)]
pub struct PasswordProps {
    pub scene: Scene,
    pub refusal: Option<Refusal>,
    pub form: Form,
}

#[component]
pub fn Password(PasswordProps { scene, refusal, form }: &PasswordProps) -> Html {
    let texts = &scene.texts.password;
    let (login, password) = (use_node_ref(), use_node_ref());
    let onsubmit = {
        let (on_intent, fields) = (scene.on_intent.clone(), (login.clone(), password.clone()));
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
        <form id={PASSWORD_FORM} {onsubmit}>
            {refusal::optional_card(refusal, scene)}
            if refusal.is_none() {
                <p>{marked(texts.introduction, None)}</p>
            }
            <label for="login">{texts.login}</label>
            <input id="login" ref={login} type="text" required=true {readonly} aria-invalid={wrong}
                autocomplete="username" autocapitalize="off" spellcheck="false" data-first="true" />
            <label for="password">{texts.password}</label>
            <input id="password" ref={password} type="password" required=true {readonly} aria-invalid={wrong}
                autocomplete="current-password" spellcheck="false" />
        </form>
    }
}

#[cfg(target_arch = "wasm32")]
fn submit(login: &yew::NodeRef, password: &yew::NodeRef, on_intent: &Callback<softphone::Intent>) {
    let typed = |input: &yew::NodeRef| {
        input.cast::<web_sys::HtmlInputElement>().map(|input| input.value()).unwrap_or_default()
    };
    // A blank at either end of a password is part of it.
    let (login, password) = (typed(login).trim().to_owned(), adapter_api::Secret(typed(password)));
    on_intent.emit(softphone::Intent::SubmitPassword { login, password });
}

#[cfg(not(target_arch = "wasm32"))]
fn submit(_: &yew::NodeRef, _: &yew::NodeRef, _: &Callback<softphone::Intent>) {}

//! A form of fields, typed. The inputs keep what was typed; nothing here copies it until it is sent.

use softphone::{protocol::Refusal, snapshot::Form};
use yew::{Callback, Html, NodeRef, Properties, SubmitEvent, component, html, use_mut_ref};

use super::{
    refusal,
    scene::{Scene, marked},
};

#[derive(Clone, PartialEq, Properties)]
pub struct FieldsProps {
    pub scene: Scene,
    pub refusal: Option<Refusal>,
    pub form: Form,
    /// By which a button outside the form submits it.
    pub id: &'static str,
    pub introduction: &'static str,
    pub fields: [Field; 2],
    /// What was typed, in the order of the fields.
    pub on_submit: Callback<[String; 2]>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Field {
    pub id: &'static str,
    pub label: &'static str,
    pub kind: Kind,
    /// What the browser may fill in.
    pub autocomplete: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Name,
    Secret,
}

#[component]
pub fn Fields(props: &FieldsProps) -> Html {
    let FieldsProps { scene, refusal, form, .. } = props;
    let inputs = use_mut_ref(<[NodeRef; 2]>::default);
    let inputs = inputs.borrow().clone();
    let onsubmit = {
        let (inputs, on_submit, form) = (inputs.clone(), props.on_submit.clone(), *form);
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if form == Form::Open {
                on_submit.emit([typed(&inputs[0]), typed(&inputs[1])]);
            }
        })
    };
    let input = |(number, input): (usize, NodeRef)| {
        let Field { id, label, kind, autocomplete } = props.fields[number];
        html! {
            <>
                <label for={id}>{label}</label>
                <input {id} ref={input} type={kind.input()} required=true {autocomplete} autocapitalize="off"
                    spellcheck="false" readonly={*form == Form::Submitting}
                    aria-invalid={refusal.as_ref().map(|_| "true")} data-first={(number == 0).then_some("true")} />
            </>
        }
    };
    html! {
        <form id={props.id} {onsubmit}>
            {refusal::optional_card(refusal, scene)}
            if refusal.is_none() {
                <p>{marked(props.introduction, None)}</p>
            }
            {for inputs.into_iter().enumerate().map(input)}
        </form>
    }
}

impl Kind {
    fn input(self) -> &'static str {
        match self {
            Self::Name => "text",
            Self::Secret => "password",
        }
    }
}

#[cfg(target_arch = "wasm32")]
pub fn typed(input: &NodeRef) -> String {
    input.cast::<web_sys::HtmlInputElement>().map(|input| input.value()).unwrap_or_default()
}

/// Outside the browser nobody types.
#[cfg(not(target_arch = "wasm32"))]
pub fn typed(_input: &NodeRef) -> String {
    String::new()
}

#[cfg(target_arch = "wasm32")]
pub fn clear(input: &NodeRef) {
    if let Some(input) = input.cast::<web_sys::HtmlInputElement>() {
        input.set_value("");
    }
}

#[cfg(not(target_arch = "wasm32"))]
pub fn clear(_input: &NodeRef) {}

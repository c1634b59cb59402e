//! A form of fields, typed. The inputs keep what was typed; nothing here copies it until it is sent.

use softphone::{Intent, protocol::Refusal, snapshot::Form};
use yew::{
    Callback, Event, Html, InputEvent, NodeRef, Properties, SubmitEvent, component, html,
    use_mut_ref,
};

use super::{
    element::paragraph,
    refusal,
    scene::{Scene, marked},
};

#[derive(Clone, Properties)]
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

super::drawn_with_what_is_around_it!(FieldsProps);

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
                {paragraph(marked(props.introduction, None))}
            }
            {for inputs.into_iter().enumerate().map(input)}
        </form>
    }
}

/// Where a number is typed, or a name: colleagues are suggested as it is typed.
pub fn callee(id: &'static str, placeholder: &'static str, scene: &Scene) -> Html {
    let on_intent = scene.on_intent.clone();
    let oninput = Callback::from(move |_: InputEvent| on_intent.emit(Intent::Seek(value(id))));
    html! {
        <input {id} list={COLLEAGUES} type="text" autocomplete="off" spellcheck="false" {placeholder} {oninput} />
    }
}

/// The list of them.
pub const COLLEAGUES: &str = "colleagues";

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

/// What stands in a field of any kind. By its id, so that a form of one field need not be a component: each kind
/// of component weighs 2 KiB in what the browser loads.
#[cfg(target_arch = "wasm32")]
pub fn value(id: &str) -> String {
    let value = by_id(id).and_then(|field| js_sys::Reflect::get(&field, &"value".into()).ok());
    value.and_then(|value| value.as_string()).unwrap_or_default()
}

/// A list of which one is chosen, each with what it stands for and what is shown of it.
pub fn list(
    id: &'static str,
    label: &'static str,
    options: &[[&str; 2]],
    chosen: &str,
    choose: Callback<String>,
) -> Html {
    // A list that somebody has touched heeds no attribute of what it has; so what is chosen, or was, is made anew.
    let option = |(number, [value, shown]): (usize, &[&str; 2])| {
        let selected = *value == chosen;
        let key = 2 * number + usize::from(selected);
        html! { <option {key} value={value.to_string()} {selected}>{*shown}</option> }
    };
    let options: Html = options.iter().enumerate().map(option).collect();
    html! { <select {id} aria-label={label} onchange={changed(id, choose)}>{options}</select> }
}

/// What stands in the field of this id, each time that somebody has changed it.
pub fn changed(id: &'static str, choose: Callback<String>) -> Callback<Event> {
    Callback::from(move |_| choose.emit(value(id)))
}

/// Outside the browser nobody types.
#[cfg(not(target_arch = "wasm32"))]
pub fn value(_id: &str) -> String {
    String::new()
}

#[cfg(target_arch = "wasm32")]
fn by_id(id: &str) -> Option<web_sys::Element> {
    web_sys::window()?.document()?.get_element_by_id(id)
}

/// Outside the browser nobody types.
#[cfg(not(target_arch = "wasm32"))]
pub fn typed(_input: &NodeRef) -> String {
    String::new()
}

#[cfg(target_arch = "wasm32")]
pub fn clear(id: &str) {
    if let Some(field) = by_id(id) {
        let _ = js_sys::Reflect::set(&field, &"value".into(), &"".into());
    }
}

#[cfg(not(target_arch = "wasm32"))]
pub fn clear(_id: &str) {}

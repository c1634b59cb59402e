//! Every state that the panel can be in, those included that nobody reaches by will, drawn without a browser:
//! for what looks at all of them.

pub mod audio;
pub mod calls;
pub mod states;

use std::rc::Rc;

use adapter_api::Code;
use softphone::{Snapshot, protocol::WindowHandle};
use texts::{Language, catalogue};
use yew::{Callback, ServerRenderer};

use super::{Panel, PanelProps, Shown, refusal::is_trouble};
use states::NOW;

/// Every state of sign-in, line, calls and devices.
pub fn all() -> Vec<(&'static str, Snapshot)> {
    let audio = audio::all(calls::talking());
    states::all().into_iter().chain(calls::all()).chain(audio).collect()
}

/// Every refusal as the panel would show it; what is no trouble is no refusal there.
pub fn refusals() -> impl Iterator<Item = (&'static str, Snapshot)> {
    let codes = Code::ALL.iter().filter(|code| is_trouble(**code));
    codes.map(|code| (code.as_str(), states::ended_by(*code)))
}

/// What stands in `#panel`.
pub fn drawn(snapshot: Option<Snapshot>) -> String {
    let renderer = ServerRenderer::<Panel>::with_props(move || PanelProps {
        snapshot: snapshot.clone().map(|snapshot| Shown(Rc::new(snapshot))),
        on_intent: Callback::noop(),
        open_window: Callback::from(|_| WindowHandle::Given),
        now: NOW,
        texts: catalogue(Language::En),
    });
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.expect("without drivers it opens nothing");
    tokio::task::LocalSet::new().block_on(&runtime, renderer.hydratable(false).render())
}

/// A whole page for a browser of each state, by its name.
pub fn pages_of_states() -> Vec<(&'static str, String)> {
    all().into_iter().map(page).collect()
}

pub fn pages_of_refusals() -> Vec<(&'static str, String)> {
    refusals().map(page).collect()
}

fn page((name, snapshot): (&'static str, Snapshot)) -> (&'static str, String) {
    let style = include_str!("../../style/panel.css");
    let body = drawn(Some(snapshot));
    let page = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>{name}</title><style>{style}</style>\
         <div id=panel>{body}</div></html>"
    );
    (name, page)
}

//! The whole panel.

use std::rc::Rc;

use adapter_api::Code;
use softphone::{
    Intent, Snapshot,
    protocol::WindowHandle,
    snapshot::{Form, LineSnapshot, SignInSnapshot},
};
use texts::Catalogue;
use yew::{Callback, Html, Properties, component, html, use_node_ref};

use super::{
    focus::use_kept_focus,
    line,
    scene::{Opens, Scene},
    stage::Stage,
    status_bar::status_bar,
    time::use_now,
};

/// The latest snapshot. Another one is drawn even if it says the same, for the mind publishes only what differs.
#[derive(Clone)]
pub struct Shown(pub Rc<Snapshot>);

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(Clone, PartialEq, Properties)]
pub struct PanelProps {
    /// Absent until the mind has spoken.
    pub snapshot: Option<Shown>,
    pub on_intent: Callback<Intent>,
    /// Opens an address in a window. Called inside the click, before its intent is sent.
    pub open_window: Callback<Opens, WindowHandle>,
    /// Milliseconds since the Unix epoch, at the latest snapshot; the panel's own clock goes on from there.
    pub now: u64,
    pub texts: &'static Catalogue,
}

#[component]
pub fn Panel(props: &PanelProps) -> Html {
    let snapshot = props.snapshot.as_ref().map(|shown| &*shown.0);
    let now = use_now(props.now, tick(snapshot));
    let scene = Scene {
        texts: props.texts,
        now,
        on_intent: props.on_intent.clone(),
        open_window: props.open_window.clone(),
    };
    let mut stage = Stage::of(snapshot, &scene);
    // Unless it stands there already, in place of the line.
    let notice = snapshot.and_then(|snapshot| {
        let line = matches!(&snapshot.line, LineSnapshot::Unavailable { refusal }
            if snapshot.notice.as_ref() == Some(refusal));
        snapshot.notice.as_ref().filter(|_| !line)
    });
    let notice = notice.map(|notice| (notice.code, line::refused(notice, &scene)));
    // What keeps calls from being heard comes before everything else.
    let (first, last) = match notice {
        Some((Code::MediaRingMute, notice)) => (notice, Html::default()),
        Some((_, notice)) => (Html::default(), notice),
        None => Default::default(),
    };
    let panel = use_node_ref();
    use_kept_focus(&panel, stage.name);
    html! {
        <div class="panel" lang={scene.texts.tag} ref={panel}>
            {status_bar(snapshot, &scene)}
            <main data-state={stage.name}>
                <div class="head">
                    {stage.icon}
                    <h1 tabindex="-1">{stage.heading}</h1>
                    {stage.actions.quiet.take().unwrap_or_default()}
                </div>
                <div class="body">
                    {first}
                    {stage.body}
                    {last}
                </div>
                {stage.actions.rows()}
            </main>
            <p class="unseen" role="status">{stage.announcement}</p>
        </div>
    }
}

/// A countdown is read by the second, a relative time by the minute.
fn tick(snapshot: Option<&Snapshot>) -> u32 {
    match snapshot.map(|snapshot| &snapshot.sign_in) {
        Some(
            SignInSnapshot::Unreachable { .. }
            | SignInSnapshot::EnteringCredentials { form: Form::Paused { .. }, .. }
            | SignInSnapshot::EnteringPassword { form: Form::Paused { .. }, .. },
        ) => 1_000,
        _ => 20_000,
    }
}

//! From a snapshot's state to what stands on the stage: one arm per state.

use softphone::{
    Intent, Snapshot,
    protocol::Refusal,
    snapshot::{SignInSnapshot as S, WaitingFor},
};
use yew::{AttrValue, Html, html};

use super::{
    actions::{Actions, Look, button},
    element::paragraph,
    entering, icon, offering, refusal,
    scene::{Scene, marked},
    signed_in, time, window,
};

/// What the panel shows below its status bar.
pub struct Stage {
    /// Stable, for the focus and for those who look at the page from outside.
    pub name: &'static str,
    pub icon: Html,
    pub heading: AttrValue,
    /// Said once, when it changes.
    pub announcement: AttrValue,
    pub body: Html,
    pub actions: Actions,
}

impl Stage {
    pub fn of(snapshot: Option<&Snapshot>, scene: &Scene) -> Self {
        let texts = scene.texts;
        let Some(snapshot) = snapshot else {
            return working("starting", texts.working.starting, "");
        };
        match &snapshot.sign_in {
            S::Starting { waiting_for: WaitingFor::Console } => {
                working("starting", texts.working.starting, texts.working.waiting_for_console)
            }
            S::Starting { waiting_for: WaitingFor::Adapter } => {
                working("starting", texts.working.starting, texts.working.waiting_for_adapter)
            }
            S::Proving => {
                working("proving", texts.working.signing_in, texts.working.waiting_for_proof)
            }
            S::Verifying { .. } => working(
                "verifying",
                texts.working.signing_in,
                texts.working.waiting_for_verification,
            ),
            S::Misconfigured { refusal } => Stage::refused(
                "misconfigured",
                refusal,
                sign_in(texts.controls.try_again, scene),
                scene,
            ),
            S::Unreachable { refusal, retry_at, .. } => {
                let try_now = sign_in(texts.controls.try_now, scene);
                let mut stage = Stage::refused("unreachable", refusal, try_now, scene);
                stage.actions.secondary = Some(countdown(*retry_at, scene));
                stage
            }
            S::Offering { offers, refusal } => offering::stage(offers, refusal, snapshot, scene),
            S::WaitingForWindow { window, hint } => window::stage(window, hint, scene),
            S::EnteringCredentials { refusal, form, back } => {
                entering::credentials(refusal, *form, *back, scene)
            }
            S::EnteringPassword { refusal, form, back } => {
                entering::password(refusal, *form, *back, scene)
            }
            S::SignedIn(signed_in) => signed_in::stage(signed_in, snapshot, scene),
            S::SignedOut => Stage {
                name: "signed-out",
                icon: Html::default(),
                heading: texts.signed_out.heading.into(),
                announcement: texts.signed_out.heading.into(),
                body: html! {
                    <>
                        {signed_in::calls_that_go_on(snapshot, scene)}
                        {paragraph(marked(texts.signed_out.what_to_do, None))}
                    </>
                },
                actions: Actions {
                    primary: Some(sign_in(texts.controls.sign_in, scene)),
                    ..Actions::default()
                },
            },
            S::Ended { refusal } => {
                let again = sign_in(texts.controls.sign_in, scene);
                let stage = Stage::refused("ended", refusal, again, scene);
                let calls = signed_in::calls_that_go_on(snapshot, scene);
                Stage { body: html! { <>{calls}{stage.body}</> }, ..stage }
            }
        }
    }

    /// A stage on which a refusal is all there is.
    pub fn refused(name: &'static str, refusal: &Refusal, primary: Html, scene: &Scene) -> Self {
        Stage {
            name,
            icon: refusal::icon(refusal),
            heading: refusal::title(refusal, scene.texts).into(),
            announcement: refusal::said(refusal, scene.texts).into(),
            body: refusal::whole(refusal, scene),
            actions: Actions { primary: Some(primary), ..Actions::default() },
        }
    }
}

/// Starting, Proving and Verifying look alike, so that a silent start is one quiet picture.
fn working(name: &'static str, heading: &'static str, waiting_for: &'static str) -> Stage {
    Stage {
        name,
        icon: Html::default(),
        heading: heading.into(),
        announcement: heading.into(),
        body: html! {
            <div class="working">
                {icon::spinner()}
                <p key={waiting_for} class="after-two-seconds">{waiting_for}</p>
            </div>
        },
        actions: Actions::default(),
    }
}

fn countdown(retry_at: Option<u64>, scene: &Scene) -> Html {
    let texts = &scene.texts.unreachable;
    let seconds = retry_at.and_then(|retry_at| time::seconds_until(scene.now, retry_at));
    let sentence = match seconds {
        Some(seconds) => texts.retrying_in.with(&[("seconds", &seconds.to_string())]),
        None => texts.retrying_now.to_owned(),
    };
    time::countdown(sentence)
}

fn sign_in(label: &'static str, scene: &Scene) -> Html {
    button(Look::Brand, label, scene.sends(Intent::SignIn))
}

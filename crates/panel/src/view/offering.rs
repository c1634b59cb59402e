//! The ways that the agent can take by a click.

use adapter_api::Way;
use salesforce::call_center::SalesforceSso;
use softphone::{
    Intent, Snapshot,
    protocol::Refusal,
    snapshot::{Offer, WindowSnapshot},
};
use yew::{Html, html};

use super::{
    actions::{Actions, Look, Ready, button, button_when},
    element::{paragraph, secondary},
    refusal,
    scene::{Scene, marked},
    stage::Stage,
    window::phrase_card,
};

pub fn stage(
    offers: &[Offer],
    refusal: &Option<Refusal>,
    snapshot: &Snapshot,
    scene: &Scene,
) -> Stage {
    let texts = scene.texts;
    let window = offers.iter().find_map(|offer| match offer {
        Offer::Window(window) => Some(Ok(window)),
        Offer::WindowFailed(failure) => Some(Err(failure)),
        Offer::Legacy | Offer::Password => None,
    });
    let typed = Typed { offers, scene };
    let by_typing = !typed.all().is_empty();
    let try_again = |look| button(look, texts.controls.try_again, scene.sends(Intent::SignIn));

    // What failed is said, and tried again, where it would have been pressed.
    let failed = match (window, refusal) {
        (Some(Err(failure)), _) => Some(failure),
        (None, Some(refusal)) if !by_typing => Some(refusal),
        _ => None,
    };
    if let Some(refusal) = failed {
        let mut stage = Stage::refused("offering", refusal, try_again(Look::Brand), scene);
        stage.actions.secondary = typed.neutral(0);
        return stage;
    }

    let actions = Actions {
        primary: Some(match window {
            Some(Ok(window)) => window_button(window, scene),
            _ => typed.first(Look::Brand).unwrap_or_else(|| try_again(Look::Brand)),
        }),
        secondary: typed.neutral(usize::from(window.is_none())),
        quiet: (by_typing || window.is_some()).then(|| try_again(Look::Quiet)),
    };
    let announcement = match refusal {
        Some(refusal) => refusal::said(refusal, texts).into(),
        None => texts.offering.heading.into(),
    };
    Stage {
        name: "offering",
        icon: Html::default(),
        heading: texts.offering.heading.into(),
        announcement,
        body: body(window.and_then(Result::ok), refusal, snapshot, scene),
        actions,
    }
}

/// The ways that end in a form.
struct Typed<'a> {
    offers: &'a [Offer],
    scene: &'a Scene,
}

impl Typed<'_> {
    fn all(&self) -> Vec<(&'static str, Way)> {
        let texts = &self.scene.texts.controls;
        let of = |offer: &Offer| match offer {
            Offer::Legacy => Some((texts.use_legacy, Way::Legacy)),
            Offer::Password => Some((texts.use_password, Way::Password)),
            Offer::Window(_) | Offer::WindowFailed(_) => None,
        };
        self.offers.iter().filter_map(of).collect()
    }

    fn first(&self, look: Look) -> Option<Html> {
        self.all().first().map(|way| self.button(look, *way))
    }

    /// All but the first few, which stand elsewhere.
    fn neutral(&self, but: usize) -> Option<Html> {
        let left: Vec<_> = self.all().into_iter().skip(but).collect();
        (!left.is_empty())
            .then(|| left.into_iter().map(|way| self.button(Look::Neutral, way)).collect::<Html>())
    }

    fn button(&self, look: Look, (label, way): (&'static str, Way)) -> Html {
        button(look, label, self.scene.sends(Intent::Choose(way)))
    }
}

fn body(
    window: Option<&Option<WindowSnapshot>>,
    refusal: &Option<Refusal>,
    snapshot: &Snapshot,
    scene: &Scene,
) -> Html {
    let texts = &scene.texts.offering;
    let introduction = if window.is_some() { texts.by_window } else { texts.by_typing };
    let phrase = window.and_then(Option::as_ref).and_then(|window| window.phrase.as_ref());
    html! {
        <>
            if refusal.is_none() {
                {paragraph(marked(introduction, None))}
            }
            {refusal::optional_card(refusal, scene)}
            if let Some(phrase) = phrase {
                {phrase_card(phrase, scene)}
            }
            {salesforce_sso(snapshot, scene)}
        </>
    }
}

fn window_button(window: &Option<WindowSnapshot>, scene: &Scene) -> Html {
    let label = scene.texts.controls.sign_in_with_salesforce;
    match window {
        Some(window) => button(Look::Brand, label, scene.opens(&window.start_url)),
        None => button_when(Ready::Busy, Look::Brand, label, yew::Callback::noop()),
    }
}

/// What the flag says, small, for whoever wonders why these ways are offered.
fn salesforce_sso(snapshot: &Snapshot, scene: &Scene) -> Html {
    let texts = &scene.texts.offering;
    let Some(call_center) = &snapshot.call_center else { return Html::default() };
    let sentence = match call_center.salesforce_sso {
        SalesforceSso::Enabled => texts.salesforce_sso_on,
        SalesforceSso::Disabled => texts.salesforce_sso_off,
    };
    secondary(marked(sentence, None))
}

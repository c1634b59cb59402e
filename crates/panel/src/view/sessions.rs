//! Where the agent is signed in, and one click that ends the others.

use adapter_api::sessions::{Listed, Place};
use softphone::{
    Intent,
    snapshot::{Others, SessionsSnapshot},
};
use yew::{Html, html};

use super::{
    actions::{Look, Ready, button, button_when, disclosure},
    element::secondary,
    refusal,
    scene::Scene,
    time,
};

pub fn section(sessions: Option<&SessionsSnapshot>, scene: &Scene) -> Html {
    let texts = &scene.texts.sessions;
    let open = sessions.is_some();
    let toggle = if open { Intent::HideSessions } else { Intent::ShowSessions };
    html! {
        <section class="sessions">
            {disclosure(open, texts.heading, toggle, scene)}
            {match sessions {
                None => Html::default(),
                Some(SessionsSnapshot::Loading) => html! {
                    <div class="skeleton" aria-busy="true"><span class="unseen">{texts.loading}</span></div>
                },
                Some(SessionsSnapshot::Failed { refusal }) => html! {
                    <>
                        {refusal::card(refusal, scene)}
                        {button(Look::Neutral, scene.texts.controls.try_again, scene.sends(Intent::ShowSessions))}
                    </>
                },
                Some(SessionsSnapshot::Listed { sessions, unseen, others }) => {
                    listed(sessions, *unseen, *others, scene)
                }
            }}
        </section>
    }
}

fn listed(sessions: &[Listed], unseen: u32, others: Others, scene: &Scene) -> Html {
    let texts = &scene.texts.sessions;
    let elsewhere = sessions.iter().any(|session| session.place == Place::Elsewhere);
    html! {
        <>
            <ul>{for sessions.iter().map(|session| one(session, scene))}</ul>
            if !elsewhere {
                <p class="secondary" role="status">{texts.nowhere_else}</p>
            }
            if unseen > 0 {
                {secondary(texts.unseen.of(unseen))}
            }
            {match (elsewhere || unseen > 0, others) {
                (false, _) => Html::default(),
                (true, Others::LiveOn) => {
                    button(Look::Neutral, texts.end_others, scene.sends(Intent::EndOtherSessions))
                }
                (true, Others::Ending) => {
                    button_when(Ready::Busy, Look::Neutral, texts.ending, yew::Callback::noop())
                }
            }}
        </>
    }
}

fn one(session: &Listed, scene: &Scene) -> Html {
    let texts = &scene.texts.sessions;
    let client = session.client.as_deref().unwrap_or(texts.unknown_client);
    let past = |at| time::past(scene.texts, scene.now, at);
    let since =
        texts.since.with(&[("way", scene.way(session.way)), ("when", &past(session.signed_in_at))]);
    html! {
        <li>
            <p>
                {client.to_owned()}
                if session.place == Place::Here {
                    {" · "}<strong>{texts.here}</strong>
                }
                <br />
                <span class="secondary">
                    {since}
                    if session.place == Place::Elsewhere {
                        <br />
                        {texts.seen.with(&[("when", &past(session.seen_at))])}
                    }
                </span>
            </p>
        </li>
    }
}

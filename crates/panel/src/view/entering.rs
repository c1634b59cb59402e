//! The two forms: operator ID and SSO token, login and password.

use adapter_api::Secret;
use salesforce::running_user::Credentials;
use softphone::{
    Intent,
    protocol::Refusal,
    snapshot::{Back, Form},
};
use yew::{Callback, Html, html};

use super::{
    actions::{Actions, Look, Ready, button, submit},
    fields::{Field, Fields, Kind},
    refusal,
    scene::Scene,
    stage::Stage,
    time,
};

pub fn credentials(refusal: &Option<Refusal>, form: Form, back: Back, scene: &Scene) -> Stage {
    let texts = &scene.texts.credentials;
    let asked = Asked {
        name: "entering-credentials",
        heading: texts.heading,
        introduction: texts.introduction,
        fields: [
            Field {
                id: "operator-id",
                label: texts.operator_id,
                kind: Kind::Name,
                autocomplete: "off",
            },
            Field {
                id: "sso-token",
                label: texts.sso_token,
                kind: Kind::Secret,
                autocomplete: "off",
            },
        ],
    };
    // Nobody means the blanks that came along when a value was pasted.
    let intent = |[operator_id, sso_token]: [String; 2]| {
        Intent::SubmitCredentials(Credentials {
            operator_id: operator_id.trim().to_owned(),
            sso_token: sso_token.trim().to_owned(),
        })
    };
    asked.stage(intent, refusal, form, back, scene)
}

pub fn password(refusal: &Option<Refusal>, form: Form, back: Back, scene: &Scene) -> Stage {
    let texts = &scene.texts.password;
    let asked = Asked {
        name: "entering-password",
        heading: texts.heading,
        introduction: texts.introduction,
        fields: [
            Field { id: "login", label: texts.login, kind: Kind::Name, autocomplete: "username" },
            Field {
                id: "password",
                label: texts.password,
                kind: Kind::Secret,
                autocomplete: "current-password",
            },
        ],
    };
    // A blank at either end of a password is part of it.
    let intent = |[login, password]: [String; 2]| Intent::SubmitPassword {
        login: login.trim().to_owned(),
        password: Secret(password),
    };
    asked.stage(intent, refusal, form, back, scene)
}

/// In what the forms differ.
struct Asked {
    name: &'static str,
    heading: &'static str,
    introduction: &'static str,
    fields: [Field; 2],
}

impl Asked {
    fn stage(
        self,
        intent: fn([String; 2]) -> Intent,
        refusal: &Option<Refusal>,
        form: Form,
        back: Back,
        scene: &Scene,
    ) -> Stage {
        let Self { name, heading, introduction, fields } = self;
        let on_intent = scene.on_intent.clone();
        let on_submit = Callback::from(move |typed| on_intent.emit(intent(typed)));
        let announcement = match refusal {
            Some(refusal) => refusal::said(refusal, scene.texts).into(),
            None => heading.into(),
        };
        Stage {
            name,
            icon: Html::default(),
            heading: heading.into(),
            announcement,
            // By its key, so that no form gets inputs in which something else was typed.
            body: html! {
                <Fields key={name} scene={scene.clone()} refusal={refusal.clone()} {form} id={name} {introduction}
                    {fields} {on_submit} />
            },
            actions: actions(name, form, back, scene),
        }
    }
}

fn actions(form_id: &'static str, form: Form, back: Back, scene: &Scene) -> Actions {
    let texts = scene.texts;
    let (ready, label) = match form {
        Form::Open => (Ready::Yes, texts.credentials.submit),
        Form::Submitting => (Ready::Busy, texts.credentials.submitting),
        Form::Paused { .. } => (Ready::NotYet, texts.credentials.submit),
    };
    let secondary = match form {
        Form::Paused { until } => time::seconds_until(scene.now, until).map(|seconds| {
            time::countdown(
                texts.unreachable.possible_in.with(&[("seconds", &seconds.to_string())]),
            )
        }),
        Form::Open | Form::Submitting => None,
    };
    let quiet = match back {
        Back::Possible => {
            Some(button(Look::Quiet, texts.controls.back, scene.sends(Intent::Cancel)))
        }
        Back::Nowhere => None,
    };
    Actions { primary: Some(submit(ready, label, form_id)), secondary, quiet }
}

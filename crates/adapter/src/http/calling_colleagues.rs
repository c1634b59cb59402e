//! `GET /calling/colleagues`: see [`adapter_api::calling_colleagues`].

use adapter_api::{
    Code,
    calling_colleagues::{Availability, Colleague, MOST, Query as Asked, Response},
};
use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode},
};
use texts::Catalogue;

use super::{extract::SignedIn, page, refusal::Refusal};
use crate::app::App;

pub async fn handle(
    State(app): State<App>,
    signed_in: SignedIn,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<axum::Json<Response>, Refusal> {
    let malformed = |_| Refusal::new(StatusCode::BAD_REQUEST, Code::RequestMalformed);
    let Query(Asked { q }) = asked.map_err(malformed)?;
    let mut unit = app.store.read().await?;
    let texts = page::texts_for(signed_in.agent.language.as_deref(), &headers);
    let others = unit.colleagues(&signed_in.organization.handle, &signed_in.agent.id).await?;
    let colleagues = others
        .into_iter()
        .filter(|colleague| colleague.is_meant_by(&q))
        .take(MOST)
        .map(|colleague| {
            let availability = app.hub.availability(&colleague.agent);
            let (name, extension) = (colleague.name, colleague.extension.to_string());
            let shown = shown(&name, &extension, availability, texts);
            Colleague { name, extension, availability, shown }
        })
        .collect();
    Ok(axum::Json(Response { colleagues }))
}

/// As it stands in the list, and in the field once it is chosen there.
fn shown(name: &str, extension: &str, availability: Availability, texts: &Catalogue) -> String {
    let state = match availability {
        Availability::Available => return format!("{name} ({extension})"),
        Availability::Talking => texts.calls.talking,
        Availability::Busy => texts.presence.busy,
        Availability::Offline => texts.presence.offline,
    };
    format!("{name} ({extension}) · {state}")
}

#[cfg(test)]
mod tests {
    use texts::Language;

    use super::*;

    #[test]
    fn who_would_take_no_call_is_shown_with_the_reason() {
        let shown = |availability, language| {
            shown("Ben Berger", "1002", availability, texts::catalogue(language))
        };

        assert_eq!(shown(Availability::Available, Language::En), "Ben Berger (1002)");
        assert_eq!(shown(Availability::Talking, Language::En), "Ben Berger (1002) · In a call");
        assert_eq!(shown(Availability::Offline, Language::Fr), "Ben Berger (1002) · Hors ligne");
    }
}

//! `GET /panel/{organization}`: the page that the console puts into its frame. For a frame that we do not
//! know it is an inert page that says what to tell the administrator.

use adapter_api::{Code, error::Refused};
use axum::{
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use identity::organization::{Handle, Organization};
use maud::{Markup, html};
use salesforce::frame::{MODE_PARAMETER, ORIGIN_PARAMETER, Origin, open_cti_script};
use texts::Catalogue;

use super::{
    assets::{Assets, WINDOW_STYLE},
    extract::{Readable, single},
    page::{document, for_administrator, marked, product, texts},
    refusal::Refusal,
};
use crate::{app::App, clock};

pub async fn handle(
    State(app): State<App>,
    Readable(Path(handle)): Readable<Path<String>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let texts = texts(&headers);
    let organization = match find(&app, &handle).await {
        Ok(organization) => organization,
        Err(refusal) => return inert(texts, refusal.status, &refusal.refused),
    };
    match framing_host(&organization, query.as_deref().unwrap_or_default(), &headers) {
        Ok(host) => panel(texts, &app, &organization, &host),
        Err(refused) => inert(texts, StatusCode::OK, &refused),
    }
}

pub(super) async fn find(app: &App, handle: &str) -> Result<Organization, Refusal> {
    let unknown = || Refusal::new(StatusCode::NOT_FOUND, Code::OrganizationUnknown);
    let handle = Handle::parse(handle).map_err(|_| unknown())?;
    app.store.read().await?.organization(&handle).await?.ok_or_else(unknown)
}

/// The console that frames the panel: named once in the query, and one of the organisation's own.
fn framing_host(
    organization: &Organization,
    query: &str,
    headers: &HeaderMap,
) -> Result<Origin, Refused> {
    if single(headers, "sec-fetch-dest") != Some("iframe") {
        return Err(Code::FrameNotFramed.into());
    }
    let values = |name: &str| -> Vec<String> {
        url::form_urlencoded::parse(query.as_bytes())
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
            .collect()
    };
    let (origins, modes) = (values(ORIGIN_PARAMETER), values(MODE_PARAMETER));
    // Salesforce's own script fails where a parameter stands twice, and so do we.
    let ([found], [_]) = (origins.as_slice(), modes.as_slice()) else {
        return Err(Code::FrameNoParameters.into());
    };
    match Origin::parse(found) {
        Some(origin) if organization.frames(&origin) => Ok(origin),
        Some(origin) => Err(Refused::with_value(Code::FrameUnknownHost, origin.as_str())),
        None => Err(Code::FrameUnknownHost.into()),
    }
}

fn panel(texts: &Catalogue, app: &App, organization: &Organization, host: &Origin) -> Response {
    let script = open_cti_script(host, organization.script_version.as_str());
    let console = html! { script defer src=(script) {} };
    let page = shell(texts, app, organization, &console);
    // Only the organisation's own consoles may frame it: an origin of the Salesforce family alone proves
    // nothing, since anybody can have an organisation.
    let ancestors: Vec<&str> = organization.lightning_hosts.iter().map(Origin::as_str).collect();
    let policy = policy(app, organization, &format!(" {host}"), &ancestors.join(" "));
    respond(StatusCode::OK, page.into_string(), &policy)
}

/// The page that becomes the panel, in a console or by itself. `around`: what tells the two apart.
pub(super) fn shell(
    texts: &Catalogue,
    app: &App,
    organization: &Organization,
    around: &Markup,
) -> Markup {
    let assets = &app.assets;
    let head = html! {
        meta name="cordboard-organization" content=(organization.handle);
        meta name="cordboard-dpop-nonce" content=(app.keys.dpop_nonce(clock::now()));
        meta name="cordboard-texts" content=(files_of_texts(assets));
        @if let Some(file) = assets.manifest.texts.get(texts.tag) {
            link rel="preload" as="fetch" type="text/plain" crossorigin href=(assets.path(file));
        }
        link rel="modulepreload" href=(assets.path(&assets.manifest.glue));
        link rel="preload" as="fetch" type="application/wasm" crossorigin
            href=(assets.path(&assets.manifest.wasm));
        // Deferred and in this order: the panel finds Open CTI when it starts.
        (around)
        script type="module" src=(assets.path(&assets.manifest.start)) {}
    };
    let body = html! {
        p #boot role="status" data-failed=(texts.adapter.shell.failed) { (texts.adapter.shell.loading) }
        div #panel {}
        noscript { p { (texts.adapter.shell.no_script) } }
    };
    let style = assets.path(&assets.manifest.css);
    document(texts, texts.adapter.shell.title, &style, &head, &body)
}

/// `scripts`: whose run beside ours.
pub(super) fn policy(
    app: &App,
    organization: &Organization,
    scripts: &str,
    ancestors: &str,
) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{scripts}; style-src 'self'; img-src 'self' \
         data:; connect-src {}; base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}",
        connections(&app.public_url, organization).join(" "),
    )
}

/// Where the panel finds each language: `en=/assets/texts-en-….txt fr=…`
fn files_of_texts(assets: &Assets) -> String {
    let item = |(tag, file): (&String, &String)| format!("{tag}={}", assets.path(file));
    assets.manifest.texts.iter().map(item).collect::<Vec<_>>().join(" ")
}

/// The adapter, its events socket, and the organisation's own PBX. A policy counts from the page's load on, so a
/// PBX that is connected later is called after the next.
fn connections(public_url: &Origin, organization: &Organization) -> Vec<String> {
    let socket = public_url.as_str().replacen("http", "ws", 1);
    let pbx = organization.calling.websocket.as_ref().map(|url| url.origin().to_owned());
    ["'self'".to_owned(), socket].into_iter().chain(pbx).collect()
}

/// Any site may frame it: it runs nothing, keeps nothing and knows nothing.
pub fn inert(texts: &Catalogue, status: StatusCode, refused: &Refused) -> Response {
    let sentences = texts.for_code(refused.code.as_str());
    let value = refused.value.as_deref();
    let main = html! {
        main {
            (product(texts))
            h1 { (sentences.title) }
            p { (marked(sentences.what_happened, value)) }
            p { (marked(sentences.what_to_do, value)) }
            (for_administrator(texts, refused))
            @if value.is_none() && sentences.tell_administrator.is_some() {
                p.hint { (texts.adapter.inert.value_found) ": " (texts.adapter.inert.nothing_found) }
            }
        }
    };
    let page = document(texts, texts.adapter.inert.title, WINDOW_STYLE, &html! {}, &main);
    let policy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'";
    respond(status, page.into_string(), policy)
}

pub(super) fn respond(status: StatusCode, page: String, policy: &str) -> Response {
    let mut response = (status, Html(page)).into_response();
    let headers = response.headers_mut();
    match HeaderValue::from_str(policy) {
        Ok(policy) => {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        // Without its policy the page is not served.
        Err(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use identity::{
        calling::{Calling, WebSocketUrl},
        organization::{Legacy, Password, Proof, Saml, ScriptVersion},
    };

    #[test]
    fn a_known_console_may_frame_the_panel() {
        let query =
            "mode=Lightning&sfdcIframeOrigin=https%3A%2F%2Facme.lightning.force.com&nonce=1";

        assert_eq!(frame(query).unwrap().as_str(), "https://acme.lightning.force.com");
    }

    #[test]
    fn each_unknown_frame_is_told_why() {
        let known = "sfdcIframeOrigin=https://acme.lightning.force.com";
        let cases = [
            (
                "mode=Lightning&sfdcIframeOrigin=https://evil.lightning.force.com",
                Code::FrameUnknownHost,
            ),
            ("mode=Lightning&sfdcIframeOrigin=javascript:alert(1)", Code::FrameUnknownHost),
            ("mode=Lightning", Code::FrameNoParameters),
            (known, Code::FrameNoParameters),
            (&format!("mode=Lightning&{known}&{known}"), Code::FrameNoParameters),
            ("", Code::FrameNoParameters),
        ];
        for (query, code) in cases {
            assert_eq!(frame(query).unwrap_err().code, code, "{query}");
        }
    }

    #[test]
    fn only_a_value_that_is_an_origin_is_shown() {
        let shown = |query| frame(query).unwrap_err().value;

        assert_eq!(
            shown("mode=L&sfdcIframeOrigin=https://evil.example").as_deref(),
            Some("https://evil.example")
        );
        assert_eq!(shown("mode=L&sfdcIframeOrigin=%3Cscript%3E"), None);
    }

    #[test]
    fn outside_a_frame_there_is_no_panel() {
        let query = "mode=Lightning&sfdcIframeOrigin=https://acme.lightning.force.com";
        let mut headers = HeaderMap::new();
        headers.insert("sec-fetch-dest", HeaderValue::from_static("document"));

        assert_eq!(
            framing_host(&organization(), query, &headers).unwrap_err().code,
            Code::FrameNotFramed
        );
        assert_eq!(
            framing_host(&organization(), query, &HeaderMap::new()).unwrap_err().code,
            Code::FrameNotFramed
        );
    }

    #[test]
    fn the_panel_connects_to_us_and_to_the_organisations_own_pbx() {
        let phone = Origin::parse("https://phone.example").unwrap();
        let websocket = WebSocketUrl::parse("wss://pbx.example:7443/ws").unwrap();
        let calling = Calling { websocket: Some(websocket), ..Calling::default() };

        let without = connections(&phone, &organization());
        assert_eq!(without, ["'self'", "wss://phone.example"]);
        let with = connections(&phone, &Organization { calling, ..organization() });
        assert_eq!(with, ["'self'", "wss://phone.example", "wss://pbx.example:7443"]);
    }

    fn frame(query: &str) -> Result<Origin, Refused> {
        let mut headers = HeaderMap::new();
        headers.insert("sec-fetch-dest", HeaderValue::from_static("iframe"));
        framing_host(&organization(), query, &headers)
    }

    fn organization() -> Organization {
        Organization {
            handle: Handle::parse("acme").unwrap(),
            name: "Acme".into(),
            organization_id: "00Dxx0000000001EAA".parse().unwrap(),
            my_domain: Origin::parse("https://acme.my.salesforce.com").unwrap(),
            lightning_hosts: vec![Origin::parse("https://acme.lightning.force.com").unwrap()],
            sign_in_client: None,
            integration_client: None,
            proof: Proof::Off,
            call_centers: vec![],
            script_version: ScriptVersion::parse("66.0").unwrap(),
            legacy: Legacy::On,
            password: Password::Off,
            saml: Saml::None,
            calling: Calling::default(),
        }
    }
}

//! Open CTI for Lightning, both ends: the script that the panel loads, and the one in the console's page
//! that answers it. The wire between the two is Salesforce's, so either end can be a genuine one.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::org::Org;

pub async fn host_script() -> Response {
    script(include_str!("host.js").to_owned())
}

pub async fn tabs_script() -> Response {
    script(include_str!("tabs.js").to_owned())
}

/// `GET /support/api/{version}/lightning/opencti.js` and `opencti_min.js`.
pub async fn client_script(
    State(org): State<Arc<Org>>,
    Path((version, file)): Path<(String, String)>,
) -> Response {
    let number = version.strip_suffix(".0").and_then(|version| version.parse::<u32>().ok());
    let number = number.filter(|number| VERSIONS.contains(number));
    let (Some(number), "opencti.js" | "opencti_min.js") = (number, file.as_str()) else {
        return (StatusCode::NOT_FOUND, "There is no such Open CTI script.").into_response();
    };
    match &org.settings.open_cti_script {
        Some(text) => script(text.clone()),
        None => script(include_str!("client.js").replace("/*API_VERSION*/ 0", &number.to_string())),
    }
}

fn script(text: String) -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], text).into_response()
}

/// Lightning's Open CTI began with 38.
const VERSIONS: std::ops::RangeInclusive<u32> = 38..=67;

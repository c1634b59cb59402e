//! The softphone's frame: the adapter URL of the user's call center, with what Lightning appends to it.

use salesforce::{
    frame::{MODE_PARAMETER, ORIGIN_PARAMETER},
    id::UserId,
};
use serde::Serialize;

use crate::org::{Org, Site, keys, state::State};

/// What the page's script needs to host the panel.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Frame {
    pub url: String,
    pub origin: String,
    pub width: u32,
    pub height: u32,
    /// Shown in place of a panel that does not call `notifyInitializationComplete` in time.
    pub standby_url: Option<String>,
    pub timeout: Option<u32>,
}

/// Why there is no panel to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoFrame {
    NoCallCenter,
    AdapterUrl,
}

pub fn frame(org: &Org, state: &State, user: UserId) -> Result<Frame, NoFrame> {
    let call_center = state.call_center_of(user).ok_or(NoFrame::NoCallCenter)?;
    let adapter_url = call_center.general("reqAdapterUrl");
    let origin = call_center
        .adapter_origin()
        .filter(|origin| origin != "null")
        .ok_or(NoFrame::AdapterUrl)?;
    let pixels = |item, default| call_center.general(item).parse().unwrap_or(default);
    let optional = |item| Some(call_center.general(item)).filter(|value| !value.is_empty());
    Ok(Frame {
        url: appended(adapter_url, &org.origin(Site::Console), &keys::random_hex(32)),
        origin,
        width: pixels("reqSoftphoneWidth", 340),
        height: pixels("reqSoftphoneHeight", 480),
        standby_url: optional("reqStandbyUrl").map(str::to_owned),
        timeout: optional("reqTimeout").and_then(|milliseconds| milliseconds.parse().ok()),
    })
}

/// As captured from a real organisation: `mode`, `ltn_app_id`, `isdtp`, `sfdcIframeOrigin`, `clc`, `nonce`,
/// after a query of the address's own if it has one.
fn appended(adapter_url: &str, console: &str, nonce: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair(MODE_PARAMETER, "Lightning")
        .append_pair("ltn_app_id", "06mAx0000000001AAA")
        .append_pair("isdtp", "vw")
        .append_pair(ORIGIN_PARAMETER, console)
        .append_pair("clc", "1")
        .append_pair("nonce", nonce)
        .finish();
    let (address, fragment) = match adapter_url.split_once('#') {
        Some((address, fragment)) => (address, format!("#{fragment}")),
        None => (adapter_url, String::new()),
    };
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}{query}{fragment}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lightnings_parameters_follow_the_adapter_urls_own_query() {
        let plain = appended("http://phone.localhost/panel/acme", "http://a.localhost:1", "00");
        let with_query = appended("http://phone.localhost/p?x=1#top", "http://a.localhost:1", "00");

        assert_eq!(
            plain,
            "http://phone.localhost/panel/acme?mode=Lightning&ltn_app_id=06mAx0000000001AAA&isdtp=vw\
             &sfdcIframeOrigin=http%3A%2F%2Fa.localhost%3A1&clc=1&nonce=00"
        );
        assert!(with_query.starts_with("http://phone.localhost/p?x=1&mode=Lightning&"));
        assert!(with_query.ends_with("&nonce=00#top"));
    }
}

//! The query that Salesforce puts behind the adapter's address. The Open CTI script reads it once and, if
//! it is not as it should be, exists and does not work; so we look for ourselves.

use adapter_api::Code;
use salesforce::frame::{MODE_PARAMETER, ORIGIN_PARAMETER};
use softphone::protocol::Refusal;

/// Both parameters have to be there once: the script takes a repeated one for a list and gives up.
pub fn check(search: &str) -> Result<(), Refusal> {
    match [ORIGIN_PARAMETER, MODE_PARAMETER].iter().all(|name| is_there_once(search, name)) {
        true => Ok(()),
        false => Err(Code::FrameNoParameters.into()),
    }
}

fn is_there_once(search: &str, name: &str) -> bool {
    let pairs = search.trim_start_matches('?').split('&');
    let mut values = pairs.filter_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (key == name).then_some(value)
    });
    values.next().is_some_and(|value| !value.is_empty()) && values.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn salesforces_query_is_taken() {
        let search = "?mode=Lightning&ltn_app_id=06m8A&isdtp=vw\
                      &sfdcIframeOrigin=https%3A%2F%2Facme.lightning.force.com&clc=1&nonce=ab";

        assert_eq!(check(search), Ok(()));
    }

    #[test]
    fn a_parameter_that_is_missing_empty_or_repeated_is_refused() {
        for search in [
            "",
            "?",
            "?mode=Lightning",
            "?sfdcIframeOrigin=https%3A%2F%2Fa.b",
            "?sfdcIframeOrigin=&mode=Lightning",
            "?sfdcIframeOrigin=https%3A%2F%2Fa.b&mode",
            "?sfdcIframeOrigin=https%3A%2F%2Fa.b&mode=a&mode=a",
            "?sfdcIFrameOrigin=https%3A%2F%2Fa.b&mode=Lightning",
        ] {
            assert_eq!(check(search), Err(Code::FrameNoParameters.into()), "{search}");
        }
    }
}

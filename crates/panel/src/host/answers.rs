//! From what the console's script answered to what the mind is told.

use adapter_api::{Code, Secret, call_log_turn::Outcome as Ran};
use oauth::base64url;
use salesforce::{
    call_center::{Settings, SettingsError},
    json::Value,
    open_cti::{Error, Outcome},
    running_user::{APEX_CLASS, CREDENTIALS_METHOD, Credentials, PROOF_METHOD},
    screen_pop::Found,
    task,
};
use softphone::protocol::{
    ClickToDial, ConsoleAsk, HostAsk, HostFact, Proof, Refusal, settings_refusal,
};

use crate::json;

/// The answer to `ask`, from the JSON of the script's `{success, returnValue, errors}`.
pub fn fact(ask: &HostAsk, json: &str) -> HostFact {
    let Some(outcome) = json::read::<Outcome>(json) else {
        return refused(ask, console_refused(ask, "the answer could not be read"));
    };
    match ask {
        HostAsk::Settings => HostFact::Settings(settings(outcome)),
        HostAsk::Proof(_) => HostFact::Proof(apex(outcome).map(proof)),
        HostAsk::Credentials => {
            HostFact::Credentials(apex(outcome).and_then(|text| credentials(&text)))
        }
        HostAsk::WriteCall(_) => match apex(outcome) {
            Ok(text) => HostFact::Ran(Ran::Returned(text)),
            Err(refusal) => refused(ask, refusal),
        },
        HostAsk::Console(ConsoleAsk::Search { .. }) => {
            HostFact::Found(returned(ask, outcome).map(Found::read))
        }
        HostAsk::Console(_) => HostFact::Done(returned(ask, outcome).map(drop)),
    }
}

/// The console has not answered `ask`.
pub fn no_answer(ask: &HostAsk) -> HostFact {
    refused(ask, Refusal::with_value(Code::HostNoAnswer, method(ask)))
}

/// The console would not have it, in its own words.
pub fn console_refused(ask: &HostAsk, text: &str) -> Refusal {
    refusal(Code::HostRefused, &format!("{}: {text}", method(ask)))
}

/// What an administrator finds in Salesforce's documentation, or in the class.
fn method(ask: &HostAsk) -> String {
    match ask {
        HostAsk::Settings => SETTINGS_METHOD.to_owned(),
        HostAsk::Proof(_) => format!("{RUN_APEX} {APEX_CLASS}.{PROOF_METHOD}"),
        HostAsk::Credentials => format!("{RUN_APEX} {APEX_CLASS}.{CREDENTIALS_METHOD}"),
        HostAsk::WriteCall(_) => format!("{RUN_APEX} {}.{}", task::APEX_CLASS, task::WRITE_METHOD),
        HostAsk::Console(ask) => console_method(ask).to_owned(),
    }
}

pub fn console_method(ask: &ConsoleAsk) -> &'static str {
    match ask {
        ConsoleAsk::Search { .. } => "searchAndScreenPop",
        ConsoleAsk::Pop(_) | ConsoleAsk::ShowRecord(_) => "screenPop",
        ConsoleAsk::ClickToDial(ClickToDial::Enabled) => "enableClickToDial",
        ConsoleAsk::ClickToDial(ClickToDial::Disabled) => "disableClickToDial",
        ConsoleAsk::Refresh => "refreshView",
    }
}

/// That `ask` came to nothing.
pub fn refused(ask: &HostAsk, refusal: Refusal) -> HostFact {
    match ask {
        HostAsk::Settings => HostFact::Settings(Err(refusal)),
        HostAsk::Proof(_) => HostFact::Proof(Err(refusal)),
        HostAsk::Credentials => HostFact::Credentials(Err(refusal)),
        HostAsk::WriteCall(_) => HostFact::Ran(Ran::Failed(refusal.value.unwrap_or_default())),
        HostAsk::Console(ConsoleAsk::Search { .. }) => HostFact::Found(Err(refusal)),
        HostAsk::Console(_) => HostFact::Done(Err(refusal)),
    }
}

/// A refusal whose value is somebody else's text.
pub fn refusal(code: Code, text: &str) -> Refusal {
    let text = text.trim();
    match text.is_empty() {
        true => Refusal::new(code),
        false => Refusal::with_value(code, text.chars().take(LONGEST_VALUE).collect::<String>()),
    }
}

fn settings(outcome: Outcome) -> Result<Settings, Refusal> {
    match returned(&HostAsk::Settings, outcome)? {
        Value::Object(settings) => Settings::parse(&settings).map_err(settings_refusal),
        _ => Err(settings_refusal(SettingsError::Missing)),
    }
}

fn returned(ask: &HostAsk, outcome: Outcome) -> Result<Value, Refusal> {
    outcome.into_result().map_err(|Error { code, description }| {
        console_refused(ask, &format!("{code} {description}"))
    })
}

fn apex(outcome: Outcome) -> Result<String, Refusal> {
    outcome.into_apex_result().map_err(|Error { code, description }| {
        let said = if description.trim().is_empty() { code } else { description };
        refusal(Code::ProofUnavailable, &said)
    })
}

/// The token is the adapter's to verify, and goes there as it came.
fn proof(token: String) -> Proof {
    let payload = token.split('.').nth(1).and_then(base64url::decode).unwrap_or_default();
    // As text: a second kind of reader would weigh 2 KiB in what the browser loads.
    let payload = String::from_utf8(payload).unwrap_or_default();
    let claims = json::value(&payload);
    let language = claims["language"].as_str().map(str::to_owned);
    Proof { token: Secret(token), language }
}

/// Apex writes an empty field as `null`, which is as good as absent.
fn credentials(text: &str) -> Result<Credentials, Refusal> {
    let unreadable = || refusal(Code::ProofUnavailable, "the credentials could not be read");
    let fields = json::value(text);
    if !matches!(fields, Value::Object(_)) {
        return Err(unreadable());
    }
    let field = |name| match &fields[name] {
        Value::Null => Ok(String::new()),
        Value::Text(text) => Ok(text.clone()),
        _ => Err(unreadable()),
    };
    Ok(Credentials { operator_id: field("operatorId")?, sso_token: field("ssoToken")? })
}

/// Open CTI's methods that the panel asks by.
pub const SETTINGS_METHOD: &str = "getCallCenterSettings";
pub const RUN_APEX: &str = "runApex";

/// Characters of somebody else's text that an administrator is shown.
const LONGEST_VALUE: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;
    use salesforce::call_center::{SalesforceSso, SamlConnection};

    #[test]
    fn settings_are_read() {
        let json = r#"{"success":true,"returnValue":{"/reqGeneralInfo/reqDisplayName":"Support",
            "/cordboard/enableSalesforceSso":"true"},"errors":null}"#;

        let expected = Settings {
            display_name: "Support".into(),
            salesforce_sso: SalesforceSso::Enabled,
            saml_connection: SamlConnection::Unused,
            dialing: Default::default(),
            screen_pop: Default::default(),
        };
        assert_eq!(fact(&HostAsk::Settings, json), HostFact::Settings(Ok(expected)));
    }

    #[test]
    fn a_setting_that_is_wrong_is_named() {
        let json = r#"{"success":true,"returnValue":{"/cordboard/enableSalesforceSso":"True"}}"#;

        assert_eq!(
            fact(&HostAsk::Settings, json),
            HostFact::Settings(Err(Refusal::with_value(Code::SettingsEnableSalesforceSso, "True")))
        );
    }

    #[test]
    fn a_search_is_answered_by_what_was_found_and_an_order_by_whether_it_was_done() {
        let json = r#"{"success":true,"returnValue":{"003Ax0000000001IAA":{"Name":"Rose"}}}"#;
        let failed = r#"{"success":false,"errors":[{"code":"INVALID_PARAM","description":"no"}]}"#;
        let search = HostAsk::Console(ConsoleAsk::Search {
            number: "+1".into(),
            call_type: salesforce::screen_pop::CallType::Inbound,
        });
        let refresh = HostAsk::Console(ConsoleAsk::Refresh);

        let HostFact::Found(Ok(found)) = fact(&search, json) else { panic!() };
        assert_eq!(found.records[0].name, "Rose");
        assert_eq!(fact(&refresh, json), HostFact::Done(Ok(())));
        let refusal = Refusal::with_value(Code::HostRefused, "refreshView: INVALID_PARAM no");
        assert_eq!(fact(&refresh, failed), HostFact::Done(Err(refusal)));
        assert!(matches!(fact(&search, failed), HostFact::Found(Err(_))));
    }

    #[test]
    fn a_success_without_settings_is_settings_missing() {
        for value in ["null", "{}", r#""text""#] {
            let json = format!(r#"{{"success":true,"returnValue":{value}}}"#);

            let missing = HostFact::Settings(Err(Code::SettingsMissing.into()));
            assert_eq!(fact(&HostAsk::Settings, &json), missing, "{value}");
        }
    }

    #[test]
    fn a_refusing_console_is_quoted() {
        let json = r#"{"success":false,"returnValue":null,
            "errors":[{"code":"SOFTPHONE_CONTAINER_ERROR","description":"not initialised"}]}"#;

        let refusal =
            console_refused(&HostAsk::Settings, "SOFTPHONE_CONTAINER_ERROR not initialised");
        assert_eq!(fact(&HostAsk::Settings, json), HostFact::Settings(Err(refusal)));
    }

    #[test]
    fn an_answer_that_is_none_is_a_refusal_of_whatever_was_asked() {
        for ask in [HostAsk::Settings, HostAsk::Proof("n".into()), HostAsk::Credentials] {
            let expected = refused(&ask, console_refused(&ask, "the answer could not be read"));
            assert_eq!(fact(&ask, "undefined"), expected);
        }
    }

    #[test]
    fn who_has_not_answered_is_named_and_the_nonce_is_not() {
        let HostFact::Proof(Err(refusal)) = no_answer(&HostAsk::Proof("n0nce".into())) else {
            panic!()
        };

        assert_eq!(
            refusal,
            Refusal::with_value(Code::HostNoAnswer, "runApex CordboardAgent.proof")
        );
    }

    #[test]
    fn a_proof_is_what_our_class_returned() {
        let json = r#"{"success":true,"returnValue":{"runApex":"a.b.c"},"errors":null}"#;

        let expected = Proof { token: Secret("a.b.c".into()), language: None };
        assert_eq!(fact(&HostAsk::Proof("n".into()), json), HostFact::Proof(Ok(expected)));
    }

    #[test]
    fn the_language_is_read_from_the_proof_and_nothing_else() {
        let token = format!("e30.{}.c", base64url::encode(r#"{"sub":"005","language":"fr_CA"}"#));
        let json = format!(r#"{{"success":true,"returnValue":{{"runApex":"{token}"}}}}"#);

        let expected = Proof { token: Secret(token), language: Some("fr_CA".into()) };
        assert_eq!(fact(&HostAsk::Proof("n".into()), &json), HostFact::Proof(Ok(expected)));
    }

    #[test]
    fn a_missing_class_is_a_missing_proof_in_salesforces_words() {
        let description = "Could not load Apex class: CordboardAgent. ".repeat(20);
        let json = format!(
            r#"{{"success":false,"errors":[{{"code":"SERVER_ERROR","description":"{description}"}}]}}"#
        );

        let HostFact::Proof(Err(refusal)) = fact(&HostAsk::Proof("n".into()), &json) else {
            panic!()
        };

        assert_eq!(refusal.code, Code::ProofUnavailable);
        let value = refusal.value.unwrap();
        assert!(value.starts_with("Could not load") && value.chars().count() == 200);
    }

    #[test]
    fn credentials_are_read_and_nothing_is_an_empty_pair() {
        let of = |returned: &str| {
            let json =
                serde_json::json!({ "success": true, "returnValue": { "runApex": returned } });
            fact(&HostAsk::Credentials, &json.to_string())
        };
        let pair = |operator_id: &str, sso_token: &str| {
            let (operator_id, sso_token) = (operator_id.to_owned(), sso_token.to_owned());
            HostFact::Credentials(Ok(Credentials { operator_id, sso_token }))
        };

        assert_eq!(of(r#"{"operatorId":"op-7","ssoToken":"t"}"#), pair("op-7", "t"));
        assert_eq!(of("{}"), pair("", ""));
        assert_eq!(of(r#"{"operatorId":null,"ssoToken":null}"#), pair("", ""));
        assert!(matches!(of("no JSON"), HostFact::Credentials(Err(_))));
    }
}

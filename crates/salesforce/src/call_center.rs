//! The call center's settings as `getCallCenterSettings` answers them: a flat map of strings whose keys are
//! `/section/item` (Open CTI Developer Guide, *getCallCenterSettings()*).

use serde::{Deserialize, Serialize};

use crate::json::{self, Value};

/// The section that holds our own items; every other section belongs to Salesforce.
pub const SECTION: &str = "cordboard";
/// The item labelled *Enable Salesforce SSO*.
pub const ENABLE_SALESFORCE_SSO: &str = "enableSalesforceSso";
/// The item labelled *Use SAML connection*.
pub const USE_SAML_CONNECTION: &str = "useSamlConnection";

/// The item labelled *Screen pop on*.
pub const SCREEN_POP: &str = "screenPop";

/// The settings we read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// What the administrator calls the call center, to be named in what we tell the agent.
    pub display_name: String,
    pub salesforce_sso: SalesforceSso,
    pub saml_connection: SamlConnection,
    pub dialing: DialingOptions,
    pub screen_pop: PopOn,
}

/// Whether agents sign in with their Salesforce session: one answer for all agents of a call center.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SalesforceSso {
    Enabled,
    Disabled,
}

/// Whether agents sign in through the organisation's SAML identity provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SamlConnection {
    Used,
    Unused,
}

/// *Dialing Options*: what is dialled before a number of the public network. What is empty is not dialled.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DialingOptions {
    pub outside: String,
    pub long_distance: String,
    pub international: String,
}

/// When the record of who calls is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PopOn {
    #[default]
    Ring,
    Answer,
}

/// What an administrator has to mend in the call center.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "kind", content = "found", rename_all = "snake_case")]
pub enum SettingsError {
    /// The host gave no settings: the user belongs to no call center, or the call center is broken.
    #[error("there are no call center settings")]
    Missing,
    /// A setting is not the string that Salesforce's documentation promises.
    #[error("the setting `{0}` is not text")]
    NotText(String),
    #[error("*Enable Salesforce SSO* is `{0}`; it must be `true` or `false`, in lower case")]
    SalesforceSsoNotTrueOrFalse(String),
    #[error("*Use SAML connection* is `{0}`; it must be `true` or `false`, in lower case")]
    SamlConnectionNotTrueOrFalse(String),
}

impl Settings {
    /// Reads the settings, all or none.
    pub fn parse(settings: &[(String, Value)]) -> Result<Self, SettingsError> {
        if settings.is_empty() {
            return Err(SettingsError::Missing);
        }
        let display_name = match text(settings, "/reqGeneralInfo/reqDisplayName")? {
            Some(name) => name,
            None => text(settings, "/label")?.unwrap_or_default(),
        };
        let salesforce_sso = match flag(settings, ENABLE_SALESFORCE_SSO)? {
            Ok(true) => SalesforceSso::Enabled,
            Ok(false) => SalesforceSso::Disabled,
            Err(found) => return Err(SettingsError::SalesforceSsoNotTrueOrFalse(found)),
        };
        let saml_connection = match flag(settings, USE_SAML_CONNECTION)? {
            Ok(true) => SamlConnection::Used,
            Ok(false) => SamlConnection::Unused,
            Err(found) => return Err(SettingsError::SamlConnectionNotTrueOrFalse(found)),
        };
        let key = |item| text(settings, item).map(Option::unwrap_or_default);
        let screen_pop = match key("/cordboard/screenPop")?.trim().eq_ignore_ascii_case("answer") {
            true => PopOn::Answer,
            false => PopOn::Ring,
        };
        let prefix = |item| {
            let keys = |c: &char| c.is_ascii_digit() || matches!(c, '*' | '#' | '+');
            key(item).map(|text| text.chars().filter(keys).collect())
        };
        let dialing = DialingOptions {
            outside: prefix("/reqDialingOptions/reqOutsidePrefix")?,
            long_distance: prefix("/reqDialingOptions/reqLongDistPrefix")?,
            international: prefix("/reqDialingOptions/reqInternationalPrefix")?,
        };
        let display_name = display_name.to_owned();
        Ok(Self { display_name, salesforce_sso, saml_connection, dialing, screen_pop })
    }
}

/// The inner error is the value that is neither `true` nor `false`.
fn flag(settings: &[(String, Value)], item: &str) -> Result<Result<bool, String>, SettingsError> {
    Ok(match text(settings, &format!("/{SECTION}/{item}"))? {
        Some("true") => Ok(true),
        Some("false" | "") => Ok(false),
        None => Ok(false),
        // `True` would look enabled to the administrator who typed it and disabled to us, so it is refused
        // by name rather than read as either.
        Some(value) => Err(value.chars().take(LONGEST_VALUE_SHOWN).collect()),
    })
}

fn text<'a>(settings: &'a [(String, Value)], key: &str) -> Result<Option<&'a str>, SettingsError> {
    match json::field(settings, key) {
        None => Ok(None),
        Some(Value::Text(text)) => Ok(Some(text)),
        Some(_) => Err(SettingsError::NotText(key.to_owned())),
    }
}

/// A value is shown to be recognised, not to be read whole.
const LONGEST_VALUE_SHOWN: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn true_enables_salesforce_sso() {
        let settings = parse(json!({ "/cordboard/enableSalesforceSso": "true" })).unwrap();

        assert_eq!(settings.salesforce_sso, SalesforceSso::Enabled);
        assert_eq!(settings.saml_connection, SamlConnection::Unused);
    }

    #[test]
    fn false_empty_and_absent_disable_it() {
        for value in [
            json!({ "/cordboard/enableSalesforceSso": "false" }),
            json!({ "/cordboard/enableSalesforceSso": "" }),
            json!({ "/label": "Support" }),
        ] {
            assert_eq!(parse(value).unwrap().salesforce_sso, SalesforceSso::Disabled);
        }
    }

    #[test]
    fn any_other_spelling_is_refused_by_name() {
        for value in ["True", "TRUE", "yes", "1", " true", "true "] {
            assert_eq!(
                parse(json!({ "/cordboard/enableSalesforceSso": value })),
                Err(SettingsError::SalesforceSsoNotTrueOrFalse(value.into()))
            );
            assert_eq!(
                parse(json!({ "/cordboard/useSamlConnection": value })),
                Err(SettingsError::SamlConnectionNotTrueOrFalse(value.into()))
            );
        }
    }

    #[test]
    fn a_setting_of_another_type_is_named() {
        assert_eq!(
            parse(json!({ "/cordboard/enableSalesforceSso": true })),
            Err(SettingsError::NotText("/cordboard/enableSalesforceSso".into()))
        );
    }

    #[test]
    fn no_settings_at_all_are_missing_rather_than_disabled() {
        assert_eq!(parse(json!({})), Err(SettingsError::Missing));
    }

    #[test]
    fn the_call_center_bears_its_display_name() {
        let settings =
            parse(json!({ "/label": "x", "/reqGeneralInfo/reqDisplayName": "Support desk" }))
                .unwrap();

        assert_eq!(settings.display_name, "Support desk");
    }

    #[test]
    fn what_is_dialled_first_is_read_without_its_decoration() {
        let settings = parse(json!({
            "/reqDialingOptions/reqOutsidePrefix": " 9, ",
            "/reqDialingOptions/reqInternationalPrefix": "011",
        }));

        let (outside, international) = ("9".into(), "011".into());
        let expected = DialingOptions { outside, long_distance: "".into(), international };
        assert_eq!(settings.unwrap().dialing, expected);
    }

    #[test]
    fn records_are_shown_when_it_rings_unless_they_are_to_be_shown_at_the_answer() {
        for (value, expected) in [
            (json!({ "/label": "x" }), PopOn::Ring),
            (json!({ "/cordboard/screenPop": "ring" }), PopOn::Ring),
            (json!({ "/cordboard/screenPop": "Answer" }), PopOn::Answer),
        ] {
            assert_eq!(parse(value).unwrap().screen_pop, expected);
        }
    }

    proptest! {
        #[test]
        fn only_the_exact_word_enables(value in ".{0,12}") {
            let enabled = parse(json!({ "/cordboard/enableSalesforceSso": value.clone() }))
                .is_ok_and(|settings| settings.salesforce_sso == SalesforceSso::Enabled);

            prop_assert_eq!(enabled, value == "true");
        }
    }

    fn parse(settings: serde_json::Value) -> Result<Settings, SettingsError> {
        match serde_json::from_value(settings).unwrap() {
            Value::Object(settings) => Settings::parse(&settings),
            other => panic!("{other:?}"),
        }
    }
}

//! Records in the console: which one a number belongs to, and how one is shown (Open CTI Developer Guide,
//! *onClickToDial()*, *searchAndScreenPop()*, *screenPop()*).

use serde::{Deserialize, Serialize};

use crate::{id::RecordId, json::Value};

/// A record as the console names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    pub id: RecordId,
    /// Empty where the softphone layout shows none.
    pub name: String,
    /// `Contact`, `Account`, …
    pub object: String,
}

/// A click on a phone number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClickToDial {
    /// As it is written in the record.
    pub number: String,
    pub record: Option<Record>,
}

/// What a search has found, and what the console would show of it by the softphone layout.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    pub records: Vec<Record>,
    /// Nothing where the layout says so, or where the call is none that comes in.
    pub pop: Option<ScreenPop>,
}

/// Salesforce's own JSON of `{type, params}`, which goes back as it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScreenPop(pub String);

/// Open CTI's `CALL_TYPE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallType {
    Inbound,
    Outbound,
    Internal,
}

impl CallType {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Outbound => "outbound",
            Self::Internal => "internal",
        }
    }
}

impl ClickToDial {
    /// The documentation calls `number` a number; the console sends text.
    pub fn read(payload: &Value) -> Option<Self> {
        let number = match &payload["number"] {
            Value::Text(text) => text.trim().to_owned(),
            // Whole, or it is no phone number.
            number => number.as_u64()?.to_string(),
        };
        let record = Record::read(
            &payload["recordId"],
            [&payload["recordName"], &Value::Null],
            [&payload["objectType"], &Value::Null],
        );
        (!number.is_empty()).then_some(Self { number, record })
    }
}

impl Found {
    /// From `returnValue`, which is keyed by record id. Each entry carries the fields that the layout shows, and
    /// the object's name as `RecordType` or as `object`; a case has a number for a name. What is to be shown stands
    /// in it as text: its JSON.
    pub fn read(value: Value) -> Self {
        let Value::Object(members) = value else { return Self::default() };
        let mut found = Self::default();
        for (key, entry) in members {
            if key == SCREEN_POP_DATA {
                found.pop = entry.as_str().map(|json| ScreenPop(json.to_owned()));
            } else {
                let names = [&entry["Name"], &entry["CaseNumber"]];
                let objects = [&entry["RecordType"], &entry["object"]];
                found.records.extend(Record::read(&Value::Text(key), names, objects));
            }
        }
        found
    }
}

impl Record {
    fn read(id: &Value, names: [&Value; 2], objects: [&Value; 2]) -> Option<Self> {
        let id = id.as_str()?.parse().ok()?;
        let [name, object] = [names, objects]
            .map(|texts| texts.into_iter().find_map(Value::as_str).unwrap_or_default().to_owned());
        Some(Self { id, name, object })
    }
}

/// What `deferred` adds to the answer.
pub const SCREEN_POP_DATA: &str = "SCREEN_POP_DATA";

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! json {
        ($($json:tt)+) => {
            serde_json::from_value::<Value>(serde_json::json!($($json)+)).unwrap()
        };
    }

    #[test]
    fn a_click_names_the_number_and_its_record() {
        let payload = json!({ "number": "+1 206 555 0143", "recordId": "003Ax0000000001IAA",
            "recordName": "Rose Gonzalez", "objectType": "Contact" });

        let expected = ClickToDial { number: "+1 206 555 0143".into(), record: Some(rose()) };
        assert_eq!(ClickToDial::read(&payload), Some(expected));
    }

    #[test]
    fn a_number_without_a_record_can_be_called_and_a_record_without_a_number_cannot() {
        let number = |value: Value| ClickToDial::read(&value).map(|click| click.number);

        assert_eq!(number(json!({ "number": 600 })).as_deref(), Some("600"));
        assert_eq!(number(json!({ "number": "600", "recordId": "" })).as_deref(), Some("600"));
        assert_eq!(number(json!({ "number": " " })), None);
        assert_eq!(number(json!({ "recordId": "003Ax0000000001IAA" })), None);
        assert_eq!(number(json!("600")), None);
    }

    #[test]
    fn both_shapes_of_an_entry_are_read_and_what_is_to_be_shown_is_kept_as_it_is() {
        let value = json!({
            "003Ax0000000001IAA": { "Name": "Rose Gonzalez", "RecordType": "Contact" },
            "001Ax0000000001IAA": { "object": "Account", "displayName": "Account" },
            "500Ax0000000003": { "CaseNumber": "00001003", "Subject": "Broken", "RecordType": "Case" },
            "SCREEN_POP_DATA": r#"{"type":"search"}"#,
        });

        let found = Found::read(value);

        assert_eq!(found.records.len(), 3);
        assert!(found.records.contains(&rose()));
        assert!(found.records.iter().any(|one| one.object == "Account" && one.name.is_empty()));
        assert!(found.records.iter().any(|one| one.object == "Case" && one.name == "00001003"));
        assert_eq!(found.pop, Some(ScreenPop(r#"{"type":"search"}"#.into())));
    }

    #[test]
    fn nothing_found_and_nothing_to_show_is_an_answer() {
        assert_eq!(Found::read(json!({})), Found::default());
        assert_eq!(Found::read(json!({ "SCREEN_POP_DATA": null })), Found::default());
        assert_eq!(Found::read(Value::Null), Found::default());
    }

    fn rose() -> Record {
        let id = "003Ax0000000001IAA".parse().unwrap();
        Record { id, name: "Rose Gonzalez".into(), object: "Contact".into() }
    }
}

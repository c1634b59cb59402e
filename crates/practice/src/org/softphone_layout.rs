//! The softphone layout: what the console shows of a call that comes in, by how many records have its number.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SoftphoneLayout {
    pub no_match: NoMatch,
    pub single_match: SingleMatch,
    pub multiple_matches: MultipleMatches,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoMatch {
    Nothing,
    NewContact,
    #[default]
    Search,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SingleMatch {
    #[default]
    Record,
    Nothing,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MultipleMatches {
    #[default]
    Search,
    Nothing,
}

impl SoftphoneLayout {
    /// As `getSoftphoneLayout` answers it.
    pub fn to_json(self) -> Value {
        let objects = json!({
            "Account": [{ "displayName": "Account Name", "apiName": "Name" }, { "displayName": "Phone", "apiName": "Phone" }],
            "Contact": [{ "displayName": "Name", "apiName": "Name" }, { "displayName": "Phone", "apiName": "Phone" }],
        });
        let fields = json!(["ANI", "DNIS", "SEGMENT", "QUEUE"]);
        json!({
            "Internal": {
                "callRelatedFields": fields,
                "objects": { "User": [{ "displayName": "Name", "apiName": "Name" }] },
            },
            "Inbound": {
                "callRelatedFields": fields,
                "objects": objects,
                "screenPopSettings": {
                    "screenPopsOpenWithin": "ExistingWindow",
                    "NoMatch": match self.no_match {
                        NoMatch::Nothing => json!({}),
                        NoMatch::NewContact => pop_to("PopToEntity", Some("Contact")),
                        NoMatch::Search => pop_to("PopToSearch", None),
                    },
                    "SingleMatch": match self.single_match {
                        SingleMatch::Record => pop_to("PopToEntity", None),
                        SingleMatch::Nothing => json!({}),
                    },
                    "MultipleMatches": match self.multiple_matches {
                        MultipleMatches::Search => pop_to("PopToSearch", None),
                        MultipleMatches::Nothing => json!({}),
                    },
                },
            },
            "Outbound": { "callRelatedFields": fields, "objects": objects },
        })
    }
}

fn pop_to(kind: &str, data: Option<&str>) -> Value {
    match data {
        Some(data) => json!({ "screenPopType": kind, "screenPopData": data }),
        None => json!({ "screenPopType": kind }),
    }
}

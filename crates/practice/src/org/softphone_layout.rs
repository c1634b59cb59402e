//! The softphone layout: which records a call may belong to, by the kind of call, and what the console shows of one
//! that comes in, by how many records have its number.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::objects::Object;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SoftphoneLayout {
    pub internal: Vec<Object>,
    pub inbound: Vec<Object>,
    pub outbound: Vec<Object>,
    pub no_match: NoMatch,
    pub single_match: SingleMatch,
    pub multiple_matches: MultipleMatches,
}

/// Open CTI's `CALL_TYPE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallType {
    Internal,
    Inbound,
    Outbound,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoMatch {
    Nothing,
    NewAccount,
    NewContact,
    NewLead,
    NewCase,
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

impl Default for SoftphoneLayout {
    fn default() -> Self {
        Self {
            internal: vec![Object::User],
            inbound: Object::OF_CUSTOMERS.to_vec(),
            outbound: Object::OF_CUSTOMERS.to_vec(),
            no_match: NoMatch::default(),
            single_match: SingleMatch::default(),
            multiple_matches: MultipleMatches::default(),
        }
    }
}

impl SoftphoneLayout {
    pub fn objects(&self, call_type: CallType) -> &[Object] {
        match call_type {
            CallType::Internal => &self.internal,
            CallType::Inbound => &self.inbound,
            CallType::Outbound => &self.outbound,
        }
    }

    /// As `getSoftphoneLayout` answers it. Only calls that come in are shown by themselves.
    pub fn to_json(&self) -> Value {
        let display = |call_type| {
            let objects = self.objects(call_type).iter().map(|object| {
                let fields = fields(*object)
                    .iter()
                    .map(|(field, label)| json!({ "displayName": label, "apiName": field }));
                (object.name().to_owned(), fields.collect())
            });
            json!({
                "callRelatedFields": ["ANI", "DNIS", "SEGMENT", "QUEUE"],
                "objects": objects.collect::<Map<_, _>>(),
            })
        };
        let mut inbound = display(CallType::Inbound);
        inbound["screenPopSettings"] = json!({
            "screenPopsOpenWithin": "ExistingWindow",
            "NoMatch": match self.no_match {
                NoMatch::Nothing => json!({}),
                NoMatch::NewAccount => pop_to("PopToEntity", Some(Object::Account)),
                NoMatch::NewContact => pop_to("PopToEntity", Some(Object::Contact)),
                NoMatch::NewLead => pop_to("PopToEntity", Some(Object::Lead)),
                NoMatch::NewCase => pop_to("PopToEntity", Some(Object::Case)),
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
        });
        json!({
            "Internal": display(CallType::Internal),
            "Inbound": inbound,
            "Outbound": display(CallType::Outbound),
        })
    }
}

/// What is shown of a record, by name and label. A case has no name, only its number.
pub fn fields(object: Object) -> &'static [(&'static str, &'static str)] {
    match object {
        Object::Account => &[("Name", "Account Name"), ("Phone", "Phone")],
        Object::Contact => &[("Name", "Name"), ("Phone", "Phone")],
        Object::Lead => &[("Name", "Name"), ("Company", "Company"), ("Phone", "Phone")],
        Object::Case => &[("CaseNumber", "Case Number"), ("Subject", "Subject")],
        Object::User => &[("Name", "Name"), ("Extension", "Extension")],
    }
}

fn pop_to(kind: &str, object: Option<Object>) -> Value {
    match object {
        Some(object) => json!({ "screenPopType": kind, "screenPopData": object.name() }),
        None => json!({ "screenPopType": kind }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_calls_that_come_in_have_screen_pop_settings() {
        let json = SoftphoneLayout::default().to_json();

        assert!(json["Inbound"]["screenPopSettings"].is_object());
        for call_type in ["Internal", "Outbound"] {
            assert_eq!(json[call_type]["screenPopSettings"], Value::Null, "{call_type}");
        }
        assert_eq!(json["Internal"]["objects"]["User"][0]["apiName"], "Name");
    }

    #[test]
    fn a_layout_shows_the_objects_that_were_chosen_for_the_kind_of_call() {
        let layout = SoftphoneLayout {
            inbound: vec![Object::Lead],
            no_match: NoMatch::NewLead,
            ..SoftphoneLayout::default()
        };

        let json = layout.to_json();

        let objects = json["Inbound"]["objects"].as_object().unwrap();
        assert_eq!(objects.keys().collect::<Vec<_>>(), ["Lead"]);
        assert_eq!(json["Outbound"]["objects"].as_object().unwrap().len(), 4);
        let no_match = &json["Inbound"]["screenPopSettings"]["NoMatch"];
        assert_eq!(*no_match, json!({ "screenPopType": "PopToEntity", "screenPopData": "Lead" }));
    }
}

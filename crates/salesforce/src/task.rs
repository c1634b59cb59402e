//! A call's `Task`, as the REST interface reads and writes it (Object Reference, *Task*; REST API Developer
//! Guide, *Working with Records*).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{id::TaskId, user::quoted};

/// The fields that a call log fills. Serde writes them by the names that Salesforce has for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Field {
    OwnerId,
    WhoId,
    WhatId,
    Subject,
    Description,
    Status,
    /// `Call`; it says which icon the timeline shows, and can be set at an insert only.
    TaskSubtype,
    Type,
    ActivityDate,
    CallType,
    CallDurationInSeconds,
    /// The *Call Result*.
    CallDisposition,
    /// *Call Object Identifier*: whatever names the call to the telephone system.
    CallObject,
}

impl Field {
    /// What somebody may change afterwards, and a later version of the call, too.
    pub const CHANGING: [Field; 6] = [
        Field::WhoId,
        Field::WhatId,
        Field::Subject,
        Field::Description,
        Field::CallDurationInSeconds,
        Field::CallDisposition,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::OwnerId => "OwnerId",
            Self::WhoId => "WhoId",
            Self::WhatId => "WhatId",
            Self::Subject => "Subject",
            Self::Description => "Description",
            Self::Status => "Status",
            Self::TaskSubtype => "TaskSubtype",
            Self::Type => "Type",
            Self::ActivityDate => "ActivityDate",
            Self::CallType => "CallType",
            Self::CallDurationInSeconds => "CallDurationInSeconds",
            Self::CallDisposition => "CallDisposition",
            Self::CallObject => "CallObject",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    Number(u32),
    Text(String),
    /// `null`: Salesforce keeps no empty text.
    Nothing,
}

impl Value {
    /// Nothing where it is empty.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Nothing } else { Self::Text(text) }
    }

    /// Whether Salesforce would call them the same: it cuts off what is blank at either end, and its pages write
    /// line ends as browsers do.
    pub fn means(&self, other: &Self) -> bool {
        self.plain() == other.plain()
    }

    fn plain(&self) -> Self {
        match self {
            Self::Text(text) => Self::text(text.replace("\r\n", "\n").trim()),
            other => other.clone(),
        }
    }
}

/// What an insert or an update sends.
pub type Fields = BTreeMap<Field, Value>;

/// A Task as [`call_query`] finds it. A field that is not in the answer is [`Value::Nothing`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "Row")]
pub struct TaskRecord {
    pub id: TaskId,
    pub fields: Fields,
}

#[derive(Deserialize)]
struct Row {
    #[serde(rename = "Id")]
    id: TaskId,
    #[serde(flatten)]
    columns: BTreeMap<String, serde_json::Value>,
}

impl From<Row> for TaskRecord {
    fn from(row: Row) -> Self {
        let value = |field: Field| match row.columns.get(field.name()) {
            Some(serde_json::Value::String(text)) => Value::text(text.as_str()),
            Some(serde_json::Value::Number(number)) => {
                let whole = number.as_f64().filter(|number| (0.0..=4e9).contains(number));
                whole.map_or(Value::Nothing, |number| Value::Number(number as u32))
            }
            _ => Value::Nothing,
        };
        let fields = Field::CHANGING.into_iter().map(|field| (field, value(field))).collect();
        Self { id: row.id, fields }
    }
}

/// The Tasks of a call, the first one first. There is one; a second would say that something has gone wrong, and
/// more would only make the answer longer.
///
/// `CallObject` has no index, and an organisation may have millions of Tasks; `CreatedDate` has one. `created_since`
/// is a date and time as SOQL writes it, `2026-03-01T09:30:00Z`.
pub fn call_query(call: &str, created_since: &str) -> String {
    let columns: Vec<&str> = Field::CHANGING.into_iter().map(Field::name).collect();
    format!(
        "SELECT Id, {} FROM Task WHERE CallObject = {} AND CreatedDate >= {created_since} \
         ORDER BY CreatedDate ASC LIMIT 2",
        columns.join(", "),
        quoted(call)
    )
}

/// `POST` inserts.
pub fn path(version: &str) -> String {
    format!("/services/data/v{version}/sobjects/Task")
}

/// `PATCH` updates.
pub fn path_of(version: &str, task: TaskId) -> String {
    format!("{}/{task}", path(version))
}

/// The answer to an insert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inserted {
    pub id: TaskId,
    pub success: bool,
}

/// The Apex class in `force-app/` that writes a call as the console's user. It takes the fields in base64url, because
/// `runApex` passes its parameters as a query string.
pub const APEX_CLASS: &str = "CordboardCallLog";
/// `CordboardCallLog.write(call, wanted, written)`: JSON with [`WrittenByApex`].
pub const WRITE_METHOD: &str = "write";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenByApex {
    /// Nothing where somebody has deleted it.
    pub task: Option<TaskId>,
}

/// One of the errors of a refusal; the body is a list of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RestError {
    /// `REQUIRED_FIELD_MISSING`, …
    pub error_code: String,
    #[serde(default)]
    pub message: String,
    #[serde(default)]
    pub fields: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_written_by_their_names_in_salesforce() {
        let fields: Fields = [
            (Field::Subject, Value::text("Call")),
            (Field::CallDurationInSeconds, Value::Number(61)),
            (Field::WhoId, Value::text("")),
        ]
        .into();

        let json = r#"{"WhoId":null,"Subject":"Call","CallDurationInSeconds":61}"#;
        assert_eq!(serde_json::to_string(&fields).unwrap(), json);
        assert_eq!(serde_json::from_str::<Fields>(json).unwrap(), fields);
        for field in Field::CHANGING {
            assert_eq!(serde_json::to_value(field).unwrap(), field.name());
        }
    }

    #[test]
    fn a_record_is_read_as_a_query_answers_it() {
        let record: TaskRecord = serde_json::from_str(
            r#"{"attributes":{"type":"Task","url":"/x"},"Id":"00Txx0000000001EAA","WhoId":null,
                "WhatId":"001xx0000000001AAA","Subject":"Call","Description":null,
                "CallDurationInSeconds":61,"CallDisposition":"Busy"}"#,
        )
        .unwrap();

        assert_eq!(record.fields[&Field::WhoId], Value::Nothing);
        assert_eq!(record.fields[&Field::CallDurationInSeconds], Value::Number(61));
        assert_eq!(record.fields[&Field::WhatId], Value::text("001xx0000000001AAA"));
    }

    #[test]
    fn what_salesforce_makes_of_a_text_is_the_same_text() {
        assert!(Value::text("a\nb").means(&Value::text("a\r\nb \n")));
        assert!(Value::text("  ").means(&Value::Nothing));
        assert!(!Value::text("a").means(&Value::text("A")));
        assert!(!Value::Nothing.means(&Value::Number(0)));
    }

    #[test]
    fn a_refusal_is_a_list_of_errors() {
        let errors: Vec<RestError> = serde_json::from_str(
            r#"[{"message":"Required fields are missing: [Team__c]","errorCode":"REQUIRED_FIELD_MISSING","fields":["Team__c"]},
                {"message":"x","errorCode":"API_DISABLED_FOR_ORG"}]"#,
        )
        .unwrap();

        assert_eq!(errors[0].fields, ["Team__c"]);
        assert!(errors[1].fields.is_empty());
    }
}

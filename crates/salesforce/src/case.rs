//! A `Case`, as far as a call is concerned that belongs to it: whose it is (Object Reference, *Case*).

use serde::Deserialize;

use crate::{id::RecordId, user::quoted};

/// A row of [`contact_query`]'s answer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct CaseRecord {
    /// Nothing where the case is nobody's that is known.
    #[serde(rename = "ContactId")]
    pub contact: Option<RecordId>,
}

pub fn contact_query(case: RecordId) -> String {
    format!("SELECT ContactId FROM Case WHERE Id = {}", quoted(case.as_str()))
}

/// Whether the id is a case's.
pub fn is_case(record: RecordId) -> bool {
    record.as_str().starts_with("500")
}

/// The errors of a query by somebody who may not see cases, or not whose they are.
pub const HIDDEN: [&str; 2] = ["INVALID_TYPE", "INVALID_FIELD"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::user::QueryResult;

    #[test]
    fn a_case_has_a_contact_or_none() {
        let read = |row: &str| {
            let json = format!(r#"{{"totalSize":1,"done":true,"records":[{row}]}}"#);
            serde_json::from_str::<QueryResult<CaseRecord>>(&json).unwrap().records[0].contact
        };

        let contact = "003Ax0000000001IAA".parse().ok();
        assert_eq!(read(r#"{"ContactId":"003Ax0000000001IAA"}"#), contact);
        assert_eq!(read(r#"{"ContactId":null}"#), None);
    }

    #[test]
    fn cases_are_told_by_their_ids() {
        assert!(is_case("500Ax0000000001".parse().unwrap()));
        assert!(!is_case("001Ax0000000500".parse().unwrap()));
    }
}

//! Who a user is, as the userinfo endpoint and the REST query say it.

use serde::{Deserialize, Serialize};

use crate::id::{CallCenterId, OrganizationId, UserId};

/// The answer of `/services/oauth2/userinfo`, as far as we read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Userinfo {
    pub sub: String,
    pub user_id: UserId,
    pub organization_id: OrganizationId,
    pub preferred_username: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub email: Option<String>,
    pub active: bool,
    /// `STANDARD` for the people an organisation employs.
    pub user_type: String,
    #[serde(default)]
    pub language: Option<String>,
}

/// A `User` record, as far as we select it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UserRecord {
    pub id: UserId,
    pub is_active: bool,
    #[serde(default)]
    pub call_center_id: Option<CallCenterId>,
    pub user_type: String,
    /// Of the agent's account; only where it was asked by.
    #[serde(rename = "CTI_Operator_Id__c", default)]
    pub operator_id: Option<String>,
}

/// A `UserLogin` record, as far as we select it. Freezing a user changes this object, not `User`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct LoginRecord {
    pub user_id: UserId,
}

/// The answer of `/services/data/vNN.N/query` (REST API Developer Guide, *Query*).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryResult<Record> {
    pub total_size: u64,
    pub done: bool,
    /// A path on My Domain with the records that follow; how many come at once Salesforce decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_records_url: Option<String>,
    pub records: Vec<Record>,
}

/// One user by id.
pub fn user_query(user: UserId) -> String {
    format!(
        "SELECT Id, IsActive, CallCenterId, UserType FROM User WHERE Id = {}",
        quoted(user.as_str())
    )
}

/// Many users by id.
pub fn users_query(users: &[UserId]) -> String {
    let ids = list(users.iter().map(UserId::as_str));
    format!("SELECT Id, IsActive, CallCenterId, UserType FROM User WHERE Id IN ({ids})")
}

/// Many users by the operator ID of their agents' accounts.
pub fn operators_query(operator_ids: &[&str]) -> String {
    let ids = list(operator_ids.iter().copied());
    format!(
        "SELECT Id, IsActive, CallCenterId, UserType, CTI_Operator_Id__c FROM User \
         WHERE CTI_Operator_Id__c IN ({ids})"
    )
}

/// Who of these users is frozen.
pub fn frozen_query(users: &[UserId]) -> String {
    let ids = list(users.iter().map(UserId::as_str));
    format!("SELECT UserId FROM UserLogin WHERE IsFrozen = true AND UserId IN ({ids})")
}

fn list<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.map(quoted).collect::<Vec<_>>().join(", ")
}

/// A string literal (SOQL and SOSL Reference, *Quoted String Escape Sequences*).
pub(crate) fn quoted(text: &str) -> String {
    let mut literal = String::from("'");
    for character in text.chars() {
        match character {
            '\\' | '\'' | '"' => literal.extend(['\\', character]),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            other => literal.push(other),
        }
    }
    literal.push('\'');
    literal
}

/// Whether `user_type` is the one that agents have; userinfo says `STANDARD`, Apex and REST `Standard`.
pub fn is_standard(user_type: &str) -> bool {
    user_type.eq_ignore_ascii_case("Standard")
}

/// The identity URL's last two parts, `https://login.salesforce.com/id/00D…/005…`: an ID token's `sub`.
pub fn parse_identity_url(url: &str) -> Option<(OrganizationId, UserId)> {
    let (rest, user) = url.rsplit_once('/')?;
    let (rest, organization) = rest.rsplit_once('/')?;
    if !rest.ends_with("/id") {
        return None;
    }
    Some((organization.parse().ok()?, user.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_identity_url_names_organization_and_user() {
        let url = "https://login.salesforce.com/id/00Dxx0000000001EAA/005xx000001Sv6AAAS";

        let (organization, user) = parse_identity_url(url).unwrap();

        assert_eq!(organization.as_str(), "00Dxx0000000001EAA");
        assert_eq!(user.as_str(), "005xx000001Sv6AAAS");
        assert_eq!(
            parse_identity_url(
                "https://login.salesforce.com/00Dxx0000000001EAA/005xx000001Sv6AAAS"
            ),
            None
        );
    }

    #[test]
    fn the_standard_user_type_is_told_whatever_its_case() {
        assert!(is_standard("STANDARD") && is_standard("Standard"));
        assert!(!is_standard("PowerCustomerSuccess"));
    }

    #[test]
    fn an_operator_id_stays_inside_its_quotes() {
        let query = operators_query(&["op-1", "O'Hara", r"\' OR Name != '"]);

        let (_, ids) = query.split_once(" IN ").unwrap();
        assert_eq!(ids, r"('op-1', 'O\'Hara', '\\\' OR Name != \'')");
    }

    #[test]
    fn a_query_result_is_read_as_the_rest_interface_writes_it() {
        let result: QueryResult<UserRecord> = serde_json::from_str(
            r#"{"totalSize":1,"done":true,"records":[{"attributes":{"type":"User","url":"/x"},
                "Id":"005xx000001Sv6AAAS","IsActive":true,"CallCenterId":null,"UserType":"Standard"}]}"#,
        )
        .unwrap();

        assert_eq!(result.records[0].call_center_id, None);
    }
}

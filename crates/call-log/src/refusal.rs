//! What Salesforce's refusals mean: that asking again may help, or who can do something about it.

use salesforce::task::RestError;

/// What became of a write that Salesforce refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It passes by itself.
    Later,
    ForGood(Refusal),
}

/// Why a call cannot be written as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub kind: Kind,
    /// What to give the administrator: fields, Salesforce's code, a rule's own words.
    pub value: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The organisation wants a field that we do not fill.
    FieldMissing,
    /// It does not take a field's value.
    FieldInvalid,
    /// The contact, lead or other record is gone, or activities cannot belong to it.
    Record,
    /// The integration user may not.
    NoPermission,
    /// A validation rule or a trigger says no.
    Rule,
    /// The agent has no Salesforce user that could own the Task.
    NoUser,
    Other,
}

impl Kind {
    pub const ALL: [Kind; 7] = [
        Kind::FieldMissing,
        Kind::FieldInvalid,
        Kind::Record,
        Kind::NoPermission,
        Kind::Rule,
        Kind::NoUser,
        Kind::Other,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::FieldMissing => "field_missing",
            Self::FieldInvalid => "field_invalid",
            Self::Record => "record",
            Self::NoPermission => "no_permission",
            Self::Rule => "rule",
            Self::NoUser => "no_user",
            Self::Other => "other",
        }
    }
}

/// Of the errors of one answer; it is for good if any of them is.
pub fn verdict(errors: &[RestError]) -> Verdict {
    let lasting = errors.iter().find(|error| !PASSING.contains(&error.error_code.as_str()));
    match lasting {
        Some(error) => Verdict::ForGood(refusal(error)),
        // An answer without a word of reason says nothing against the call.
        None => Verdict::Later,
    }
}

/// Of what Apex says of an exception: `Insert failed. First exception on row 0; first error: CODE, message: [fields]`.
/// What names no code may pass by itself.
pub fn verdict_of_apex(said: &str) -> Verdict {
    let is_code = |word: &&str| {
        word.contains('_') && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
    };
    let words = said.split(|c: char| !c.is_ascii_alphabetic() && c != '_');
    let Some(code) = words.into_iter().find(is_code) else { return Verdict::Later };
    let message = said.split_once(code).map_or("", |(_, rest)| rest);
    let message = message.trim_start_matches([',', ':', ' ']).trim_end_matches(": []");
    verdict(&[RestError {
        error_code: code.to_owned(),
        message: message.to_owned(),
        fields: Vec::new(),
    }])
}

fn refusal(error: &RestError) -> Refusal {
    let kind = match error.error_code.as_str() {
        "REQUIRED_FIELD_MISSING" => Kind::FieldMissing,
        "STRING_TOO_LONG"
        | "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
        | "NUMBER_OUTSIDE_VALID_RANGE"
        | "JSON_PARSER_ERROR" => Kind::FieldInvalid,
        "INVALID_CROSS_REFERENCE_KEY"
        | "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"
        | "ENTITY_IS_DELETED"
        | "MALFORMED_ID"
        | "FIELD_INTEGRITY_EXCEPTION" => Kind::Record,
        "INSUFFICIENT_ACCESS_OR_READONLY"
        | "INSUFFICIENT_ACCESS"
        | "INVALID_FIELD_FOR_INSERT_UPDATE"
        | "INVALID_FIELD"
        | "INVALID_TYPE"
        | "NOT_FOUND"
        | "INACTIVE_OWNER_OR_USER" => Kind::NoPermission,
        "FIELD_CUSTOM_VALIDATION_EXCEPTION"
        | "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
        | "DUPLICATES_DETECTED" => Kind::Rule,
        _ => Kind::Other,
    };
    Refusal { kind, value: Some(value(kind, error)) }
}

/// A rule's message was written by the administrator for people, and a lacking permission's says which column is not
/// seen. Other messages may recite what was sent.
fn value(kind: Kind, error: &RestError) -> String {
    let message = Some(error.message.trim()).filter(|text| !text.is_empty());
    let mut value = match (kind, message) {
        (Kind::Rule, Some(message)) => message.to_owned(),
        (Kind::NoPermission, Some(message)) if error.fields.is_empty() => {
            format!("{}: {message}", error.error_code)
        }
        _ if error.fields.is_empty() => error.error_code.clone(),
        _ => format!("{} ({})", error.fields.join(", "), error.error_code),
    };
    if let Some((place, _)) = value.char_indices().nth(MOST_VALUE) {
        value.truncate(place);
    }
    value
}

const MOST_VALUE: usize = 255;

/// Exception codes of the API that another attempt may not meet (SOAP API Developer Guide, *ExceptionCode* and
/// *StatusCode*). A session that has ended is among them: the client has then asked for a new one already. So is an
/// interface that is closed to us altogether: that is no call's fault, and whoever opens it should have nothing to
/// repeat.
const PASSING: [&str; 10] = [
    "UNABLE_TO_LOCK_ROW",
    "REQUEST_LIMIT_EXCEEDED",
    "SERVER_UNAVAILABLE",
    "REQUEST_RUNNING_TOO_LONG",
    "QUERY_TIMEOUT",
    "INVALID_SESSION_ID",
    "UNKNOWN_EXCEPTION",
    "TXN_SECURITY_METERING_ERROR",
    "API_DISABLED_FOR_ORG",
    "API_CURRENTLY_DISABLED",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_apex_says_of_an_exception_is_understood() {
        let rule = "Insert failed. First exception on row 0; first error: FIELD_CUSTOM_VALIDATION_EXCEPTION, \
            Calls need notes: []";
        let expected = Refusal { kind: Kind::Rule, value: Some("Calls need notes".into()) };

        assert_eq!(verdict_of_apex(rule), Verdict::ForGood(expected));
        assert_eq!(verdict_of_apex("UNABLE_TO_LOCK_ROW: try again"), Verdict::Later);
        assert_eq!(verdict_of_apex("Could not load Apex class: CordboardCallLog."), Verdict::Later);
    }

    #[test]
    fn a_refusal_names_the_field() {
        let error = RestError {
            message: "Required fields are missing: [Team__c]".into(),
            ..of("REQUIRED_FIELD_MISSING", &["Team__c"])
        };

        let Verdict::ForGood(refusal) = verdict(&[error]) else { panic!("it is for good") };

        assert_eq!(refusal.kind, Kind::FieldMissing);
        assert_eq!(refusal.value.as_deref(), Some("Team__c (REQUIRED_FIELD_MISSING)"));
    }

    #[test]
    fn a_rule_speaks_for_itself_and_not_for_ever() {
        let error = RestError {
            message: format!("Calls need a topic. {}", "é".repeat(400)),
            ..of("FIELD_CUSTOM_VALIDATION_EXCEPTION", &[])
        };

        let Verdict::ForGood(refusal) = verdict(&[error]) else { panic!("it is for good") };

        assert_eq!(refusal.kind, Kind::Rule);
        let value = refusal.value.unwrap();
        assert!(value.starts_with("Calls need a topic.") && value.chars().count() == 255);
    }

    #[test]
    fn a_field_that_is_not_seen_is_named() {
        let error = RestError {
            message: "No such column 'Type' on sobject of type Task".into(),
            ..of("INVALID_FIELD", &[])
        };

        let Verdict::ForGood(refusal) = verdict(&[error]) else { panic!("it is for good") };

        let value = "INVALID_FIELD: No such column 'Type' on sobject of type Task";
        assert_eq!(refusal, Refusal { kind: Kind::NoPermission, value: Some(value.into()) });
    }

    #[test]
    fn what_passes_is_asked_again_unless_something_lasts() {
        let busy = || of("UNABLE_TO_LOCK_ROW", &[]);

        assert_eq!(verdict(&[busy()]), Verdict::Later);
        assert_eq!(verdict(&[]), Verdict::Later);
        let both = verdict(&[busy(), of("INSUFFICIENT_ACCESS_OR_READONLY", &[])]);
        let Verdict::ForGood(refusal) = both else { panic!("it is for good") };
        assert_eq!(refusal.kind, Kind::NoPermission);
    }

    #[test]
    fn a_message_that_may_recite_what_was_sent_is_not_passed_on() {
        let error = RestError { message: "id: 003…: secret".into(), ..of("SOME_NEW_CODE", &[]) };

        let Verdict::ForGood(refusal) = verdict(&[error]) else { panic!("it is for good") };

        assert_eq!((refusal.kind, refusal.value.as_deref()), (Kind::Other, Some("SOME_NEW_CODE")));
    }

    fn of(code: &str, fields: &[&str]) -> RestError {
        RestError {
            error_code: code.into(),
            message: String::new(),
            fields: fields.iter().copied().map(String::from).collect(),
        }
    }
}

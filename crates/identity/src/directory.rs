//! What Salesforce says once a minute of the users whose sessions live, and which sessions that ends.
//!
//! ~~~text
//! answered     deactivated, frozen, not standard, in no call center of ours: the agent's sessions end, and
//!              none opens until Salesforce says otherwise
//! silent       sessions go on for thirty minutes, then they end
//! refused      sessions go on; the administrator is told which permission is missing
//! ~~~

mod answer;

use jiff::{SignedDuration, Timestamp};

pub use answer::{Answer, Finding, Found, Inquiry, Live, Login, Subject, Unfit, Verdict};

use crate::session::End;

/// What is known of an organisation's directory beside its answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    pub answered_at: Option<Timestamp>,
    pub trouble: Option<Trouble>,
}

/// What has kept Salesforce from a whole answer, and since when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub since: Timestamp,
    pub asked: Asked,
    pub cause: Cause,
}

/// The questions of each minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// `User` by id: active, type, call center.
    Users,
    /// The same by operator ID, of agents who are not linked.
    Operators,
    /// `UserLogin`: frozen or not.
    Logins,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// No answer, or none that can be read.
    Silent,
    /// Salesforce's own error code.
    Refused(String),
    /// Users are missing in the answer.
    Unseen,
}

impl Directory {
    /// The directory after one round of questions; the time of a trouble's start stays while it lasts.
    pub fn after(&self, failure: Option<(Asked, Cause)>, now: Timestamp) -> Self {
        let Some((asked, cause)) = failure else {
            return Self { answered_at: Some(now), trouble: None };
        };
        let same = |old: &&Trouble| old.asked == asked && old.cause == cause;
        let since = self.trouble.as_ref().filter(same).map_or(now, |old| old.since);
        let users_answered = asked != Asked::Users || cause == Cause::Unseen;
        Self {
            answered_at: if users_answered { Some(now) } else { self.answered_at },
            trouble: Some(Trouble { since, asked, cause }),
        }
    }

    /// Whether the trouble began or ended, or is another one, between `before` and this.
    pub fn differs_from(&self, before: &Self) -> bool {
        let what = |directory: &Self| {
            directory.trouble.as_ref().map(|trouble| (trouble.asked, trouble.cause.clone()))
        };
        what(self) != what(before)
    }

    /// The end that silence puts to a session. One that began meanwhile has its thirty minutes from then.
    pub fn end_by_silence(&self, live: Live, now: Timestamp) -> Option<End> {
        let trouble = self.trouble.as_ref()?;
        if trouble.asked != Asked::Users || trouble.cause != Cause::Silent {
            return None;
        }
        let since = trouble.since.max(live.created_at);
        (now >= since + TOLERANCE).then_some(End::SalesforceUnreachable)
    }
}

impl Trouble {
    /// What an administrator can do about it.
    pub fn remedy(&self) -> &'static str {
        match (&self.cause, self.asked) {
            (Cause::Silent, _) => {
                "check that this server reaches the organisation's My Domain address"
            }
            (Cause::Unseen, Asked::Operators) => {
                "enter the agents' operator IDs on their users (CTI_Operator_Id__c), or link the agents"
            }
            (Cause::Unseen, Asked::Users | Asked::Logins) => {
                "give the integration user the permission View All Users"
            }
            (Cause::Refused(code), asked) => remedy_of_code(code, asked),
        }
    }
}

fn remedy_of_code(code: &str, asked: Asked) -> &'static str {
    match (code, asked) {
        ("API_DISABLED_FOR_ORG" | "API_CURRENTLY_DISABLED", _) => {
            "give the integration user the permission API Enabled"
        }
        ("INVALID_TYPE" | "INVALID_FIELD" | "INSUFFICIENT_ACCESS", Asked::Logins) => {
            "give the integration user the permission Manage Users, or frozen users keep their sessions"
        }
        ("INVALID_TYPE" | "INVALID_FIELD" | "INSUFFICIENT_ACCESS", Asked::Users) => {
            "give the integration user the permission View Setup and Configuration, and read access to the \
             fields IsActive, CallCenterId and UserType of User"
        }
        ("INVALID_TYPE" | "INVALID_FIELD" | "INSUFFICIENT_ACCESS", Asked::Operators) => {
            "give the integration user read access to the field CTI_Operator_Id__c of User, or agents who are \
             not linked keep their sessions"
        }
        ("REQUEST_LIMIT_EXCEEDED", _) => "the organisation has used up its API requests of the day",
        ("invalid_client" | "invalid_client_id", _) => {
            "enter the integration app's consumer key and secret again: cordboard organization set"
        }
        ("invalid_grant" | "INVALID_SESSION_ID", _) => {
            "name an active Run As user in the integration app's Client Credentials Flow, with the \
             permission API Enabled"
        }
        _ => "look the code up in Salesforce's documentation of the REST API",
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let asked = match self.asked {
            Asked::Users => "User",
            Asked::Operators => "User by operator ID",
            Asked::Logins => "UserLogin",
        };
        match &self.cause {
            Cause::Silent => write!(f, "Salesforce does not answer the query of {asked}"),
            Cause::Refused(code) => write!(f, "Salesforce refuses the query of {asked}: {code}"),
            Cause::Unseen if self.asked == Asked::Operators => {
                f.write_str("Salesforce has no user with the operator ID of some agents")
            }
            Cause::Unseen => f.write_str("Salesforce does not show every agent's user"),
        }
    }
}

impl Asked {
    pub const ALL: [Asked; 3] = [Asked::Users, Asked::Operators, Asked::Logins];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Operators => "operators",
            Self::Logins => "logins",
        }
    }
}

/// For how long sessions go on while Salesforce does not answer.
pub const TOLERANCE: SignedDuration = SignedDuration::from_mins(30);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::SessionId;

    #[test]
    fn silence_ends_sessions_after_thirty_minutes_and_not_before() {
        let mut directory = Directory::default().after(None, at(0));
        for minute in 1..=30 {
            directory = directory.after(silent(), at(60 * minute));
            assert_eq!(directory.end_by_silence(live(), at(60 * minute)), None);
        }

        assert_eq!(directory.answered_at, Some(at(0)));
        let end = directory.end_by_silence(live(), at(60 * 31));
        assert_eq!(end, Some(End::SalesforceUnreachable));
    }

    #[test]
    fn one_answer_begins_the_thirty_minutes_anew() {
        let directory = Directory::default()
            .after(silent(), at(0))
            .after(None, at(1740))
            .after(silent(), at(1800));

        assert_eq!(directory.end_by_silence(live(), at(1800)), None);
    }

    #[test]
    fn a_session_that_began_in_the_silence_has_thirty_minutes_of_its_own() {
        let directory = Directory::default().after(silent(), at(0));
        let late = Live { created_at: at(3600), ..live() };

        assert_eq!(directory.end_by_silence(late, at(3660)), None);
        assert!(directory.end_by_silence(late, at(5400)).is_some());
    }

    #[test]
    fn a_refusal_ends_nothing_however_long_it_lasts() {
        let refused = || Some((Asked::Users, Cause::Refused("API_DISABLED_FOR_ORG".into())));
        let directory = Directory::default().after(refused(), at(0)).after(refused(), at(90_000));

        assert_eq!(directory.end_by_silence(live(), at(90_000)), None);
        let then_silent = directory.after(silent(), at(90_060));
        assert_eq!(then_silent.end_by_silence(live(), at(90_060)), None);
    }

    #[test]
    fn silence_about_freezing_alone_ends_nothing() {
        let silent = Some((Asked::Logins, Cause::Silent));
        let directory = Directory::default().after(silent, at(0));

        assert_eq!(directory.end_by_silence(live(), at(90_000)), None);
        assert_eq!(directory.answered_at, Some(at(0)));
    }

    #[test]
    fn a_change_is_one_when_the_trouble_begins_ends_or_is_another() {
        let well = Directory::default().after(None, at(0));
        let silent_first = well.after(silent(), at(60));
        let silent_still = silent_first.after(silent(), at(120));

        assert!(silent_first.differs_from(&well) && well.differs_from(&silent_first));
        assert!(!silent_still.differs_from(&silent_first));
        assert!(!well.after(None, at(60)).differs_from(&well));
    }

    #[test]
    fn the_missing_permission_is_named_for_the_query_that_misses_it() {
        let remedy = |asked, code: &str| {
            Trouble { since: at(0), asked, cause: Cause::Refused(code.into()) }.remedy()
        };

        assert!(remedy(Asked::Users, "API_DISABLED_FOR_ORG").contains("API Enabled"));
        assert!(remedy(Asked::Logins, "INVALID_TYPE").contains("Manage Users"));
        assert!(remedy(Asked::Users, "INVALID_FIELD").contains("View Setup"));
        assert!(remedy(Asked::Operators, "INVALID_FIELD").contains("CTI_Operator_Id__c"));
    }

    fn silent() -> Option<(Asked, Cause)> {
        Some((Asked::Users, Cause::Silent))
    }

    fn live() -> Live {
        Live { session: SessionId([1; 16]), created_at: at(0) }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }
}

//! What Salesforce says once a minute of the users whose sessions live, and which sessions that ends.
//!
//! ~~~text
//! answered     deactivated, frozen, not standard, in no call center of ours: the session ends
//! silent       sessions go on for thirty minutes, then they end
//! refused      sessions go on; the administrator is told which permission is missing
//! ~~~

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use salesforce::id::UserId;

use crate::{
    agent::AgentId,
    organization::Organization,
    session::{End, SessionId},
    sign_in::{self, Refusal, Standing},
};

/// A live session of an agent who is linked to a Salesforce user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    pub session: SessionId,
    pub agent: AgentId,
    pub user: UserId,
    pub created_at: Timestamp,
}

/// What Salesforce says of one user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub standing: Standing,
    pub login: Login,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Login {
    Open,
    Frozen,
}

/// The users of one answer. Whoever is missing in it was not shown to us, which says nothing about them:
/// Salesforce never deletes a user.
pub type Answer = HashMap<UserId, Found>;

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

/// The two questions of each minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// `User`: active, type, call center.
    Users,
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
        let users_answered = asked == Asked::Logins || cause == Cause::Unseen;
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
    pub fn end_by_silence(&self, live: &Live, now: Timestamp) -> Option<End> {
        let trouble = self.trouble.as_ref()?;
        if trouble.asked != Asked::Users || trouble.cause != Cause::Silent {
            return None;
        }
        let since = trouble.since.max(live.created_at);
        (now >= since + TOLERANCE).then_some(End::SalesforceUnreachable)
    }
}

/// The end that the answer puts to a session.
pub fn end_by_answer(live: &Live, answer: &Answer, organization: &Organization) -> Option<End> {
    let found = answer.get(&live.user)?;
    match sign_in::check_standing(live.user, &found.standing, organization) {
        Err(Refusal::UserInactive(_)) => Some(End::UserInactive),
        Err(Refusal::NotInCallCenter(_)) => Some(End::NotInCallCenter),
        Err(Refusal::NotStandardUser(_)) => Some(End::NotStandardUser),
        Err(_) => Some(End::Standing),
        Ok(()) if found.login == Login::Frozen => Some(End::UserFrozen),
        Ok(()) => None,
    }
}

impl Trouble {
    /// What an administrator can do about it.
    pub fn remedy(&self) -> &'static str {
        match (&self.cause, self.asked) {
            (Cause::Silent, _) => {
                "check that this server reaches the organisation's My Domain address"
            }
            (Cause::Unseen, _) => "give the integration user the permission View All Users",
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
            Asked::Logins => "UserLogin",
        };
        match &self.cause {
            Cause::Silent => write!(f, "Salesforce does not answer the query of {asked}"),
            Cause::Refused(code) => write!(f, "Salesforce refuses the query of {asked}: {code}"),
            Cause::Unseen => f.write_str("Salesforce does not show every agent's user"),
        }
    }
}

impl Asked {
    pub const ALL: [Asked; 2] = [Asked::Users, Asked::Logins];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Logins => "logins",
        }
    }
}

/// For how long sessions go on while Salesforce does not answer.
pub const TOLERANCE: SignedDuration = SignedDuration::from_mins(30);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign_in::{
        Membership,
        tests::{organization, standing, user},
    };

    #[test]
    fn each_thing_that_makes_a_user_no_agent_ends_the_session_with_its_own_reason() {
        let ends = |standing, login| {
            let answer = Answer::from([(user(), Found { standing, login })]);
            end_by_answer(&live(), &answer, &organization())
        };

        assert_eq!(ends(standing(), Login::Open), None);
        assert_eq!(ends(standing(), Login::Frozen), Some(End::UserFrozen));
        let inactive = Standing { active: false, ..standing() };
        assert_eq!(ends(inactive, Login::Open), Some(End::UserInactive));
        let moved = Standing { call_center: Membership::Of(None), ..standing() };
        assert_eq!(ends(moved, Login::Open), Some(End::NotInCallCenter));
        let guest = Standing { user_type: "Guest".into(), ..standing() };
        assert_eq!(ends(guest, Login::Open), Some(End::NotStandardUser));
    }

    #[test]
    fn a_user_whom_salesforce_does_not_show_keeps_the_session() {
        assert_eq!(end_by_answer(&live(), &Answer::new(), &organization()), None);
    }

    #[test]
    fn silence_ends_sessions_after_thirty_minutes_and_not_before() {
        let mut directory = Directory::default().after(None, at(0));
        for minute in 1..=30 {
            directory = directory.after(silent(), at(60 * minute));
            assert_eq!(directory.end_by_silence(&live(), at(60 * minute)), None);
        }

        assert_eq!(directory.answered_at, Some(at(0)));
        let end = directory.end_by_silence(&live(), at(60 * 31));
        assert_eq!(end, Some(End::SalesforceUnreachable));
    }

    #[test]
    fn one_answer_begins_the_thirty_minutes_anew() {
        let directory = Directory::default()
            .after(silent(), at(0))
            .after(None, at(1740))
            .after(silent(), at(1800));

        assert_eq!(directory.end_by_silence(&live(), at(1800)), None);
    }

    #[test]
    fn a_session_that_began_in_the_silence_has_thirty_minutes_of_its_own() {
        let directory = Directory::default().after(silent(), at(0));
        let late = Live { created_at: at(3600), ..live() };

        assert_eq!(directory.end_by_silence(&late, at(3660)), None);
        assert!(directory.end_by_silence(&late, at(5400)).is_some());
    }

    #[test]
    fn a_refusal_ends_nothing_however_long_it_lasts() {
        let refused = || Some((Asked::Users, Cause::Refused("API_DISABLED_FOR_ORG".into())));
        let directory = Directory::default().after(refused(), at(0)).after(refused(), at(90_000));

        assert_eq!(directory.end_by_silence(&live(), at(90_000)), None);
        let then_silent = directory.after(silent(), at(90_060));
        assert_eq!(then_silent.end_by_silence(&live(), at(90_060)), None);
    }

    #[test]
    fn silence_about_freezing_alone_ends_nothing() {
        let silent = Some((Asked::Logins, Cause::Silent));
        let directory = Directory::default().after(silent, at(0));

        assert_eq!(directory.end_by_silence(&live(), at(90_000)), None);
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
    }

    fn silent() -> Option<(Asked, Cause)> {
        Some((Asked::Users, Cause::Silent))
    }

    fn live() -> Live {
        Live {
            session: SessionId([1; 16]),
            agent: AgentId("anna".into()),
            user: user(),
            created_at: at(0),
        }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }
}

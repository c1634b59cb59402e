//! Whom Salesforce is asked about, what it answers, and what that says of an agent.
//!
//! A [`Finding`] outlives the sessions that it ended: the console of a frozen user goes on, and so do its
//! proofs. It stands until Salesforce says otherwise, or an administrator does (`cordboard agent enable`).

use std::collections::HashMap;

use jiff::Timestamp;
use salesforce::id::{CallCenterId, UserId};

use crate::{
    agent::{Agent, AgentId},
    organization::Organization,
    session::{End, SessionId},
    sign_in::{self, Refusal, Standing},
};

/// By what Salesforce knows an agent's user.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    User(UserId),
    /// While there is no link: `CTI_Operator_Id__c`, which is unique in an organisation.
    Operator(String),
}

/// An agent who is asked about: for live sessions, or for a finding that may have passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inquiry {
    pub agent: AgentId,
    pub subject: Subject,
    pub finding: Option<Finding>,
    pub sessions: Vec<Live>,
}

/// A live session, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Live {
    pub session: SessionId,
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
    /// That question was not answered.
    Unknown,
}

/// The users of one round. Whoever is missing in it was not shown to us, which says nothing about them:
/// Salesforce never deletes a user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    users: HashMap<UserId, Found>,
    operators: HashMap<String, UserId>,
}

/// Why a Salesforce user may be no agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    Inactive,
    Frozen,
    NotInCallCenter(Option<CallCenterId>),
    NotStandardUser(String),
}

/// What Salesforce said against the user of an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub unfit: Unfit,
    pub user: UserId,
    pub found_at: Timestamp,
}

/// What an answer says of an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing.
    Unseen,
    Fit,
    Unfit(Finding),
}

impl Answer {
    pub fn add(&mut self, user: UserId, operator_id: Option<String>, found: Found) {
        self.users.insert(user, found);
        self.operators.extend(operator_id.map(|operator_id| (operator_id, user)));
    }

    pub fn shows(&self, subject: &Subject) -> bool {
        self.found(subject).is_some()
    }

    fn found(&self, subject: &Subject) -> Option<(UserId, &Found)> {
        let user = match subject {
            Subject::User(user) => *user,
            Subject::Operator(operator_id) => *self.operators.get(operator_id)?,
        };
        Some((user, self.users.get(&user)?))
    }

    /// `before` is what was found last, which an answer to only half of the questions does not undo.
    pub fn verdict(
        &self,
        subject: &Subject,
        before: Option<&Finding>,
        organization: &Organization,
        now: Timestamp,
    ) -> Verdict {
        let Some((user, found)) = self.found(subject) else { return Verdict::Unseen };
        let before = before.filter(|before| before.user == user);
        let was_frozen = before.is_some_and(|before| before.unfit == Unfit::Frozen);
        let unfit = match sign_in::check_standing(user, &found.standing, organization) {
            Err(refusal) => Unfit::from_refusal(refusal),
            Ok(()) => match found.login {
                Login::Frozen => Some(Unfit::Frozen),
                Login::Unknown if was_frozen => Some(Unfit::Frozen),
                Login::Unknown | Login::Open => None,
            },
        };
        match unfit {
            None => Verdict::Fit,
            Some(unfit) => {
                let same = before.filter(|before| before.unfit == unfit);
                let found_at = same.map_or(now, |same| same.found_at);
                Verdict::Unfit(Finding { unfit, user, found_at })
            }
        }
    }
}

impl Unfit {
    fn from_refusal(refusal: Refusal) -> Option<Self> {
        match refusal {
            Refusal::UserInactive(_) => Some(Self::Inactive),
            Refusal::NotInCallCenter(center) => Some(Self::NotInCallCenter(center)),
            Refusal::NotStandardUser(user_type) => Some(Self::NotStandardUser(user_type)),
            _ => None,
        }
    }

    /// The end that it puts to sessions.
    pub fn end(&self) -> End {
        match self {
            Self::Inactive => End::UserInactive,
            Self::Frozen => End::UserFrozen,
            Self::NotInCallCenter(_) => End::NotInCallCenter,
            Self::NotStandardUser(_) => End::NotStandardUser,
        }
    }
}

impl Finding {
    pub fn refusal(&self) -> Refusal {
        match &self.unfit {
            Unfit::Inactive => Refusal::UserInactive(self.user),
            Unfit::Frozen => Refusal::UserFrozen(self.user),
            Unfit::NotInCallCenter(center) => Refusal::NotInCallCenter(*center),
            Unfit::NotStandardUser(user_type) => Refusal::NotStandardUser(user_type.clone()),
        }
    }
}

impl Agent {
    /// Nobody in Salesforce is known by an account that has neither link nor operator ID.
    pub fn subject(&self) -> Option<Subject> {
        let operator = || self.operator_id.clone().map(Subject::Operator);
        self.link.map(|link| Subject::User(link.user)).or_else(operator)
    }

    /// What keeps the agent out. Without an integration client nobody could say otherwise any more, and what
    /// was found of another user than the linked one is not this agent's.
    pub fn unfit(&self, organization: &Organization) -> Option<&Finding> {
        let finding =
            self.finding.as_ref().filter(|_| organization.integration_client.is_some())?;
        self.link.is_none_or(|link| link.user == finding.user).then_some(finding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        agent::tests::{agent, legacy, linked},
        organization::{Client, ClientSecret},
        sign_in::{
            Membership,
            tests::{organization, standing, user},
        },
    };

    #[test]
    fn each_thing_that_makes_a_user_no_agent_is_a_finding_of_its_own() {
        let unfit = |standing, login| match verdict(&of_user(standing, login), None) {
            Verdict::Unfit(finding) => Some(finding.unfit),
            Verdict::Fit => None,
            Verdict::Unseen => panic!("the user is in the answer"),
        };

        assert_eq!(unfit(standing(), Login::Open), None);
        assert_eq!(unfit(standing(), Login::Unknown), None);
        assert_eq!(unfit(standing(), Login::Frozen), Some(Unfit::Frozen));
        let inactive = Standing { active: false, ..standing() };
        assert_eq!(unfit(inactive, Login::Open), Some(Unfit::Inactive));
        let moved = Standing { call_center: Membership::Of(None), ..standing() };
        assert_eq!(unfit(moved, Login::Open), Some(Unfit::NotInCallCenter(None)));
        let guest = Standing { user_type: "Guest".into(), ..standing() };
        assert_eq!(unfit(guest, Login::Open), Some(Unfit::NotStandardUser("Guest".into())));
    }

    #[test]
    fn each_finding_ends_sessions_and_refuses_sign_ins_for_the_same_reason() {
        let refusal = |unfit: Unfit| Finding { unfit, user: user(), found_at: at(0) }.refusal();

        assert_eq!(Unfit::Inactive.end(), End::UserInactive);
        assert_eq!(refusal(Unfit::Inactive), Refusal::UserInactive(user()));
        assert_eq!(Unfit::Frozen.end(), End::UserFrozen);
        assert_eq!(refusal(Unfit::Frozen), Refusal::UserFrozen(user()));
        assert_eq!(Unfit::NotInCallCenter(None).end(), End::NotInCallCenter);
        assert_eq!(refusal(Unfit::NotInCallCenter(None)), Refusal::NotInCallCenter(None));
        let guest = Unfit::NotStandardUser("Guest".into());
        assert_eq!(guest.end(), End::NotStandardUser);
        assert_eq!(refusal(guest), Refusal::NotStandardUser("Guest".into()));
    }

    #[test]
    fn a_user_whom_salesforce_does_not_show_is_neither_fit_nor_unfit() {
        assert_eq!(verdict(&Answer::default(), None), Verdict::Unseen);
    }

    #[test]
    fn who_was_frozen_stays_so_until_salesforce_says_otherwise() {
        let before = finding(Unfit::Frozen);
        let still = Verdict::Unfit(before.clone());

        assert_eq!(verdict(&of_user(standing(), Login::Unknown), Some(&before)), still);
        assert_eq!(verdict(&of_user(standing(), Login::Frozen), Some(&before)), still);
        assert_eq!(verdict(&of_user(standing(), Login::Open), Some(&before)), Verdict::Fit);
    }

    #[test]
    fn who_was_inactive_is_fit_once_active_even_if_nobody_says_who_is_frozen() {
        let before = finding(Unfit::Inactive);

        assert_eq!(verdict(&of_user(standing(), Login::Unknown), Some(&before)), Verdict::Fit);
    }

    #[test]
    fn an_agent_without_a_link_is_known_by_the_operator_id_exactly() {
        let mut answer = Answer::default();
        let inactive = Standing { active: false, ..standing() };
        let found = Found { standing: inactive, login: Login::Open };
        answer.add(user(), Some("op-1".into()), found);

        let subject = legacy("ben", "op-1").subject().unwrap();
        let verdict = answer.verdict(&subject, None, &organization(), at(60));
        assert!(matches!(verdict, Verdict::Unfit(finding) if finding.user == user()));
        assert!(!answer.shows(&Subject::Operator("OP-1".into())));
        assert_eq!(linked("anna", user()).subject(), Some(Subject::User(user())));
        assert_eq!(agent("carla").subject(), None);
    }

    #[test]
    fn a_finding_counts_for_its_own_user_and_where_salesforce_can_be_asked() {
        let client = Client { id: "i".into(), secret: ClientSecret::new("s") };
        let asked = Organization { integration_client: Some(client), ..organization() };
        let unasked = organization();
        let found = |agent: Agent| Agent { finding: Some(finding(Unfit::Frozen)), ..agent };
        let other = "005xx000001Sv6B".parse().unwrap();

        assert!(found(linked("anna", user())).unfit(&asked).is_some());
        assert!(found(legacy("ben", "op-1")).unfit(&asked).is_some());
        assert!(found(linked("anna", other)).unfit(&asked).is_none());
        assert!(found(linked("anna", user())).unfit(&unasked).is_none());
    }

    fn verdict(answer: &Answer, before: Option<&Finding>) -> Verdict {
        answer.verdict(&Subject::User(user()), before, &organization(), at(60))
    }

    fn of_user(standing: Standing, login: Login) -> Answer {
        let mut answer = Answer::default();
        answer.add(user(), None, Found { standing, login });
        answer
    }

    fn finding(unfit: Unfit) -> Finding {
        Finding { unfit, user: user(), found_at: at(0) }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }
}

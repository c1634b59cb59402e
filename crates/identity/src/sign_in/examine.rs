//! From a user whom Salesforce vouches for to the account that comes in, the two tables put together.

use jiff::Timestamp;
use salesforce::id::UserId;

use super::{
    Refusal, Standing, StartedBy, Way,
    admit::{Admission, admit},
    check_standing,
};
use crate::{
    agent::{Agent, Link, LinkedLegacy, Presence, Status},
    consent::Consent,
    link::{Account, Candidates, account_of, account_to_switch},
    organization::Organization,
};

/// A verified Salesforce user.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    pub way: Way,
    pub user: UserId,
    pub standing: &'a Standing,
    /// The agent whose legacy session *Switch* came from.
    pub switching: Option<&'a Agent>,
}

/// The account that the user means, if it comes in this way. Consent has still to be looked up.
pub fn examine(
    evidence: Evidence<'_>,
    organization: &Organization,
    candidates: Candidates,
) -> Result<(Agent, Admission), Refusal> {
    check_standing(evidence.user, evidence.standing, organization)?;
    let account = match evidence.switching {
        Some(agent) => account_to_switch(evidence.user, agent, candidates)?,
        None => account_of(evidence.user, candidates)?,
    };
    let admission = admit(evidence.way, organization, account.agent())?;
    let agent = match account {
        Account::Linked(agent) | Account::ToLink(agent) => agent,
    };
    Ok((agent, admission))
}

/// *Sign out* holds until a click of the agent's.
pub fn check_presence(agent: &Agent, started_by: StartedBy) -> Result<(), Refusal> {
    match (agent.presence, started_by) {
        (Presence::SignedOut, StartedBy::Load) => Err(Refusal::SignedOut),
        (Presence::SignedOut, StartedBy::Agent) | (Presence::Welcome, _) => Ok(()),
    }
}

/// Whether what was allowed in the window still holds when the panel claims it: the account may have been
/// disabled, signed out or linked to somebody else, its user frozen, and the consent revoked, in the meantime.
pub fn check_claim(
    agent: &Agent,
    organization: &Organization,
    consent: Option<&Consent>,
) -> Result<(), Refusal> {
    if agent.status == Status::Disabled {
        return Err(Refusal::AgentDisabled(agent.login.clone()));
    }
    if let Some(finding) = agent.unfit(organization) {
        return Err(finding.refusal());
    }
    check_presence(agent, StartedBy::Load)?;
    let holds = consent
        .is_some_and(|consent| consent.agent == agent.id && agent.is_linked_to(consent.subject));
    if holds { Ok(()) } else { Err(Refusal::ConsentNeeded) }
}

/// The account after it came in: linked where it becomes so, and present again.
pub fn welcome(agent: Agent, admission: Admission, user: UserId, now: Timestamp) -> Agent {
    let mut agent = Agent { presence: Presence::Welcome, ..agent };
    if admission == Admission::BecomesLinked {
        agent.link = Some(Link { user, linked_at: now, legacy: LinkedLegacy::Kept });
        // What the administrator entered was used once; the id is pinned.
        agent.entered_user = None;
        agent.unconfirmed_user = None;
    }
    agent
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        agent::{
            AccountKind, AgentId, EnteredUser,
            tests::{agent, legacy, linked},
        },
        consent::ConsentId,
        directory::{Finding, Unfit},
        organization::{Client, ClientSecret},
        sign_in::tests::{organization, standing, user},
    };

    #[test]
    fn a_linked_agent_comes_in_by_proof() {
        let candidates = Candidates { by_link: Some(linked("anna", user())), ..Default::default() };

        let (agent, admission) = by_proof(candidates).unwrap();

        assert_eq!((agent.login.as_str(), admission), ("anna", Admission::Admitted));
    }

    #[test]
    fn standing_is_judged_before_any_account_is_looked_at() {
        let standing = Standing { active: false, ..standing() };
        let evidence = Evidence { standing: &standing, ..evidence(&standing) };

        let refusal = examine(evidence, &organization(), Candidates::default());

        assert_eq!(refusal, Err(Refusal::UserInactive(user())));
    }

    #[test]
    fn an_entered_user_is_linked_once_and_pinned() {
        let entered = Agent { entered_user: Some(EnteredUser::Id(user())), ..agent("carla") };
        let candidates = Candidates { by_entered_user: vec![entered], ..Default::default() };
        let (agent, admission) = by_proof(candidates).unwrap();

        let agent = welcome(agent, admission, user(), Timestamp::UNIX_EPOCH);

        assert!(agent.is_linked_to(user()));
        assert_eq!((agent.kind(), agent.entered_user), (AccountKind::Linked, None));
    }

    #[test]
    fn a_legacy_account_keeps_its_token_when_it_becomes_linked() {
        let agent =
            welcome(legacy("ben", "op-1"), Admission::BecomesLinked, user(), Timestamp::UNIX_EPOCH);

        assert!(agent.token.is_some());
        assert_eq!(agent.kind(), AccountKind::Linked);
    }

    #[test]
    fn a_signed_out_agent_waits_for_a_click() {
        let away = Agent { presence: Presence::SignedOut, ..linked("anna", user()) };

        assert_eq!(check_presence(&away, StartedBy::Load), Err(Refusal::SignedOut));
        assert_eq!(check_presence(&away, StartedBy::Agent), Ok(()));
        let back = welcome(away, Admission::Admitted, user(), Timestamp::UNIX_EPOCH);
        assert_eq!(check_presence(&back, StartedBy::Load), Ok(()));
    }

    #[test]
    fn what_was_allowed_has_still_to_hold_when_it_is_claimed() {
        let agent = linked("anna", user());
        let consent = Consent {
            id: ConsentId("c".into()),
            subject: user(),
            agent: agent.id.clone(),
            granted_at: Timestamp::UNIX_EPOCH,
        };
        let others = Consent { agent: AgentId("ben".into()), ..consent.clone() };
        let relinked = linked("anna", "005xx000001Sv6B".parse().unwrap());
        let disabled = Agent { status: Status::Disabled, ..agent.clone() };
        let away = Agent { presence: Presence::SignedOut, ..agent.clone() };

        let client = Client { id: "i".into(), secret: ClientSecret::new("s") };
        let organization = Organization { integration_client: Some(client), ..organization() };
        let finding =
            Finding { unfit: Unfit::Frozen, user: user(), found_at: Timestamp::UNIX_EPOCH };
        let frozen = Agent { finding: Some(finding), ..agent.clone() };
        let check = |agent, consent: Option<&Consent>| check_claim(agent, &organization, consent);

        assert_eq!(check(&agent, Some(&consent)), Ok(()));
        assert_eq!(check(&agent, None), Err(Refusal::ConsentNeeded));
        assert_eq!(check(&agent, Some(&others)), Err(Refusal::ConsentNeeded));
        assert_eq!(check(&relinked, Some(&consent)), Err(Refusal::ConsentNeeded));
        assert_eq!(check(&disabled, Some(&consent)), Err(Refusal::AgentDisabled("anna".into())));
        assert_eq!(check(&frozen, Some(&consent)), Err(Refusal::UserFrozen(user())));
        assert_eq!(check(&away, Some(&consent)), Err(Refusal::SignedOut));
    }

    fn by_proof(candidates: Candidates) -> Result<(Agent, Admission), Refusal> {
        examine(evidence(&standing()), &organization(), candidates)
    }

    fn evidence(standing: &Standing) -> Evidence<'_> {
        Evidence { way: Way::Proof, user: user(), standing, switching: None }
    }
}

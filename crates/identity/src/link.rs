//! Which account a verified Salesforce user means.
//!
//! First hit: (1) the link; (2) the operator id in the signed proof, for legacy accounts; (3) the Salesforce
//! user that an administrator entered. Never the agent's own user name or e-mail: a username can be
//! reassigned.

use salesforce::id::UserId;

use crate::{
    agent::{AccountKind, Agent, EnteredUser},
    sign_in::{Refusal, Way, proof::RunningUser},
};

/// The accounts that may be meant, as loaded from the organisation.
#[derive(Clone, Debug, Default)]
pub struct Candidates {
    pub by_link: Option<Agent>,
    /// The account with the operator id that the signed proof names.
    pub by_operator_id: Option<Agent>,
    pub by_entered_user: Vec<Agent>,
}

/// The account, and whether the link is there already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Account {
    Linked(Agent),
    /// To be linked in the transaction that admits it.
    ToLink(Agent),
}

impl Account {
    pub fn agent(&self) -> &Agent {
        match self {
            Self::Linked(agent) | Self::ToLink(agent) => agent,
        }
    }
}

pub fn account_of(user: UserId, candidates: Candidates) -> Result<Account, Refusal> {
    if let Some(agent) = candidates.by_link {
        return Ok(Account::Linked(agent));
    }
    let by_operator_id = candidates.by_operator_id.filter(|agent| {
        // A linked account with this operator id is somebody else's; it is found below as a conflict.
        agent.kind() == AccountKind::Legacy || agent.link.is_some()
    });
    let mut hits: Vec<Agent> = by_operator_id.into_iter().collect();
    for agent in candidates.by_entered_user {
        if !hits.iter().any(|hit| hit.id == agent.id) {
            hits.push(agent);
        }
    }
    match <[Agent; 1]>::try_from(hits) {
        Ok([agent]) if agent.link.is_some() => Err(Refusal::LinkConflict(user)),
        Ok([agent]) => Ok(Account::ToLink(agent)),
        Err(hits) if hits.is_empty() => Err(Refusal::NoAgent(user)),
        Err(_) => Err(Refusal::LinkConflict(user)),
    }
}

/// Whether a running user may sit behind a session of `agent` that was opened by `way`. Beside a password it is
/// enough that the user is nobody else: the account may have neither link nor operator ID to know them by.
pub fn may_be(way: Way, agent: &Agent, user: &RunningUser, candidates: &Candidates) -> bool {
    let operator_id = user.operator_id.as_deref();
    if way != Way::Password || agent.link.is_some() {
        return agent.is_user(user.user, operator_id);
    }
    let Candidates { by_link, by_operator_id, by_entered_user } = candidates;
    let mut named = by_link.iter().chain(by_operator_id).chain(by_entered_user);
    let is_entered = |entered: &EnteredUser| entered.means(user.user, user.username.as_deref());
    named.all(|named| named.id == agent.id)
        && agent.entered_user.as_ref().is_none_or(is_entered)
        && (agent.operator_id.is_none()
            || operator_id.is_none()
            || agent.operator_id.as_deref() == operator_id)
}

/// *Switch* moves the session's own agent, and only where the verified user is that agent by (2) or (3);
/// otherwise the administrator has to confirm.
pub fn account_to_switch(
    user: UserId,
    agent: &Agent,
    candidates: Candidates,
) -> Result<Account, Refusal> {
    match account_of(user, candidates) {
        Ok(account) if account.agent().id == agent.id => Ok(account),
        Ok(_) => Err(Refusal::LinkConflict(user)),
        Err(Refusal::NoAgent(_)) if agent.link.is_none() => Err(Refusal::LinkConfirm(user)),
        Err(Refusal::NoAgent(_)) => Err(Refusal::LinkConflict(user)),
        Err(other) => Err(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        agent::tests::{agent, legacy, linked},
        sign_in::tests::standing,
    };

    #[test]
    fn beside_a_password_the_user_may_be_unknown_and_must_be_nobody_else() {
        let nobody = Candidates::default();
        let bens = Candidates { by_operator_id: Some(legacy("ben", "op-1")), ..nobody.clone() };
        let linked_to_ben = Candidates { by_link: Some(linked("ben", anna())), ..nobody.clone() };
        let entered_for_ben =
            Candidates { by_entered_user: vec![entered("ben")], ..nobody.clone() };
        let may = |agent: &Agent, operator_id: Option<&str>, candidates: &Candidates| {
            may_be(Way::Password, agent, &user(operator_id), candidates)
        };

        assert!(may(&agent("carla"), None, &nobody));
        assert!(may(&agent("carla"), Some("op-9"), &nobody));
        assert!(may(&legacy("ben", "op-1"), None, &nobody));
        assert!(may(&legacy("ben", "op-1"), Some("op-1"), &bens));
        assert!(may(&entered("carla"), None, &nobody));
        assert!(may(&linked("anna", anna()), Some("op-9"), &nobody));
        for others in [&bens, &linked_to_ben, &entered_for_ben] {
            assert!(!may(&agent("carla"), Some("op-1"), others));
        }
        assert!(!may(&legacy("ben", "op-1"), Some("op-2"), &nobody));
        assert!(!may(&linked("carla", "005xx000001Sv6B".parse().unwrap()), None, &nobody));
        let other = Agent {
            entered_user: Some(EnteredUser::Username("carla@acme.example".into())),
            ..agent("carla")
        };
        assert!(!may(&other, None, &nobody));
    }

    #[test]
    fn beside_a_token_the_user_is_the_agent_and_known_to_be() {
        let nobody = Candidates::default();
        let may = |agent: &Agent, operator_id: Option<&str>| {
            may_be(Way::Legacy, agent, &user(operator_id), &nobody)
        };

        assert!(may(&legacy("ben", "op-1"), Some("op-1")));
        assert!(!may(&legacy("ben", "op-1"), None));
        assert!(!may(&agent("carla"), None));
    }

    #[test]
    fn the_link_comes_first_whatever_else_would_hit() {
        let candidates = Candidates {
            by_link: Some(linked("anna", anna())),
            by_operator_id: Some(legacy("ben", "op-1")),
            by_entered_user: vec![entered("carla")],
        };

        assert_eq!(login(account_of(anna(), candidates)), Ok("anna".into()));
    }

    #[test]
    fn the_operator_id_in_the_proof_finds_a_legacy_account() {
        let candidates =
            Candidates { by_operator_id: Some(legacy("ben", "op-1")), ..Default::default() };

        assert_eq!(account_of(anna(), candidates), Ok(Account::ToLink(legacy("ben", "op-1"))));
    }

    #[test]
    fn the_operator_id_finds_no_account_without_a_token() {
        let without_token = Agent { operator_id: Some("op-1".into()), ..agent("ben") };
        let candidates = Candidates { by_operator_id: Some(without_token), ..Default::default() };

        assert_eq!(account_of(anna(), candidates), Err(Refusal::NoAgent(anna())));
    }

    #[test]
    fn the_entered_user_finds_an_account_that_is_not_linked() {
        let candidates =
            Candidates { by_entered_user: vec![entered("carla")], ..Default::default() };

        assert_eq!(login(account_of(anna(), candidates)), Ok("carla".into()));
    }

    #[test]
    fn the_same_account_hit_twice_is_one_hit() {
        let both = Agent { entered_user: Some(EnteredUser::Id(anna())), ..legacy("ben", "op-1") };
        let candidates = Candidates {
            by_link: None,
            by_operator_id: Some(both.clone()),
            by_entered_user: vec![both],
        };

        assert_eq!(login(account_of(anna(), candidates)), Ok("ben".into()));
    }

    #[test]
    fn two_accounts_hit_are_a_conflict() {
        let two = Candidates {
            by_entered_user: vec![entered("carla"), entered("dora")],
            ..Default::default()
        };
        let both_ways = Candidates {
            by_link: None,
            by_operator_id: Some(legacy("ben", "op-1")),
            by_entered_user: vec![entered("carla")],
        };

        assert_eq!(account_of(anna(), two), Err(Refusal::LinkConflict(anna())));
        assert_eq!(account_of(anna(), both_ways), Err(Refusal::LinkConflict(anna())));
    }

    #[test]
    fn an_account_linked_to_another_user_is_a_conflict() {
        let others =
            Agent { entered_user: Some(EnteredUser::Id(anna())), ..linked("carla", ben()) };
        let by_entry = Candidates { by_entered_user: vec![others], ..Default::default() };
        let by_operator = Candidates {
            by_operator_id: Some(Agent {
                operator_id: Some("op-1".into()),
                ..linked("carla", ben())
            }),
            ..Default::default()
        };

        assert_eq!(account_of(anna(), by_entry), Err(Refusal::LinkConflict(anna())));
        assert_eq!(account_of(anna(), by_operator), Err(Refusal::LinkConflict(anna())));
    }

    #[test]
    fn nobody_is_found_by_their_own_name() {
        assert_eq!(account_of(anna(), Candidates::default()), Err(Refusal::NoAgent(anna())));
    }

    #[test]
    fn switching_links_only_where_the_administrator_or_the_proof_agrees() {
        let ben_account = legacy("ben", "op-1");
        let agreed = Candidates { by_operator_id: Some(ben_account.clone()), ..Default::default() };
        let somebody_else =
            Candidates { by_link: Some(linked("anna", anna())), ..Default::default() };

        let switch = |candidates| account_to_switch(anna(), &ben_account, candidates);
        assert_eq!(login(switch(agreed)), Ok("ben".into()));
        assert_eq!(switch(Candidates::default()), Err(Refusal::LinkConfirm(anna())));
        assert_eq!(switch(somebody_else), Err(Refusal::LinkConflict(anna())));
    }

    fn login(account: Result<Account, Refusal>) -> Result<String, Refusal> {
        account.map(|account| account.agent().login.clone())
    }

    fn user(operator_id: Option<&str>) -> RunningUser {
        RunningUser {
            user: anna(),
            standing: standing(),
            operator_id: operator_id.map(str::to_owned),
            username: Some("anna@acme.example".into()),
            language: None,
            nonce: "nonce".into(),
        }
    }

    fn entered(login: &str) -> Agent {
        Agent { entered_user: Some(EnteredUser::Id(anna())), ..agent(login) }
    }

    fn anna() -> UserId {
        "005xx000001Sv6AAAS".parse().unwrap()
    }

    fn ben() -> UserId {
        "005xx000001Sv6B".parse().unwrap()
    }
}

//! The second table: whether a verified account comes in by this way.
//!
//! | account | proof, SSO, SAML | legacy | password |
//! |---|---|---|---|
//! | `legacy` | proof: use the token (with legacy off: as SSO); SSO, SAML: in, becomes `linked` | in, with a notice | in if it has one |
//! | `linked` | in | `on`: in while the token lives; `migrating`: use Salesforce | in if it has one |
//! | `sso_only` | in | refused | refused |
//! | `password` | in, becomes `linked` | – | in |
//!
//! A way that the organisation has off refuses its whole column in the words of a wrong credential. In the
//! first column consent has to be on record besides; that is asked after this table. Before it comes who is
//! let in by no way: a disabled account, and one whose user Salesforce has found to be no agent.

use super::{Refusal, Way};
use crate::{
    agent::{AccountKind, Agent, Status},
    organization::{Legacy, Organization, Password},
};

/// How an account comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    Admitted,
    /// The link is written in the transaction that admits.
    BecomesLinked,
    /// By a method whose days are counted.
    Deprecated,
}

/// `agent` is the account that the verified credential means. Its password, if it has one, has been
/// verified where `way` is [`Way::Password`]; so has its token where `way` is [`Way::Legacy`].
pub fn admit(way: Way, organization: &Organization, agent: &Agent) -> Result<Admission, Refusal> {
    use AccountKind as K;
    let by_salesforce = matches!(way, Way::Proof | Way::SalesforceSso | Way::Saml);
    if agent.status == Status::Disabled {
        return Err(if by_salesforce {
            Refusal::AgentDisabled(agent.login.clone())
        } else {
            Refusal::WrongCredentials
        });
    }
    if let Some(finding) = agent.unfit(organization) {
        return Err(if by_salesforce { finding.refusal() } else { Refusal::WrongCredentials });
    }
    match (way, agent.kind(), organization.legacy) {
        // ── proof, SSO, SAML ──────────────────────────────────────────
        (Way::Proof, K::Legacy, Legacy::Off) => Ok(Admission::BecomesLinked),
        (Way::Proof, K::Legacy, Legacy::On | Legacy::Migrating) => Err(Refusal::UseLegacy),
        (Way::SalesforceSso | Way::Saml, K::Legacy, _) => Ok(Admission::BecomesLinked),
        (Way::Proof | Way::SalesforceSso | Way::Saml, K::Linked | K::SsoOnly, _) => {
            Ok(Admission::Admitted)
        }
        (Way::Proof | Way::SalesforceSso | Way::Saml, K::Password, _) => {
            Ok(Admission::BecomesLinked)
        }

        // ── legacy ────────────────────────────────────────────────────
        (Way::Legacy, _, Legacy::Off) => Err(Refusal::WrongCredentials),
        (Way::Legacy, K::Legacy, Legacy::On | Legacy::Migrating) => Ok(Admission::Deprecated),
        (Way::Legacy, K::Linked, Legacy::On) => match agent.token {
            Some(_) => Ok(Admission::Deprecated),
            None => Err(Refusal::WrongCredentials),
        },
        (Way::Legacy, K::Linked, Legacy::Migrating) => Err(Refusal::UseSalesforce),
        (Way::Legacy, K::SsoOnly | K::Password, _) => Err(Refusal::WrongCredentials),

        // ── password ──────────────────────────────────────────────────
        (Way::Password, K::SsoOnly, _) => Err(Refusal::WrongCredentials),
        (Way::Password, K::Legacy | K::Linked | K::Password, _) => match organization.password {
            Password::On => Ok(Admission::Admitted),
            Password::Off => Err(Refusal::WrongCredentials),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        agent::tests::{agent, legacy, linked, sso_only},
        directory::{Finding, Unfit},
        organization::{Client, ClientSecret},
        sign_in::tests::{organization, user},
    };
    use Admission::{Admitted, BecomesLinked, Deprecated};

    #[test]
    fn a_legacy_account_goes_on_with_its_token_until_legacy_is_off() {
        let account = legacy("ben", "op-1");

        for setting in [Legacy::On, Legacy::Migrating] {
            assert_eq!(by(Way::Proof, setting, &account), Err(Refusal::UseLegacy));
            assert_eq!(by(Way::SalesforceSso, setting, &account), Ok(BecomesLinked));
            assert_eq!(by(Way::Saml, setting, &account), Ok(BecomesLinked));
            assert_eq!(by(Way::Legacy, setting, &account), Ok(Deprecated));
        }
        assert_eq!(by(Way::Proof, Legacy::Off, &account), Ok(BecomesLinked));
        assert_eq!(by(Way::Legacy, Legacy::Off, &account), Err(Refusal::WrongCredentials));
    }

    #[test]
    fn a_linked_account_comes_in_by_salesforce_and_by_its_token_while_it_lives() {
        let without_token = linked("anna", user());
        let with_token = Agent { token: legacy("x", "y").token, ..linked("anna", user()) };

        for way in [Way::Proof, Way::SalesforceSso, Way::Saml] {
            assert_eq!(by(way, Legacy::On, &with_token), Ok(Admitted));
        }
        assert_eq!(by(Way::Legacy, Legacy::On, &with_token), Ok(Deprecated));
        assert_eq!(by(Way::Legacy, Legacy::On, &without_token), Err(Refusal::WrongCredentials));
        assert_eq!(by(Way::Legacy, Legacy::Migrating, &with_token), Err(Refusal::UseSalesforce));
        assert_eq!(by(Way::Legacy, Legacy::Off, &with_token), Err(Refusal::WrongCredentials));
    }

    #[test]
    fn an_sso_only_account_comes_in_by_salesforce_alone() {
        let account = sso_only("anna", user());

        for way in [Way::Proof, Way::SalesforceSso, Way::Saml] {
            assert_eq!(by(way, Legacy::On, &account), Ok(Admitted));
        }
        for way in [Way::Legacy, Way::Password] {
            assert_eq!(by(way, Legacy::On, &account), Err(Refusal::WrongCredentials));
        }
    }

    #[test]
    fn an_account_with_neither_link_nor_token_becomes_linked() {
        let account = agent("carla");

        for way in [Way::Proof, Way::SalesforceSso, Way::Saml] {
            assert_eq!(by(way, Legacy::On, &account), Ok(BecomesLinked));
        }
        assert_eq!(by(Way::Legacy, Legacy::On, &account), Err(Refusal::WrongCredentials));
    }

    #[test]
    fn passwords_count_only_where_they_are_on() {
        let on = Organization { password: Password::On, ..organization() };
        let off = organization();

        for account in [agent("carla"), legacy("ben", "op-1"), linked("anna", user())] {
            assert_eq!(admit(Way::Password, &on, &account), Ok(Admitted));
            assert_eq!(admit(Way::Password, &off, &account), Err(Refusal::WrongCredentials));
        }
    }

    #[test]
    fn a_disabled_account_is_named_only_to_whom_salesforce_has_verified() {
        let account = Agent { status: Status::Disabled, ..legacy("ben", "op-1") };

        for way in Way::ALL {
            let expected = match way {
                Way::Proof | Way::SalesforceSso | Way::Saml => Refusal::AgentDisabled("ben".into()),
                Way::Legacy | Way::Password => Refusal::WrongCredentials,
            };
            assert_eq!(by(way, Legacy::On, &account), Err(expected), "{way:?}");
        }
    }

    #[test]
    fn who_was_found_to_be_no_agent_comes_in_by_no_way() {
        let client = Client { id: "i".into(), secret: ClientSecret::new("s") };
        let organization = Organization {
            integration_client: Some(client),
            password: Password::On,
            ..organization()
        };
        let finding =
            Finding { unfit: Unfit::Frozen, user: user(), found_at: jiff::Timestamp::UNIX_EPOCH };
        for account in [agent("carla"), legacy("ben", "op-1"), linked("anna", user())] {
            let found = Agent { finding: Some(finding.clone()), ..account };
            for way in Way::ALL {
                let expected = match way {
                    Way::Proof | Way::SalesforceSso | Way::Saml => Refusal::UserFrozen(user()),
                    Way::Legacy | Way::Password => Refusal::WrongCredentials,
                };
                assert_eq!(admit(way, &organization, &found), Err(expected), "{way:?}");
            }
        }
    }

    fn by(way: Way, legacy: Legacy, agent: &Agent) -> Result<Admission, Refusal> {
        admit(way, &Organization { legacy, ..organization() }, agent)
    }
}

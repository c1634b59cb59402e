//! Signing in: what is offered before anybody is known, and who is admitted after verification.
//!
//! ~~~text
//! ways(settings, organization)          what the panel offers
//! proof, id_token, credentials          evidence, verified
//! link::account_of                      which account it means
//! admit(way, organization, account)     whether that account comes in this way
//! ~~~

pub mod admit;
pub mod examine;
pub mod id_token;
pub mod phrase;
pub mod proof;
pub mod transaction;
pub mod ways;

use salesforce::{
    id::{CallCenterId, UserId},
    user::is_standard,
};

use crate::organization::Organization;

/// How an agent proves who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    Proof,
    Legacy,
    SalesforceSso,
    Saml,
    Password,
}

impl Way {
    pub const ALL: [Way; 5] =
        [Way::Proof, Way::Legacy, Way::SalesforceSso, Way::Saml, Way::Password];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proof => "proof",
            Self::Legacy => "legacy",
            Self::SalesforceSso => "salesforce_sso",
            Self::Saml => "saml",
            Self::Password => "password",
        }
    }
}

/// Who set a sign-in going. After *Sign out* only the agent can.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartedBy {
    Load,
    Agent,
}

/// Why a verified or unverified credential opens nothing, with the value for the administrator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("no account belongs to the Salesforce user {0}")]
    NoAgent(UserId),
    #[error("the account `{0}` is disabled")]
    AgentDisabled(String),
    #[error("the Salesforce user is in no call center of ours")]
    NotInCallCenter(Option<CallCenterId>),
    #[error("the Salesforce user is no standard user but `{0}`")]
    NotStandardUser(String),
    #[error("the Salesforce user {0} is deactivated")]
    UserInactive(UserId),
    #[error("the Salesforce user {0} is frozen")]
    UserFrozen(UserId),
    #[error("the Salesforce user {0} means two accounts, or one that belongs to another user")]
    LinkConflict(UserId),
    #[error("an administrator has to confirm the Salesforce user {0}")]
    LinkConfirm(UserId),
    #[error("the credentials do not belong together")]
    WrongCredentials,
    #[error("the account is on the legacy method")]
    UseLegacy,
    #[error("the account has moved to Salesforce sign-in")]
    UseSalesforce,
    #[error("no consent is on record")]
    ConsentNeeded,
    #[error("the agent signed out")]
    SignedOut,
    #[error("the window verified another user")]
    OtherUser,
    #[error("somebody is logged in as this user")]
    LoginAs,
}

/// What Salesforce says of a user beside who it is. `call_center` is unknown where nobody could be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub active: bool,
    pub user_type: String,
    pub call_center: Membership,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Membership {
    Of(Option<CallCenterId>),
    /// There is no integration client to ask with; the agent's own record has to do.
    Unknown,
}

/// Whether Salesforce's user may be an agent at all.
pub fn check_standing(
    user: UserId,
    standing: &Standing,
    organization: &Organization,
) -> Result<(), Refusal> {
    if !standing.active {
        return Err(Refusal::UserInactive(user));
    }
    if !is_standard(&standing.user_type) {
        return Err(Refusal::NotStandardUser(standing.user_type.chars().take(40).collect()));
    }
    match standing.call_center {
        Membership::Unknown => Ok(()),
        Membership::Of(Some(center))
            if organization.call_centers.is_empty()
                || organization.call_centers.contains(&center) =>
        {
            Ok(())
        }
        Membership::Of(center) => Err(Refusal::NotInCallCenter(center)),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::organization::{
        Client, ClientSecret, Handle, Legacy, Password, Proof, Saml, ScriptVersion,
    };

    #[test]
    fn a_standard_active_member_may_be_an_agent() {
        assert_eq!(check_standing(user(), &standing(), &organization()), Ok(()));
    }

    #[test]
    fn a_deactivated_user_may_not() {
        let standing = Standing { active: false, ..standing() };

        assert_eq!(
            check_standing(user(), &standing, &organization()),
            Err(Refusal::UserInactive(user()))
        );
    }

    #[test]
    fn a_customer_or_partner_may_not() {
        let standing = Standing { user_type: "PowerPartner".into(), ..standing() };

        assert_eq!(
            check_standing(user(), &standing, &organization()),
            Err(Refusal::NotStandardUser("PowerPartner".into()))
        );
    }

    #[test]
    fn a_user_of_no_call_center_or_another_one_may_not() {
        let other: CallCenterId = "04vxx0000000002".parse().unwrap();
        let organization = Organization { call_centers: vec![center()], ..organization() };
        for call_center in [None, Some(other)] {
            let standing = Standing { call_center: Membership::Of(call_center), ..standing() };

            assert_eq!(
                check_standing(user(), &standing, &organization),
                Err(Refusal::NotInCallCenter(call_center))
            );
        }
    }

    #[test]
    fn where_nobody_can_be_asked_the_agents_own_record_has_to_do() {
        let standing = Standing { call_center: Membership::Unknown, ..standing() };

        assert_eq!(check_standing(user(), &standing, &organization()), Ok(()));
    }

    pub fn standing() -> Standing {
        Standing {
            active: true,
            user_type: "Standard".into(),
            call_center: Membership::Of(Some(center())),
        }
    }

    pub fn user() -> UserId {
        "005xx000001Sv6AAAS".parse().unwrap()
    }

    pub fn center() -> CallCenterId {
        "04vxx0000000001".parse().unwrap()
    }

    pub fn organization() -> Organization {
        Organization {
            handle: Handle::parse("acme").unwrap(),
            name: "Acme".into(),
            organization_id: "00Dxx0000000001EAA".parse().unwrap(),
            my_domain: salesforce::frame::Origin::parse("https://acme.my.salesforce.com").unwrap(),
            lightning_hosts: vec![],
            sign_in_client: Some(Client { id: "client".into(), secret: ClientSecret::new("s") }),
            integration_client: None,
            proof: Proof::Required { certificates: vec![] },
            call_centers: vec![],
            script_version: ScriptVersion::parse("66.0").unwrap(),
            legacy: Legacy::On,
            password: Password::Off,
            saml: Saml::None,
            calling: Default::default(),
        }
    }
}

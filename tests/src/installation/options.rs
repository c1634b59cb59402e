//! How an installation differs from the usual one.

use std::path::PathBuf;

/// How the organisation is set up in the adapter, and what Salesforce's side of it is like.
#[derive(Clone, Debug)]
pub struct Options {
    pub proof: Proof,
    pub legacy: Legacy,
    /// The call center's *Enable Salesforce SSO*, character by character.
    pub salesforce_sso: String,
    /// Without it the adapter asks Salesforce nothing by itself.
    pub integration_client: bool,
    pub approval: Approval,
    /// A file that the console serves in place of the practice org's own Open CTI script.
    pub open_cti_script: Option<PathBuf>,
    pub names: Names,
    pub calls: Calls,
    pub agents: Vec<Agent>,
    /// Added to the environment of the adapter, and of nothing else.
    pub adapter_environment: Vec<(&'static str, PathBuf)>,
}

/// Whether the organisation has a phone system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calls {
    None,
    /// The practice PBX; the agents have the extensions 1001, 1002 and so on.
    Practice,
    /// Kamailio with a far end that SIPp speaks for; the same extensions.
    Kamailio,
}

impl Calls {
    /// The phone system that `cargo xtask test --pbx NAME` has chosen for the stories about calls.
    fn chosen() -> Self {
        match std::env::var("CORDBOARD_PBX").as_deref() {
            Ok("kamailio") => Self::Kamailio,
            _ => Self::Practice,
        }
    }
}

/// Under which names console and adapter are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    Localhost,
    /// Over TLS, the console under a name of Salesforce's family, as a genuine Open CTI script insists.
    Salesforce,
}

/// Who approves the app that agents sign in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approval {
    /// The administrator, in advance: Salesforce shows no page of its own.
    InAdvance,
    /// Each user on Salesforce's approval page.
    ByEachUser,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    Required,
    /// And the Apex class is not deployed either.
    Off,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Legacy {
    On,
    Migrating,
    Off,
}

#[derive(Clone, Debug)]
pub struct Agent {
    pub handle: String,
    pub name: String,
    pub operator_id: String,
    /// Whose username stands on the practice org's user record.
    pub username: String,
    /// Whether the administrator has entered the username with the agent.
    pub salesforce_user_entered: bool,
    /// Whether the agent has a legacy token, on the user record as well.
    pub legacy_token: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            proof: Proof::Required,
            legacy: Legacy::On,
            salesforce_sso: "true".to_owned(),
            integration_client: true,
            approval: Approval::InAdvance,
            open_cti_script: None,
            names: Names::Localhost,
            calls: Calls::None,
            agents: vec![Agent::anna(), Agent::ben(), Agent::carla()],
            adapter_environment: Vec::new(),
        }
    }
}

impl Options {
    /// With a phone system.
    pub fn calling() -> Self {
        Self { calls: Calls::chosen(), ..Self::default() }
    }
}

impl Agent {
    /// Signs in with Salesforce: her username is entered.
    pub fn anna() -> Self {
        Self::entered("anna", "Anna Agent", "op-1001", "anna.agent@acme.example")
    }

    /// Is still on the legacy method.
    pub fn ben() -> Self {
        let ben = Self::entered("ben", "Ben Berger", "op-1002", "ben.berger@acme.example");
        Self { salesforce_user_entered: false, legacy_token: true, ..ben }
    }

    /// Signs in with Salesforce as Anna does; the second person at a shared desk.
    pub fn carla() -> Self {
        Self::entered("carla", "Carla Costa", "op-1003", "carla.costa@acme.example")
    }

    fn entered(handle: &str, name: &str, operator_id: &str, username: &str) -> Self {
        Self {
            handle: handle.to_owned(),
            name: name.to_owned(),
            operator_id: operator_id.to_owned(),
            username: username.to_owned(),
            salesforce_user_entered: true,
            legacy_token: false,
        }
    }
}

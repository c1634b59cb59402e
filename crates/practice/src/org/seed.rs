//! The organisation as it starts: Acme, five people, a few records of its customers'. The ids are fixed, so that
//! tests and documents can name them.

mod records;

pub use records::case_number;

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use salesforce::{
    definition::Definition,
    id::{CallCenterId, Id, Prefixed},
    running_user::Credentials,
};

use crate::org::{
    clock,
    faults::{Browser, Faults, OpenCti},
    keys,
    state::{Apex, App, ApprovalMemory, Client, PermittedUsers, State, User},
};

/// Every user's.
pub const PASSWORD: &str = "practice";

/// The number in the ids of what `saveLog` and the *New* dialog make; the seeded ones stay below.
const FIRST_MADE: u32 = 100;

pub fn state(definition: Definition) -> State {
    let now = clock::now();
    let call_center = call_center_id(1);
    let mut state = State {
        organization: id::<salesforce::id::Organization>(1),
        organization_name: "Acme".into(),
        users: users(call_center, now),
        call_centers: Vec::new(),
        accounts: records::accounts(),
        contacts: records::contacts(),
        leads: records::leads(),
        cases: records::cases(),
        tasks: Vec::new(),
        app: app(),
        apex: Apex::Installed,
        faults: Faults::default(),
        browser: Browser::default(),
        open_cti: OpenCti::default(),
        softphone_layout: Default::default(),
        pbx: Default::default(),
        sessions: Default::default(),
        grants: Default::default(),
        cursors: HashMap::new(),
        asked: BTreeMap::new(),
        made: FIRST_MADE,
    };
    state.import_call_center(definition);
    state.tasks = records::tasks(&state, now);
    state
}

pub fn call_center_id(number: usize) -> CallCenterId {
    id::<salesforce::id::CallCenter>(u32::try_from(number).unwrap_or_default())
}

/// `PREFIX` `Ax` and ten digits, with the suffix that Salesforce would give it.
pub fn id<Kind: Prefixed>(number: u32) -> Id<Kind> {
    let text = format!("{}Ax{number:010}", Kind::PREFIX);
    text.parse().expect("a prefix and twelve letters and digits are an id")
}

pub enum AccountKind {}
impl Prefixed for AccountKind {
    const PREFIX: &'static str = "001";
    const NAME: &'static str = "account";
}

pub enum ContactKind {}
impl Prefixed for ContactKind {
    const PREFIX: &'static str = "003";
    const NAME: &'static str = "contact";
}

pub enum LeadKind {}
impl Prefixed for LeadKind {
    const PREFIX: &'static str = "00Q";
    const NAME: &'static str = "lead";
}

pub enum CaseKind {}
impl Prefixed for CaseKind {
    const PREFIX: &'static str = "500";
    const NAME: &'static str = "case";
}

pub enum TaskKind {}
impl Prefixed for TaskKind {
    const PREFIX: &'static str = "00T";
    const NAME: &'static str = "task";
}

fn users(call_center: CallCenterId, now: Timestamp) -> Vec<User> {
    let people = [
        ("ada.admin", "Ada Admin", "System Administrator", None),
        ("anna.agent", "Anna Agent", "Service Agent", Some("op-1001")),
        ("ben.berger", "Ben Berger", "Service Agent", Some("op-1002")),
        ("carla.costa", "Carla Costa", "Service Agent", Some("op-1003")),
        ("otto.outside", "Otto Outside", "Standard User", None),
    ];
    let user = |(number, (local, name, profile, operator)): (
        u32,
        (&str, &str, &'static str, Option<&str>),
    )| User {
        profile,
        call_center: operator.map(|_| call_center),
        ..agent(number, local, name, operator.unwrap_or_default(), call_center, now)
    };
    (1..).zip(people).map(user).collect()
}

/// One more agent in the call center, by a number that no other user has.
pub fn agent(
    number: u32,
    local: &str,
    name: &str,
    operator_id: &str,
    call_center: CallCenterId,
    now: Timestamp,
) -> User {
    User {
        id: id::<salesforce::id::User>(number),
        username: format!("{local}@acme.example"),
        name: name.into(),
        profile: "Service Agent",
        active: true,
        frozen: false,
        user_type: "Standard".into(),
        language: "en_US".into(),
        call_center: Some(call_center),
        credentials: Credentials { operator_id: operator_id.into(), sso_token: String::new() },
        extension: (999 + number).to_string(),
        modified_at: now,
    }
}

fn app() -> App {
    let client = || Client {
        id: format!("3MVG9{}", keys::random_text(48).replace(['-', '_'], "x")),
        secret: keys::random_hex(32).to_uppercase(),
    };
    App {
        permitted_users: PermittedUsers::SelfAuthorize,
        approved_users: HashSet::new(),
        installed: true,
        blocked: false,
        approval_memory: ApprovalMemory::Forever,
        callbacks: Vec::new(),
        approvals: HashMap::new(),
        sign_in: client(),
        integration: client(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_of_five_people_belong_to_the_call_center_and_have_operator_ids() {
        let definition = salesforce::force_app::call_center("http://phone.localhost", "acme", true);

        let state = state(definition);

        let agents: Vec<_> = state.users.iter().filter(|user| user.call_center.is_some()).collect();
        assert_eq!(state.users.len(), 5);
        assert_eq!(agents.len(), 3);
        assert!(agents.iter().all(|agent| agent.operator_id().is_some()));
        assert_eq!(state.users[1].id.as_str(), "005Ax0000000002IAA");
    }
}

//! What the practice organisation remembers, all of it in memory.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use salesforce::{
    definition::{Definition, DefinitionError},
    id::{CallCenterId, OrganizationId, UserId},
    running_user::Credentials,
};
use serde::{Deserialize, Serialize};

use crate::org::{
    faults::{Browser, Faults, OpenCti},
    my_domain::grants::Grants,
    objects::{Account, Case, Contact, Lead},
    session::Sessions,
    softphone_layout::SoftphoneLayout,
};
use crate::pbx;

pub struct State {
    pub organization: OrganizationId,
    pub organization_name: String,
    pub users: Vec<User>,
    pub call_centers: Vec<CallCenter>,
    pub accounts: Vec<Account>,
    pub contacts: Vec<Contact>,
    pub leads: Vec<Lead>,
    pub cases: Vec<Case>,
    pub tasks: Vec<Task>,
    pub app: App,
    pub apex: Apex,
    pub faults: Faults,
    pub browser: Browser,
    pub open_cti: OpenCti,
    pub softphone_layout: SoftphoneLayout,
    pub pbx: pbx::faults::Faults,
    pub sessions: Sessions,
    pub grants: Grants,
    /// Answers of queries that came in pages.
    pub cursors: HashMap<String, Vec<serde_json::Value>>,
    /// How often programs have asked for each path.
    pub asked: BTreeMap<String, u32>,
    /// How many records have been made since the start; the next one's number.
    pub made: u32,
}

#[derive(Clone)]
pub struct User {
    pub id: UserId,
    pub username: String,
    pub name: String,
    pub profile: &'static str,
    pub active: bool,
    /// A frozen user cannot log in; whoever is logged in stays so.
    pub frozen: bool,
    pub user_type: String,
    /// `LanguageLocaleKey`.
    pub language: String,
    pub call_center: Option<CallCenterId>,
    pub credentials: Credentials,
    /// Of the practice PBX; where it has no such extension, the user has no phone.
    pub extension: String,
    pub modified_at: Timestamp,
}

impl User {
    /// First and last name, as the REST interface tells them apart.
    pub fn names(&self) -> (&str, &str) {
        self.name.split_once(' ').unwrap_or(("", &self.name))
    }

    pub fn may_log_in(&self) -> bool {
        self.active && !self.frozen
    }

    pub fn operator_id(&self) -> Option<&str> {
        Some(self.credentials.operator_id.as_str()).filter(|id| !id.is_empty())
    }
}

pub struct CallCenter {
    pub id: CallCenterId,
    pub definition: Definition,
}

impl CallCenter {
    pub fn general(&self, item: &str) -> &str {
        self.definition.value("reqGeneralInfo", item).unwrap_or_default()
    }

    pub fn name(&self) -> &str {
        self.general("reqDisplayName")
    }

    /// Where the panel is served, if the item holds an address at all; an administrator may type anything.
    pub fn adapter_url(&self) -> Option<url::Url> {
        self.general("reqAdapterUrl").parse().ok()
    }

    /// The adapter's public URL, which `Cordboard_Setting__mdt.Audience__c` names.
    pub fn adapter_origin(&self) -> Option<String> {
        Some(self.adapter_url()?.origin().ascii_serialization())
    }

    /// Our adapter serves `/panel/{organization}` and is called back at `/oauth/callback/{organization}`.
    pub fn oauth_callback(&self) -> Option<String> {
        let url = self.adapter_url()?;
        let organization = url.path().strip_prefix("/panel/")?.split('/').next()?.to_owned();
        Some(format!("{}/oauth/callback/{organization}", url.origin().ascii_serialization()))
    }
}

/// A task of the activity timeline; `fields` are what `saveLog` gave.
#[derive(Clone, Serialize)]
pub struct Task {
    pub id: String,
    pub owner: UserId,
    pub created_at: Timestamp,
    pub fields: serde_json::Map<String, serde_json::Value>,
}

impl Task {
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name)?.as_str().filter(|text| !text.is_empty())
    }

    pub fn is_completed(&self) -> bool {
        self.field("Status") == Some("Completed")
    }
}

/// The sign-in app's policy, as *Setup > App access* shows it, and the integration app beside it.
pub struct App {
    pub permitted_users: PermittedUsers,
    pub approved_users: HashSet<UserId>,
    pub installed: bool,
    pub blocked: bool,
    pub approval_memory: ApprovalMemory,
    /// Beside those that follow from the call centers.
    pub callbacks: Vec<String>,
    /// Who pressed *Allow*, and when.
    pub approvals: HashMap<UserId, Timestamp>,
    pub sign_in: Client,
    pub integration: Client,
}

/// A client's identifier and secret: Salesforce's consumer key and consumer secret.
#[derive(Clone, Serialize)]
pub struct Client {
    pub id: String,
    pub secret: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PermittedUsers {
    /// *All users may self-authorize*: the user meets the approval page.
    SelfAuthorize,
    /// *Admin approved users are pre-authorized*: no approval page, and nobody else gets in.
    PreAuthorized,
}

/// How long an *Allow* counts. What Salesforce does without the scope `refresh_token` is not documented, so
/// all three can be played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalMemory {
    Forever,
    WhileTokenLives,
    Never,
}

/// Whether our Apex class is deployed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Apex {
    Installed,
    Missing,
}

/// Fields that stay as they are where `None`.
#[derive(Default)]
pub struct UserChange {
    pub active: Option<bool>,
    pub frozen: Option<bool>,
    pub call_center: Option<Option<CallCenterId>>,
    pub sso_token: Option<String>,
    pub operator_id: Option<String>,
    pub user_type: Option<String>,
    pub language: Option<String>,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ItemRefused {
    #[error("the call center has no such item")]
    NoSuchItem,
    #[error("the internal name of a call center cannot be changed")]
    InternalName,
    #[error(transparent)]
    Definition(#[from] DefinitionError),
}

impl State {
    pub fn user(&self, id: UserId) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    pub fn user_mut(&mut self, id: UserId) -> Option<&mut User> {
        self.users.iter_mut().find(|user| user.id == id)
    }

    /// Usernames are compared without regard to case, as Salesforce's login does.
    pub fn user_by_username(&self, username: &str) -> Option<&User> {
        self.users.iter().find(|user| user.username.eq_ignore_ascii_case(username.trim()))
    }

    pub fn call_center(&self, id: CallCenterId) -> Option<&CallCenter> {
        self.call_centers.iter().find(|call_center| call_center.id == id)
    }

    pub fn call_center_of(&self, user: UserId) -> Option<&CallCenter> {
        self.call_center(self.user(user)?.call_center?)
    }

    pub fn contact(&self, id: &str) -> Option<&Contact> {
        self.contacts.iter().find(|contact| contact.id == id)
    }

    /// Takes a definition in: a call center of that internal name gets it, else a new one is made.
    pub fn import_call_center(&mut self, definition: Definition) -> CallCenterId {
        let name = definition.value("reqGeneralInfo", "reqInternalName").unwrap_or_default();
        let same = |known: &&mut CallCenter| known.general("reqInternalName") == name;
        if let Some(known) = self.call_centers.iter_mut().find(same) {
            known.definition = definition;
            return known.id;
        }
        let id = super::seed::call_center_id(self.call_centers.len() + 1);
        self.call_centers.push(CallCenter { id, definition });
        id
    }

    /// What an administrator changes of a user. Whoever is deactivated loses sessions and tokens at once.
    pub fn change_user(&mut self, id: UserId, change: UserChange) {
        let Some(user) = self.user_mut(id) else { return };
        let UserChange { active, frozen, call_center, sso_token, operator_id, user_type, language } =
            change;
        user.active = active.unwrap_or(user.active);
        user.frozen = frozen.unwrap_or(user.frozen);
        user.call_center = call_center.unwrap_or(user.call_center);
        user.user_type = user_type.unwrap_or(std::mem::take(&mut user.user_type));
        if let Some(language) = language {
            user.language = language;
        }
        if let Some(sso_token) = sso_token {
            user.credentials.sso_token = sso_token;
        }
        if let Some(operator_id) = operator_id {
            user.credentials.operator_id = operator_id;
        }
        user.modified_at = crate::org::clock::now();
        if !user.active {
            self.sessions.end_all_of(id);
            self.grants.revoke_all_of(id);
        }
    }

    /// Gives one item of a call center another value. Whether Salesforce would take the result, the
    /// definition itself knows; the new value is kept as it was typed.
    pub fn set_item(
        &mut self,
        id: CallCenterId,
        section: &str,
        item: &str,
        value: &str,
    ) -> Result<(), ItemRefused> {
        let call_center = self.call_centers.iter_mut().find(|call_center| call_center.id == id);
        let call_center = call_center.ok_or(ItemRefused::NoSuchItem)?;
        let mut definition = call_center.definition.clone();
        let sections = definition.sections.iter_mut().filter(|known| known.name == section);
        let mut items =
            sections.flat_map(|section| &mut section.items).filter(|known| known.name == item);
        let item = items.next().ok_or(ItemRefused::NoSuchItem)?;
        if item.name == "reqInternalName" && item.value != value {
            return Err(ItemRefused::InternalName);
        }
        value.clone_into(&mut item.value);
        Definition::parse(&definition.to_xml())?;
        call_center.definition = definition;
        Ok(())
    }

    /// Where the sign-in app may send a browser back to.
    pub fn callbacks(&self) -> Vec<String> {
        let from_call_centers = self.call_centers.iter().filter_map(CallCenter::oauth_callback);
        self.app.callbacks.iter().cloned().chain(from_call_centers).collect()
    }

    pub fn next_number(&mut self) -> u32 {
        self.made += 1;
        self.made
    }
}

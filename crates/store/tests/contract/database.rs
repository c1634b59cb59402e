//! An empty database of some backend, and the rows that the behaviours begin with.

use std::{path::PathBuf, sync::Arc};

use identity::{
    agent::{Agent, AgentId, Presence, Status},
    calling::Calling,
    consent::{Consent, ConsentId},
    keys::Keys,
    organization::{Handle, Legacy, Organization, Password, Proof, Saml, ScriptVersion},
    session::{Session, SessionId},
    sign_in::{Membership, Standing, Way},
};
use jiff::Timestamp;
use salesforce::{frame::Origin, id::UserId};
use store::{Missing, Store, Unit};
use tempfile::TempDir;

pub struct Database {
    pub store: Store,
    pub path: PathBuf,
    _folder: TempDir,
}

impl Database {
    /// With the schema, and without a row.
    pub async fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cordboard.sqlite");
        let store = Store::open(&path, Missing::Create, keys()).await.unwrap();
        store.migrate().await.unwrap();
        Self { store, path, _folder: folder }
    }

    /// What another process has open.
    pub async fn opened_again(&self) -> Store {
        self.opened_with(keys()).await
    }

    /// The same after the keys have changed.
    pub async fn opened_with(&self, keys: Arc<Keys>) -> Store {
        Store::open(&self.path, Missing::Refuse, keys).await.unwrap()
    }

    /// A unit on a database with the organisations `acme` and `globex`, and `acme`'s agents `anna` and `ben`.
    pub async fn peopled(&self) -> Unit {
        let mut unit = self.store.begin().await.unwrap();
        for name in ["acme", "globex"] {
            unit.insert_organization(&organization(name)).await.unwrap();
        }
        for login in ["anna", "ben"] {
            unit.insert_agent(&handle("acme"), &agent(login)).await.unwrap();
        }
        unit
    }
}

pub fn keys() -> Arc<Keys> {
    Arc::new(Keys::from_secret(&[1; 32]))
}

/// A newer key before that of [`keys`].
pub fn rotated() -> Arc<Keys> {
    Arc::new(Keys::from_secrets(&[2; 32], &[[1; 32]]))
}

pub fn organization(name: &str) -> Organization {
    Organization {
        handle: handle(name),
        name: name.to_owned(),
        organization_id: "00Dxx0000000001EAA".parse().unwrap(),
        my_domain: Origin::parse("https://acme.my.salesforce.com").unwrap(),
        lightning_hosts: Vec::new(),
        sign_in_client: None,
        integration_client: None,
        proof: Proof::Off,
        call_centers: Vec::new(),
        script_version: ScriptVersion::parse("66.0").unwrap(),
        legacy: Legacy::On,
        password: Password::Off,
        saml: Saml::None,
        calling: Calling::default(),
    }
}

/// The login is the id.
pub fn agent(login: &str) -> Agent {
    Agent {
        id: id(login),
        login: login.to_owned(),
        name: login.to_owned(),
        operator_id: None,
        token: None,
        link: None,
        entered_user: None,
        unconfirmed_user: None,
        status: Status::Active,
        presence: Presence::Welcome,
        language: None,
        password: None,
        finding: None,
        extension: None,
        sip_password: None,
        caller_ids: Vec::new(),
    }
}

pub fn consent(name: &str, subject: UserId, agent: &str) -> Consent {
    Consent { id: ConsentId(name.to_owned()), subject, agent: id(agent), granted_at: at(0) }
}

pub fn session(number: u8, agent: &str) -> Session {
    Session {
        id: SessionId([number; 16]),
        organization: handle("acme"),
        agent: id(agent),
        jkt: "jkt".to_owned(),
        way: Way::Proof,
        consent: None,
        created_at: at(0),
        ends_at: at(28_800),
        generation: 1,
        renewed_at: at(0),
        proved_at: None,
        client: Some("Chrome, Windows".into()),
        ended: None,
    }
}

pub fn standing() -> Standing {
    Standing {
        active: true,
        user_type: "Standard".to_owned(),
        call_center: Membership::Of(Some("04vxx0000000001".parse().unwrap())),
    }
}

pub fn handle(name: &str) -> Handle {
    Handle::parse(name).unwrap()
}

pub fn id(login: &str) -> AgentId {
    AgentId(login.to_owned())
}

pub fn anna() -> UserId {
    "005xx000001Sv6A".parse().unwrap()
}

pub fn ben() -> UserId {
    "005xx000001Sv6B".parse().unwrap()
}

pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds).unwrap()
}

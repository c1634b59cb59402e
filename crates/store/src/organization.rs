//! Organisations: settings as data, client secrets sealed.

use identity::{
    keys::Keys,
    organization::{
        Client, ClientSecret, Handle, Legacy, Organization, Password, Proof, Saml, ScriptVersion,
    },
};
use salesforce::{frame::Origin, id::CallCenterId};
use sqlx::{Row, sqlite::SqliteRow};

use crate::{
    StoreError, Unit, calling,
    row::{optional_parsed, parsed},
    sealing::{Sealed, seal, sealed_as},
};

impl Unit {
    pub async fn organization(
        &mut self,
        handle: &Handle,
    ) -> Result<Option<Organization>, StoreError> {
        let row = sqlx::query("SELECT * FROM organization WHERE handle = ?")
            .bind(handle.as_str())
            .fetch_optional(self.connection())
            .await?;
        row.map(|row| read(&row, &self.keys)).transpose()
    }

    pub async fn organizations(&mut self) -> Result<Vec<Organization>, StoreError> {
        let rows = sqlx::query("SELECT * FROM organization ORDER BY handle")
            .fetch_all(self.connection())
            .await?;
        rows.iter().map(|row| read(row, &self.keys)).collect()
    }

    pub async fn insert_organization(
        &mut self,
        organization: &Organization,
    ) -> Result<(), StoreError> {
        let statement = "INSERT INTO organization
            (name, organization_id, my_domain, lightning_hosts, sign_in_client_id, sign_in_client_secret,
             integration_client_id, integration_client_secret, proof, certificates, call_centers,
             script_version, legacy, password, sip_websocket, sip_domain, sip_secret, ice_servers, turn_secret,
             voicemail, region, dispositions, busy_reasons, caller_ids, deactivation, handle)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        self.write_organization(statement, organization).await
    }

    pub async fn save_organization(
        &mut self,
        organization: &Organization,
    ) -> Result<(), StoreError> {
        let statement = "UPDATE organization SET
            name = ?, organization_id = ?, my_domain = ?, lightning_hosts = ?, sign_in_client_id = ?,
            sign_in_client_secret = ?, integration_client_id = ?, integration_client_secret = ?, proof = ?,
            certificates = ?, call_centers = ?, script_version = ?, legacy = ?, password = ?,
            sip_websocket = ?, sip_domain = ?, sip_secret = ?, ice_servers = ?, turn_secret = ?, voicemail = ?,
            region = ?, dispositions = ?, busy_reasons = ?, caller_ids = ?, deactivation = ?
            WHERE handle = ?";
        self.write_organization(statement, organization).await
    }

    /// Both statements name the same columns in the same order, the handle last.
    async fn write_organization(
        &mut self,
        statement: &'static str,
        organization: &Organization,
    ) -> Result<(), StoreError> {
        let handle = organization.handle.as_str();
        let sign_in =
            sealed(&self.keys, handle, SIGN_IN_CLIENT, organization.sign_in_client.as_ref())?;
        let integration = sealed(
            &self.keys,
            handle,
            INTEGRATION_CLIENT,
            organization.integration_client.as_ref(),
        )?;
        let (proof, certificates) = match &organization.proof {
            Proof::Required { certificates } => ("required", certificates.as_slice()),
            Proof::Off => ("off", [].as_slice()),
        };
        let hosts: Vec<&str> = organization.lightning_hosts.iter().map(Origin::as_str).collect();
        let centers: Vec<&str> =
            organization.call_centers.iter().map(CallCenterId::as_str).collect();
        let bound = sqlx::query(statement)
            .bind(&organization.name)
            .bind(organization.organization_id.as_str())
            .bind(organization.my_domain.as_str())
            .bind(json(&hosts))
            .bind(organization.sign_in_client.as_ref().map(|client| client.id.as_str()))
            .bind(sign_in)
            .bind(organization.integration_client.as_ref().map(|client| client.id.as_str()))
            .bind(integration)
            .bind(proof)
            .bind(json(certificates))
            .bind(json(&centers))
            .bind(organization.script_version.as_str())
            .bind(legacy_text(organization.legacy))
            .bind(match organization.password {
                Password::On => "on",
                Password::Off => "off",
            });
        let bound = calling::bind(bound, &self.keys, handle, &organization.calling)?;
        bound
            .bind(handle)
            .execute(self.connection())
            .await
            .map_err(|error| StoreError::or_taken(error, &[("handle", "the handle")]))?;
        Ok(())
    }
}

fn read(row: &SqliteRow, keys: &Keys) -> Result<Organization, StoreError> {
    let handle: &str = row.try_get("handle")?;
    let hosts: Vec<String> = from_json(row.try_get("lightning_hosts")?)?;
    let centers: Vec<String> = from_json(row.try_get("call_centers")?)?;
    let proof = match row.try_get("proof")? {
        "required" => Proof::Required { certificates: from_json(row.try_get("certificates")?)? },
        "off" => Proof::Off,
        _ => return Err(StoreError::Corrupt("an organisation's proof")),
    };
    let origin = |text: &str| Origin::parse(text).ok_or(StoreError::Corrupt("an origin"));
    Ok(Organization {
        handle: Handle::parse(handle).map_err(|_| StoreError::Corrupt("a handle"))?,
        name: row.try_get("name")?,
        organization_id: parsed(row, "organization_id", "an organisation id")?,
        my_domain: origin(row.try_get("my_domain")?)?,
        lightning_hosts: hosts.iter().map(|host| origin(host)).collect::<Result<_, _>>()?,
        sign_in_client: client(
            row,
            keys,
            handle,
            SIGN_IN_CLIENT,
            "sign_in_client_id",
            "sign_in_client_secret",
        )?,
        integration_client: client(
            row,
            keys,
            handle,
            INTEGRATION_CLIENT,
            "integration_client_id",
            "integration_client_secret",
        )?,
        proof,
        call_centers: centers
            .iter()
            .map(|id| id.parse().map_err(|_| StoreError::Corrupt("a call center id")))
            .collect::<Result<_, _>>()?,
        script_version: ScriptVersion::parse(row.try_get("script_version")?)
            .ok_or(StoreError::Corrupt("a script version"))?,
        legacy: match row.try_get("legacy")? {
            "on" => Legacy::On,
            "migrating" => Legacy::Migrating,
            "off" => Legacy::Off,
            _ => return Err(StoreError::Corrupt("an organisation's legacy setting")),
        },
        password: match row.try_get("password")? {
            "on" => Password::On,
            "off" => Password::Off,
            _ => return Err(StoreError::Corrupt("an organisation's password setting")),
        },
        // Connections have no table yet, so none is active.
        saml: Saml::None,
        calling: calling::read(row, keys, handle)?,
    })
}

fn client(
    row: &SqliteRow,
    keys: &Keys,
    handle: &str,
    name: &str,
    id_column: &str,
    secret_column: &str,
) -> Result<Option<Client>, StoreError> {
    let Some(id) = optional_parsed::<String>(row, id_column, "a client id")? else {
        return Ok(None);
    };
    let sealed: Option<&[u8]> = row.try_get(secret_column)?;
    let sealed = sealed.ok_or(StoreError::Corrupt("a client without its secret"))?;
    let secret = keys.unseal(&sealed_as(handle, name), sealed).map_err(|_| StoreError::OtherKey)?;
    Ok(Some(Client { id, secret: ClientSecret::new(secret) }))
}

fn sealed(
    keys: &Keys,
    handle: &str,
    name: &str,
    client: Option<&Client>,
) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(client) = client else { return Ok(None) };
    seal(keys, &sealed_as(handle, name), client.secret.reveal()).map(Some)
}

fn legacy_text(legacy: Legacy) -> &'static str {
    match legacy {
        Legacy::On => "on",
        Legacy::Migrating => "migrating",
        Legacy::Off => "off",
    }
}

pub fn json<T: serde::Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("lists of texts are always JSON")
}

pub fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Corrupt("a list"))
}

const SIGN_IN_CLIENT: &str = "sign_in_client";
const INTEGRATION_CLIENT: &str = "integration_client";

pub const SEALED: [Sealed; 2] = [
    Sealed::of_organization(SIGN_IN_CLIENT, "sign_in_client_secret"),
    Sealed::of_organization(INTEGRATION_CLIENT, "integration_client_secret"),
];

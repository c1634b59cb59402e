//! `cordboard organization add|show|set|list`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand, ValueEnum};
use identity::{
    calling::Calling,
    directory::Directory,
    organization::{
        Client, ClientSecret, Handle, Legacy, Organization, Password, Proof, Saml, ScriptVersion,
    },
    sign_in::proof::check_certificate,
};
use jiff::Timestamp;
use salesforce::{frame::Origin, id::CallCenterId};
use serde_json::{Value, json};

use super::{
    calling,
    open::{Session, with_store},
    print::Answer,
};
use crate::{config::Config, secret_file};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add an organisation.
    Add {
        /// Our name for it, part of the panel's address: lower-case letters, digits, hyphens.
        handle: String,
        #[command(flatten)]
        settings: Settings,
    },
    /// Change settings; what is not named stays.
    Set {
        handle: String,
        #[command(flatten)]
        settings: Settings,
    },
    /// Show one organisation and what it still lacks.
    Show { handle: String },
    /// List the organisations.
    List,
}

#[derive(Debug, Default, Args)]
pub struct Settings {
    /// Shown to agents.
    #[arg(long)]
    name: Option<String>,
    /// Salesforce's id, `00D…`: Setup > Company Information.
    #[arg(long)]
    organization_id: Option<salesforce::id::OrganizationId>,
    /// `https://acme.my.salesforce.com`
    #[arg(long, value_parser = origin)]
    my_domain: Option<Origin>,
    /// `https://acme.lightning.force.com`; may be given several times, and replaces the list.
    #[arg(long = "lightning-host", value_parser = origin)]
    lightning_hosts: Vec<Origin>,
    /// The consumer key of the app that agents sign in with.
    #[arg(long)]
    sign_in_client_id: Option<String>,
    /// A file with its consumer secret; `-` reads standard input.
    #[arg(long)]
    sign_in_client_secret_file: Option<PathBuf>,
    /// The consumer key of the app that the adapter asks Salesforce with.
    #[arg(long)]
    integration_client_id: Option<String>,
    /// A file with its consumer secret; `-` reads standard input.
    #[arg(long)]
    integration_client_secret_file: Option<PathBuf>,
    /// Whether the organisation has the Cordboard Apex class.
    #[arg(long)]
    proof: Option<ProofSetting>,
    /// A PEM file with the certificate that signs proofs; may be given several times, and replaces the list.
    #[arg(long = "certificate")]
    certificates: Vec<PathBuf>,
    /// A call center whose members are agents, `04v…`; may be given several times, replaces the list; without
    /// any, all call centers count.
    #[arg(long = "call-center")]
    call_centers: Vec<CallCenterId>,
    /// The version of the console's Open CTI script, such as `66.0`.
    #[arg(long, value_parser = script_version)]
    script_version: Option<ScriptVersion>,
    /// How far the organisation has come on its way from operator ID and SSO token.
    #[arg(long)]
    legacy: Option<LegacySetting>,
    /// Whether agents sign in by login and password where Salesforce sign-in is not enabled.
    #[arg(long)]
    password: Option<PasswordSetting>,
    #[command(flatten)]
    calling: calling::Pbx,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ProofSetting {
    Required,
    Off,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum PasswordSetting {
    On,
    Off,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LegacySetting {
    On,
    Migrating,
    Off,
}

pub fn run(config: &Path, command: Command) -> anyhow::Result<Answer> {
    match command {
        Command::Add { handle, settings } => {
            let settings = settings.read()?;
            let organization =
                with_store(config, async |session| add(session, &handle, settings).await)?;
            let answer = Answer::new(value(&organization));
            let lacks = lacks(&organization).into_iter();
            Ok(lacks.fold(answer, |answer, lack| answer.note(format!("Note: {lack}"))))
        }
        Command::Set { handle, settings } => {
            let settings = settings.read()?;
            let organization =
                with_store(config, async |session| set(session, &handle, settings).await)?;
            Ok(Answer::new(value(&organization)))
        }
        Command::Show { handle } => {
            let (organization, directory, unknown) = with_store(config, async |session| {
                let organization = session.organization(&handle).await?;
                let handle = &organization.handle;
                let directory = session.unit.directory(handle).await?;
                let unknown = session.unit.agents_unknown_to_salesforce(handle).await?;
                Ok((organization, directory, unknown))
            })?;
            Ok(show(&organization, &directory, unknown))
        }
        Command::List => {
            let organizations =
                with_store(config, async |session| Ok(session.unit.organizations().await?))?;
            let header = ["HANDLE", "NAME", "ORGANIZATION ID", "MY DOMAIN"];
            Ok(Answer::list(&header, &organizations, row, value))
        }
    }
}

async fn add(session: &mut Session, handle: &str, settings: Read) -> anyhow::Result<Organization> {
    let handle = Handle::parse(handle)?;
    let new = Organization {
        name: settings.settings.name.clone().unwrap_or_else(|| handle.to_string()),
        organization_id: settings
            .settings
            .organization_id
            .context("`--organization-id` is needed")?,
        my_domain: settings.settings.my_domain.clone().context("`--my-domain` is needed")?,
        lightning_hosts: Vec::new(),
        sign_in_client: None,
        integration_client: None,
        proof: Proof::Off,
        call_centers: Vec::new(),
        script_version: ScriptVersion::parse(NEWEST_SCRIPT).context("the newest script version")?,
        legacy: Legacy::Off,
        password: Password::Off,
        saml: Saml::None,
        calling: Calling::default(),
        handle,
    };
    let organization = apply(new, settings, &session.config)?;
    session.unit.insert_organization(&organization).await?;
    session.audit("organization.add", &organization, None, None).await?;
    Ok(organization)
}

async fn set(session: &mut Session, handle: &str, settings: Read) -> anyhow::Result<Organization> {
    let old = session.organization(handle).await?;
    let organization = apply(old.clone(), settings, &session.config)?;
    session.unit.save_organization(&organization).await?;
    let changed = calling::changed(&old.calling, &organization.calling);
    if !changed.is_empty() {
        session.unit.calling_changed(&organization.handle, None, session.now).await?;
    }
    let detail = (!changed.is_empty()).then(|| changed.join(", "));
    session.audit("organization.set", &organization, None, detail.as_deref()).await?;
    Ok(organization)
}

fn apply(old: Organization, read: Read, config: &Config) -> anyhow::Result<Organization> {
    let Read { settings, sign_in_secret, integration_secret, certificates, calling_secrets } = read;
    let sign_in_client =
        client("sign-in", old.sign_in_client, settings.sign_in_client_id, sign_in_secret)?;
    let integration_client = client(
        "integration",
        old.integration_client,
        settings.integration_client_id,
        integration_secret,
    )?;
    let or_old = |new: Vec<Origin>, old: Vec<Origin>| if new.is_empty() { old } else { new };
    let organization = Organization {
        name: settings.name.unwrap_or(old.name),
        organization_id: settings.organization_id.unwrap_or(old.organization_id),
        my_domain: settings.my_domain.unwrap_or(old.my_domain),
        lightning_hosts: or_old(settings.lightning_hosts, old.lightning_hosts),
        sign_in_client,
        integration_client,
        proof: proof(old.proof, settings.proof, certificates)?,
        call_centers: match settings.call_centers.is_empty() {
            true => old.call_centers,
            false => settings.call_centers,
        },
        script_version: settings.script_version.unwrap_or(old.script_version),
        legacy: match settings.legacy {
            Some(LegacySetting::On) => Legacy::On,
            Some(LegacySetting::Migrating) => Legacy::Migrating,
            Some(LegacySetting::Off) => Legacy::Off,
            None => old.legacy,
        },
        password: match settings.password {
            Some(PasswordSetting::On) => Password::On,
            Some(PasswordSetting::Off) => Password::Off,
            None => old.password,
        },
        calling: settings.calling.apply(old.calling, calling_secrets),
        ..old
    };
    for host in organization.lightning_hosts.iter().chain([&organization.my_domain]) {
        if !config.may_be_a_host(host) {
            bail!(
                "`{host}` is no host of Salesforce's; if it is right all the same, enter it under `extra_hosts` \
                 in the configuration"
            );
        }
    }
    Ok(organization)
}

fn client(
    name: &str,
    old: Option<Client>,
    id: Option<String>,
    secret: Option<ClientSecret>,
) -> anyhow::Result<Option<Client>> {
    Ok(match (old, id, secret) {
        (old, None, None) => old,
        (Some(old), id, secret) => {
            Some(Client { id: id.unwrap_or(old.id), secret: secret.unwrap_or(old.secret) })
        }
        (None, Some(id), Some(secret)) => Some(Client { id, secret }),
        (None, ..) => bail!(
            "the {name} client needs both `--{name}-client-id` and `--{name}-client-secret-file`"
        ),
    })
}

/// The settings with the contents of their files, read before the database is: whoever types a secret keeps no
/// lock while typing.
struct Read {
    settings: Settings,
    sign_in_secret: Option<ClientSecret>,
    integration_secret: Option<ClientSecret>,
    certificates: Vec<String>,
    calling_secrets: calling::Secrets,
}

impl Settings {
    fn read(self) -> anyhow::Result<Read> {
        let secret = |file: &Option<PathBuf>| {
            let secret = file.as_deref().map(secret_file::read_or_typed).transpose();
            secret.map(|secret| secret.map(ClientSecret::new))
        };
        Ok(Read {
            sign_in_secret: secret(&self.sign_in_client_secret_file)?,
            integration_secret: secret(&self.integration_client_secret_file)?,
            calling_secrets: self.calling.read()?,
            certificates: self
                .certificates
                .iter()
                .map(|path| read_certificate(path))
                .collect::<Result<_, _>>()?,
            settings: self,
        })
    }
}

fn read_certificate(path: &Path) -> anyhow::Result<String> {
    let pem = fs::read_to_string(path)
        .with_context(|| format!("the certificate `{}` cannot be read", path.display()))?;
    check_certificate(&pem).map_err(|reason| anyhow::anyhow!("`{}`: {reason}", path.display()))?;
    Ok(pem)
}

fn proof(old: Proof, setting: Option<ProofSetting>, pems: Vec<String>) -> anyhow::Result<Proof> {
    let of_old = match old {
        Proof::Required { certificates } => certificates,
        Proof::Off => Vec::new(),
    };
    let certificates = if pems.is_empty() { of_old.clone() } else { pems };
    let required = match setting {
        Some(ProofSetting::Required) => true,
        Some(ProofSetting::Off) => false,
        None => !certificates.is_empty(),
    };
    match (required, certificates.is_empty()) {
        (false, _) => Ok(Proof::Off),
        (true, false) => Ok(Proof::Required { certificates }),
        (true, true) => bail!("`--proof required` needs a `--certificate` to verify proofs with"),
    }
}

/// What keeps agents from signing in or calling, or the adapter from knowing enough.
pub fn lacks(organization: &Organization) -> Vec<&'static str> {
    let mut lacks = Vec::new();
    if organization.lightning_hosts.is_empty() {
        lacks.push("without a `--lightning-host` no console can show the panel");
    }
    if organization.sign_in_client.is_none() {
        lacks.push("without a sign-in client nobody can sign in with Salesforce");
    }
    if organization.integration_client.is_none() {
        lacks.push(
            "without an integration client Salesforce is asked neither for call center membership, so that the \
             agent's own account here decides, nor each minute whether agents' users are still active; and the \
             adapter logs no calls",
        );
    }
    if organization.proof == Proof::Off {
        lacks.push("without the Apex class (`--proof required`) every sign-in needs a window");
    }
    lacks.extend(calling::lacks(&organization.calling));
    lacks
}

fn show(organization: &Organization, directory: &Directory, unknown: u64) -> Answer {
    let mut shown = value(organization);
    shown["directory"] = directory_line(directory).into();
    let mut text = String::new();
    for (key, value) in shown.as_object().into_iter().flatten().filter(|(key, _)| *key != LACKS) {
        text += &format!("{key:<20} {}\n", cell(value));
    }
    for lack in lacks(organization) {
        text += &format!("\nNote: {lack}.\n");
    }
    if organization.integration_client.is_some() && unknown > 0 {
        text += &format!(
            "\nNote: {unknown} agents have neither a Salesforce user nor an operator ID here, so Salesforce is \
             not asked about them until they have signed in with it.\n"
        );
    }
    shown["directory"] = directory_value(directory, unknown);
    Answer::new(shown).text(text)
}

fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "-".into(),
        Value::Array(items) => {
            let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            items.join(", ")
        }
        Value::Null => "-".into(),
        other => other.to_string(),
    }
}

/// How the query of the agents' users fares.
fn directory_line(directory: &Directory) -> String {
    let time = |at: Timestamp| at.strftime("%Y-%m-%d %H:%M UTC").to_string();
    let answered = directory.answered_at.map_or_else(|| "never".to_owned(), time);
    match &directory.trouble {
        None => format!("last answer {answered}"),
        Some(trouble) => format!(
            "last answer {answered}, failing since {} because {trouble}; {}",
            time(trouble.since),
            trouble.remedy()
        ),
    }
}

fn directory_value(directory: &Directory, unknown: u64) -> Value {
    let trouble = directory.trouble.as_ref().map(|trouble| {
        json!({ "since": trouble.since, "what": trouble.to_string(), "remedy": trouble.remedy() })
    });
    json!({ "answered_at": directory.answered_at, "trouble": trouble, "agents_not_asked_about": unknown })
}

fn row(organization: &Organization) -> Vec<String> {
    vec![
        organization.handle.to_string(),
        organization.name.clone(),
        organization.organization_id.to_string(),
        organization.my_domain.to_string(),
    ]
}

/// Everything but the secrets.
fn value(organization: &Organization) -> Value {
    let (proof, certificates) = match &organization.proof {
        Proof::Required { certificates } => ("required", certificates.len()),
        Proof::Off => ("off", 0),
    };
    let mut value = json!({
        "handle": organization.handle.as_str(),
        "name": organization.name,
        "organization_id": organization.organization_id,
        "my_domain": organization.my_domain.as_str(),
        "lightning_hosts": organization.lightning_hosts.iter().map(Origin::as_str).collect::<Vec<_>>(),
        "sign_in_client": organization.sign_in_client.as_ref().map(|client| &client.id),
        "integration_client": organization.integration_client.as_ref().map(|client| &client.id),
        "proof": proof,
        "certificates": certificates,
        "call_centers": organization.call_centers,
        "script_version": organization.script_version.as_str(),
        "legacy": match organization.legacy {
            Legacy::On => "on",
            Legacy::Migrating => "migrating",
            Legacy::Off => "off",
        },
        "password": match organization.password {
            Password::On => "on",
            Password::Off => "off",
        },
        LACKS: lacks(organization),
    });
    calling::show(&organization.calling, &mut value);
    value
}

fn origin(text: &str) -> Result<Origin, String> {
    let without_slash = text.trim_end_matches('/');
    Origin::parse(without_slash)
        .ok_or_else(|| "an origin is needed, such as `https://acme.my.salesforce.com`".to_owned())
}

fn script_version(text: &str) -> Result<ScriptVersion, String> {
    ScriptVersion::parse(text).ok_or_else(|| "a version such as `66.0` is needed".to_owned())
}

/// Shown as notes to people.
const LACKS: &str = "lacks";

/// Spring '26.
const NEWEST_SCRIPT: &str = "66.0";

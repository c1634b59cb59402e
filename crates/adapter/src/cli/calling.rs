//! What `cordboard organization` and `cordboard agent` say of calling: the PBX, and the agents' places on it.

use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, ValueEnum};
use identity::{
    agent::Agent,
    calling::{
        BusyReason, CallerId, Calling, Deactivation, Disposition, Extension, IceUrl, Secret,
        SipDomain, WebSocketUrl, numbers::Region,
    },
};
use serde_json::{Value, json};

use crate::secret_file;

#[derive(Debug, Default, Args)]
pub struct Pbx {
    /// Where the PBX speaks SIP over WebSocket: `wss://pbx.example:7443/ws`.
    #[arg(long, value_parser = WebSocketUrl::parse)]
    sip_websocket: Option<WebSocketUrl>,
    /// The right side of the agents' SIP addresses: `pbx.example`.
    #[arg(long, value_parser = SipDomain::parse)]
    sip_domain: Option<SipDomain>,
    /// A file with the secret that the PBX shares, to make passwords that end by themselves; `-` reads
    /// standard input.
    #[arg(long)]
    sip_secret_file: Option<PathBuf>,
    /// A STUN or TURN server, such as `turns:turn.example:443?transport=tcp`; may be given several times, and
    /// replaces the list.
    #[arg(long = "ice-server", value_parser = IceUrl::parse)]
    ice_servers: Vec<IceUrl>,
    /// A file with the secret that the TURN servers share; `-` reads standard input.
    #[arg(long)]
    turn_secret_file: Option<PathBuf>,
    /// What agents dial for their voicemail.
    #[arg(long, value_parser = Extension::parse)]
    voicemail: Option<Extension>,
    /// The country whose telephone numbers agents write without a `+`: `FR`.
    #[arg(long, value_parser = Region::parse)]
    region: Option<Region>,
    /// What agents choose from after a call, such as `Call back`; given several times it is a list in this order,
    /// and replaces the list.
    #[arg(long = "disposition", value_parser = Disposition::parse)]
    dispositions: Vec<Disposition>,
    /// What agents may be busy with, such as `Lunch`; given several times it is a list in this order, and replaces
    /// the list. Without any they are busy without a reason.
    #[arg(long = "busy-reason", value_parser = BusyReason::parse)]
    busy_reasons: Vec<BusyReason>,
    /// A number by which agents may be seen by those whom they call, if the PBX lets them; given several times agents
    /// choose from the list, the first one being the usual, and it replaces the list.
    #[arg(long = "caller-id", value_parser = CallerId::parse)]
    caller_ids: Vec<CallerId>,
    /// What becomes of the calls of an agent who is disabled, or whose Salesforce user is deactivated, frozen or
    /// taken out of the call center.
    #[arg(long)]
    deactivation: Option<Policy>,
    /// Take a setting away, before the others are set; may be given several times.
    #[arg(long)]
    clear: Vec<Clear>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Policy {
    /// They go on until somebody hangs up, and no other comes.
    AtHangUp,
    /// They end.
    Now,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Clear {
    /// All of the others.
    Calling,
    SipWebsocket,
    SipDomain,
    SipSecret,
    IceServers,
    TurnSecret,
    Voicemail,
    Region,
    Dispositions,
    BusyReasons,
    CallerIds,
}

/// The contents of the files, read before the database is.
#[derive(Debug, Default)]
pub struct Secrets {
    sip: Option<Secret>,
    turn: Option<Secret>,
}

impl Pbx {
    pub fn read(&self) -> anyhow::Result<Secrets> {
        let secret =
            |file: &Option<PathBuf>| file.as_deref().map(secret_file::read_or_typed).transpose();
        Ok(Secrets {
            sip: secret(&self.sip_secret_file)?.map(Secret::new),
            turn: secret(&self.turn_secret_file)?.map(Secret::new),
        })
    }

    pub fn apply(self, old: Calling, secrets: Secrets) -> Calling {
        let old = self.clear.into_iter().fold(old, without);
        Calling {
            websocket: self.sip_websocket.or(old.websocket),
            domain: self.sip_domain.or(old.domain),
            secret: secrets.sip.or(old.secret),
            ice_servers: match self.ice_servers.is_empty() {
                true => old.ice_servers,
                false => self.ice_servers,
            },
            turn_secret: secrets.turn.or(old.turn_secret),
            voicemail: self.voicemail.or(old.voicemail),
            region: self.region.or(old.region),
            dispositions: match self.dispositions.is_empty() {
                true => old.dispositions,
                false => self.dispositions,
            },
            busy_reasons: match self.busy_reasons.is_empty() {
                true => old.busy_reasons,
                false => self.busy_reasons,
            },
            caller_ids: match self.caller_ids.is_empty() {
                true => old.caller_ids,
                false => self.caller_ids,
            },
            deactivation: self.deactivation.map_or(old.deactivation, Policy::meant),
        }
    }
}

impl Policy {
    fn meant(self) -> Deactivation {
        match self {
            Self::AtHangUp => Deactivation::AtHangUp,
            Self::Now => Deactivation::Now,
        }
    }
}

fn without(calling: Calling, clear: Clear) -> Calling {
    match clear {
        Clear::Calling => Calling::default(),
        Clear::SipWebsocket => Calling { websocket: None, ..calling },
        Clear::SipDomain => Calling { domain: None, ..calling },
        Clear::SipSecret => Calling { secret: None, ..calling },
        Clear::IceServers => Calling { ice_servers: Vec::new(), ..calling },
        Clear::TurnSecret => Calling { turn_secret: None, ..calling },
        Clear::Voicemail => Calling { voicemail: None, ..calling },
        Clear::Region => Calling { region: None, ..calling },
        Clear::Dispositions => Calling { dispositions: Vec::new(), ..calling },
        Clear::BusyReasons => Calling { busy_reasons: Vec::new(), ..calling },
        Clear::CallerIds => Calling { caller_ids: Vec::new(), ..calling },
    }
}

/// The settings that differ, by name.
pub fn changed(old: &Calling, new: &Calling) -> Vec<&'static str> {
    let differs = [
        (old.websocket != new.websocket, "sip_websocket"),
        (old.domain != new.domain, "sip_domain"),
        (old.secret != new.secret, "sip_secret"),
        (old.ice_servers != new.ice_servers, "ice_servers"),
        (old.turn_secret != new.turn_secret, "turn_secret"),
        (old.voicemail != new.voicemail, "voicemail"),
        (old.region != new.region, "region"),
        (old.dispositions != new.dispositions, "dispositions"),
        (old.busy_reasons != new.busy_reasons, "busy_reasons"),
        (old.caller_ids != new.caller_ids, "caller_ids"),
        (old.deactivation != new.deactivation, "deactivation"),
    ];
    differs.into_iter().filter(|(differs, _)| *differs).map(|(_, name)| name).collect()
}

/// What keeps agents from calling, and the command that mends it.
pub fn lacks(calling: &Calling) -> Vec<&'static str> {
    let mut lacks = Vec::new();
    match (&calling.websocket, &calling.domain) {
        (None, None) => {
            lacks.push("without a PBX (`--sip-websocket`, `--sip-domain`) agents cannot call");
            return lacks;
        }
        (None, Some(_)) => lacks.push("without a `--sip-websocket` agents cannot call"),
        (Some(_), None) => lacks.push("without a `--sip-domain` agents cannot call"),
        (Some(_), Some(_)) => {}
    }
    if calling.secret.is_none() {
        lacks.push(
            "without a `--sip-secret-file` each agent needs a password of their own (`cordboard agent set` \
             with `--sip-password-file`)",
        );
    }
    if calling.lacks_turn_secret() {
        lacks.push("without a `--turn-secret-file` the TURN servers are not used");
    }
    if calling.region.is_none() {
        lacks.push("without a `--region` only numbers with a `+` are understood");
    }
    lacks
}

/// Everything but the secrets, added to what is shown of the organisation.
pub fn show(calling: &Calling, value: &mut Value) {
    let is_set = |secret: &Option<Secret>| secret.as_ref().map(|_| "set");
    value["sip_websocket"] = json!(calling.websocket.as_ref().map(WebSocketUrl::as_str));
    value["sip_domain"] = json!(calling.domain.as_ref().map(SipDomain::as_str));
    value["sip_secret"] = json!(is_set(&calling.secret));
    value["ice_servers"] =
        json!(calling.ice_servers.iter().map(IceUrl::as_str).collect::<Vec<_>>());
    value["turn_secret"] = json!(is_set(&calling.turn_secret));
    value["voicemail"] = json!(calling.voicemail.as_ref().map(Extension::as_str));
    value["region"] = json!(calling.region.as_ref().map(Region::to_string));
    value["dispositions"] =
        json!(calling.dispositions.iter().map(Disposition::as_str).collect::<Vec<_>>());
    value["busy_reasons"] =
        json!(calling.busy_reasons.iter().map(BusyReason::as_str).collect::<Vec<_>>());
    value["caller_ids"] = shown(&calling.caller_ids);
    value["deactivation"] = json!(calling.deactivation.as_str());
}

pub fn shown(caller_ids: &[CallerId]) -> Value {
    json!(caller_ids.iter().map(CallerId::as_str).collect::<Vec<_>>())
}

/// An agent's place on the PBX, as typed.
#[derive(Debug, Args)]
pub struct Place {
    /// The extension, such as `1001`; unique in the organisation.
    #[arg(long, value_parser = Extension::parse, conflicts_with = "no_extension")]
    extension: Option<Extension>,
    /// Take the extension away.
    #[arg(long)]
    no_extension: bool,
    /// A file with the extension's password, for a PBX that shares no secret; `-` reads standard input.
    #[arg(long, conflicts_with = "no_sip_password")]
    sip_password_file: Option<PathBuf>,
    /// Take the password away.
    #[arg(long)]
    no_sip_password: bool,
    /// A number by which this agent may be seen, in place of the organisation's; several times: a list, the usual one
    /// first.
    #[arg(long = "caller-id", value_parser = CallerId::parse, conflicts_with = "no_caller_ids")]
    caller_ids: Vec<CallerId>,
    /// Take these numbers away; the organisation's count again.
    #[arg(long)]
    no_caller_ids: bool,
}

/// What becomes of it.
pub struct Change {
    extension: To<Extension>,
    sip_password: To<Secret>,
    caller_ids: To<Vec<CallerId>>,
}

enum To<T> {
    Keep,
    Clear,
    Set(T),
}

impl Place {
    pub fn read(self) -> anyhow::Result<Change> {
        let password = self.sip_password_file.as_deref().map(secret_file::read_or_typed);
        let change = Change {
            extension: To::new(self.extension, self.no_extension),
            sip_password: To::new(password.transpose()?.map(Secret::new), self.no_sip_password),
            caller_ids: To::new(
                Some(self.caller_ids).filter(|list| !list.is_empty()),
                self.no_caller_ids,
            ),
        };
        let Change { extension, sip_password, caller_ids } = &change;
        if (extension.keeps(), sip_password.keeps(), caller_ids.keeps()) == (true, true, true) {
            bail!("nothing is to be changed; `cordboard agent set --help` says what can be");
        }
        Ok(change)
    }
}

impl Change {
    /// The account after it, and what the audit log says of it.
    pub fn apply(self, agent: Agent) -> (Agent, String) {
        let extension = match &self.extension {
            To::Keep => None,
            To::Clear => Some("no extension".to_owned()),
            To::Set(extension) => Some(format!("extension {extension}")),
        };
        let password = match &self.sip_password {
            To::Keep => None,
            To::Clear => Some("no sip_password".to_owned()),
            To::Set(_) => Some("sip_password".to_owned()),
        };
        let caller_ids = match &self.caller_ids {
            To::Keep => None,
            To::Clear => Some("no caller_ids".to_owned()),
            To::Set(list) => {
                let list: Vec<&str> = list.iter().map(CallerId::as_str).collect();
                Some(format!("caller_ids {}", list.join(" ")))
            }
        };
        let what: Vec<String> = [extension, password, caller_ids].into_iter().flatten().collect();
        let agent = Agent {
            extension: self.extension.or(agent.extension),
            sip_password: self.sip_password.or(agent.sip_password),
            caller_ids: self.caller_ids.or(Some(agent.caller_ids)).unwrap_or_default(),
            ..agent
        };
        (agent, what.join(", "))
    }
}

impl<T> To<T> {
    fn new(value: Option<T>, clear: bool) -> Self {
        match (value, clear) {
            (Some(value), _) => Self::Set(value),
            (None, true) => Self::Clear,
            (None, false) => Self::Keep,
        }
    }

    fn keeps(&self) -> bool {
        matches!(self, Self::Keep)
    }

    fn or(self, old: Option<T>) -> Option<T> {
        match self {
            Self::Keep => old,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }
}

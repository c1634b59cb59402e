//! What an agent's phone needs to call: the organisation's PBX, the agent's place on it, and credentials that
//! end by themselves.
//!
//! ~~~text
//! Calling (the organisation) --+
//!                              +-- account(now) --> Account: where to register, as whom, with what
//! Agent (extension, password) -+
//! ~~~

mod address;
mod busy_reason;
mod caller_id;
pub mod colleagues;
mod credentials;
mod disposition;
pub mod numbers;

use jiff::{SignedDuration, Timestamp};

pub use self::{
    address::{
        Extension, IceUrl, NotADomain, NotAWebSocket, NotAnExtension, NotAnIceUrl, SipDomain,
        WebSocketUrl,
    },
    busy_reason::{BusyReason, NotABusyReason},
    caller_id::{CallerId, NotACallerId},
    credentials::{Credentials, LIFETIME, Secret},
    disposition::{Disposition, NotADisposition},
};
use crate::agent::Agent;

/// An organisation's PBX, as far as the administrator has entered it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calling {
    /// Where the PBX speaks SIP over WebSocket (RFC 7118).
    pub websocket: Option<WebSocketUrl>,
    /// The right side of the agents' addresses: `pbx.example` in `sip:1001@pbx.example`.
    pub domain: Option<SipDomain>,
    /// Shared with a PBX that takes credentials which end by themselves.
    pub secret: Option<Secret>,
    pub ice_servers: Vec<IceUrl>,
    /// The same for the TURN servers among them.
    pub turn_secret: Option<Secret>,
    pub voicemail: Option<Extension>,
    /// Of numbers without a `+`.
    pub region: Option<numbers::Region>,
    /// What agents choose from after a call, in this order.
    pub dispositions: Vec<Disposition>,
    /// From which they choose one to be busy; without any they are busy without one.
    pub busy_reasons: Vec<BusyReason>,
    /// By which they may be seen, the usual one first, unless they have a list of their own.
    pub caller_ids: Vec<CallerId>,
    pub deactivation: Deactivation,
}

/// When the phone of an agent who may not work any longer stops: somebody may be talking on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Deactivation {
    /// Calls in progress go on until somebody hangs up; no other comes.
    #[default]
    AtHangUp,
    /// Calls in progress end.
    Now,
}

impl Deactivation {
    pub const ALL: [Self; 2] = [Self::AtHangUp, Self::Now];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::AtHangUp => "at_hang_up",
            Self::Now => "now",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.as_str() == text)
    }
}

impl Calling {
    /// A server that relays nothing for strangers is there and nothing to introduce oneself with.
    pub fn lacks_turn_secret(&self) -> bool {
        self.turn_secret.is_none() && self.ice_servers.iter().any(IceUrl::relays)
    }
}

/// What one agent registers with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub websocket: WebSocketUrl,
    /// The address of record (RFC 3261 §6).
    pub address: String,
    pub display_name: String,
    pub credentials: Credentials,
    /// For how long whatever ends first is good.
    pub expires_in: Option<SignedDuration>,
    pub ice_servers: Vec<IceServers>,
    pub voicemail: Option<Extension>,
    /// From which the agent chooses by which number to be seen; without any it is the PBX's affair.
    pub caller_ids: Vec<CallerId>,
}

/// ICE servers that take the same credentials, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IceServers {
    pub urls: Vec<IceUrl>,
    pub credentials: Option<Credentials>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The organisation has no PBX.
    NotConfigured,
    /// The agent has no extension on it.
    NoExtension,
    /// The PBX shares no secret with us, and the agent has no password of their own.
    NoCredentials,
}

/// An agent's own password goes before the shared secret: who has one is on a PBX that knows no better.
pub fn account(calling: &Calling, agent: &Agent, now: Timestamp) -> Result<Account, Refusal> {
    let (Some(websocket), Some(domain)) = (&calling.websocket, &calling.domain) else {
        return Err(Refusal::NotConfigured);
    };
    let extension = agent.extension.as_ref().ok_or(Refusal::NoExtension)?;
    let credentials = match (&agent.sip_password, &calling.secret) {
        (Some(password), _) => {
            Credentials { username: extension.to_string(), password: password.clone() }
        }
        (None, Some(secret)) => Credentials::ephemeral(secret, extension, now),
        (None, None) => return Err(Refusal::NoCredentials),
    };
    let ice_servers = ice_servers(calling, extension, now);
    let ends = agent.sip_password.is_none()
        || ice_servers.iter().any(|servers| servers.credentials.is_some());
    Ok(Account {
        websocket: websocket.clone(),
        address: format!("sip:{extension}@{domain}"),
        display_name: agent.name.clone(),
        credentials,
        expires_in: ends.then_some(LIFETIME),
        ice_servers,
        voicemail: calling.voicemail.clone(),
        caller_ids: match agent.caller_ids.is_empty() {
            true => calling.caller_ids.clone(),
            false => agent.caller_ids.clone(),
        },
    })
}

/// A TURN server without credentials is left out: a browser refuses the whole list for it.
fn ice_servers(calling: &Calling, extension: &Extension, now: Timestamp) -> Vec<IceServers> {
    let (relays, others): (Vec<_>, Vec<_>) =
        calling.ice_servers.iter().cloned().partition(IceUrl::relays);
    let others = IceServers { urls: others, credentials: None };
    let relays = calling.turn_secret.as_ref().map(|secret| IceServers {
        urls: relays,
        credentials: Some(Credentials::ephemeral(secret, extension, now)),
    });
    [Some(others), relays]
        .into_iter()
        .flatten()
        .filter(|servers| !servers.urls.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::tests::agent;

    #[test]
    fn an_account_says_where_to_register_as_whom_and_with_what() {
        let account = account(&pbx(), &anna(), now()).unwrap();

        assert_eq!(account.websocket.as_str(), "wss://pbx.example/ws");
        assert_eq!(account.address, "sip:1001@pbx.example");
        assert_eq!(account.display_name, "anna");
        assert_eq!(account.credentials.username, "1700003600:1001");
        assert_eq!(account.expires_in, Some(SignedDuration::from_mins(60)));
        assert_eq!(account.voicemail.unwrap().as_str(), "*97");
    }

    #[test]
    fn what_is_missing_is_refused_by_its_name() {
        let refusal =
            |calling: Calling, agent: Agent| account(&calling, &agent, now()).unwrap_err();

        for calling in [
            Calling::default(),
            Calling { domain: None, ..pbx() },
            Calling { websocket: None, ..pbx() },
        ] {
            assert_eq!(refusal(calling, anna()), Refusal::NotConfigured);
        }
        assert_eq!(refusal(pbx(), agent("ben")), Refusal::NoExtension);
        assert_eq!(refusal(Calling { secret: None, ..pbx() }, anna()), Refusal::NoCredentials);
    }

    #[test]
    fn an_agents_own_password_goes_before_the_shared_secret_and_does_not_end() {
        let anna = Agent { sip_password: Some(Secret::new("hers")), ..anna() };

        let account = account(&pbx(), &anna, now()).unwrap();

        assert_eq!(account.credentials.username, "1001");
        assert_eq!(account.credentials.password.reveal(), "hers");
        assert_eq!(account.expires_in, None);
    }

    #[test]
    fn turn_servers_come_with_credentials_of_their_own_or_not_at_all() {
        let ice_servers = vec![ice("turn:turn.example"), ice("stun:stun.example")];
        let without = Calling { ice_servers, ..pbx() };
        let with = Calling { turn_secret: Some(Secret::new("of turn")), ..without.clone() };
        let static_anna = Agent { sip_password: Some(Secret::new("hers")), ..anna() };

        let left = account(&without, &anna(), now()).unwrap().ice_servers;
        assert!(without.lacks_turn_secret() && !with.lacks_turn_secret());
        assert_eq!(left, [IceServers { urls: vec![ice("stun:stun.example")], credentials: None }]);

        let account = account(&with, &static_anna, now()).unwrap();
        let [stun, turn] = account.ice_servers.as_slice() else { panic!("{account:?}") };
        assert_eq!(stun.credentials, None);
        assert_eq!(turn.urls, [ice("turn:turn.example")]);
        let credentials = turn.credentials.as_ref().unwrap();
        assert_eq!(credentials.username, "1700003600:1001");
        assert_ne!(credentials.password, account.credentials.password);
        assert_eq!(account.expires_in, Some(LIFETIME), "these end, though her password does not");
    }

    #[test]
    fn nothing_that_holds_a_secret_shows_it() {
        let anna = Agent { sip_password: Some(Secret::new("s3cret")), ..anna() };
        let calling = Calling {
            secret: Some(Secret::new("s3cret")),
            turn_secret: Some(Secret::new("s3cret")),
            ..pbx()
        };

        let account = account(&calling, &anna, now()).unwrap();

        assert!(!format!("{calling:?} {anna:?} {account:?}").contains("s3cret"));
    }

    fn pbx() -> Calling {
        Calling {
            websocket: Some(WebSocketUrl::parse("wss://pbx.example/ws").unwrap()),
            domain: Some(SipDomain::parse("pbx.example").unwrap()),
            secret: Some(Secret::new("north")),
            voicemail: Some(Extension::parse("*97").unwrap()),
            ..Calling::default()
        }
    }

    fn anna() -> Agent {
        Agent { extension: Some(Extension::parse("1001").unwrap()), ..agent("anna") }
    }

    fn ice(url: &str) -> IceUrl {
        IceUrl::parse(url).unwrap()
    }

    fn now() -> Timestamp {
        Timestamp::from_second(1_700_000_000).unwrap()
    }
}

//! A practice PBX: SIP over WebSocket (RFC 7118) with a registrar, a proxy, and parties that answer and call.
//!
//! ~~~text
//!  phone ==WebSocket== socket --+                            +-- party: UserAgent, Media == UDP == phone
//!                               +-- Pbx { Switch, wires } ---+
//!  test, console -- control ----+                            +-- party …
//! ~~~
//!
//! Extensions 1001 to 1010 have the password `practice`; ephemeral credentials are taken as well. Everything is
//! in memory, on loopback, and gone at the end.

mod account;
mod answer;
mod call;
mod control;
pub mod faults;
mod gate;
mod mailbox;
pub mod media;
mod news;
mod party;
mod plan;
mod registrar;
mod relay;
mod socket;
mod switch;

use std::{
    collections::{BTreeMap, HashMap},
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

pub use account::{PASSWORD, PRACTICE_SECRET, Secret};
use anyhow::Context;
use call::Call;
use faults::{CallFault, Faults, LATE, SocketFault};
use mailbox::Messages;
pub use news::News;
use party::{Identity, Inbound, Party};
use plan::Part;
use serde_json::{Value, json};
use switch::{Chance, FlowId, Output, Switch};
use tokio::{net::TcpListener, sync::mpsc, time::Instant};

use crate::org::clock;

/// Where the PBX stands, and what differs from run to run.
#[derive(Clone, Debug)]
pub struct Settings {
    pub listen: SocketAddr,
    /// The domain of its addresses, and the host name of its socket.
    pub domain: String,
    /// Shared with who hands out ephemeral credentials; none is the one that everybody knows.
    pub secret: Option<Secret>,
}

pub struct Pbx {
    settings: Settings,
    /// How many of a hundred RTP packets are lost.
    loss: Arc<AtomicU8>,
    news: News,
    inner: Mutex<Inner>,
}

struct Inner {
    switch: Switch,
    wires: HashMap<FlowId, Wire>,
    /// Those that are over stay for a while, to be read.
    calls: BTreeMap<u64, Arc<Call>>,
    faults: Faults,
}

/// A message for a phone, and when it may go.
type Outbound = (Instant, Vec<u8>);

enum Wire {
    Socket(mpsc::UnboundedSender<Outbound>),
    Party(mpsc::UnboundedSender<Inbound>),
}

/// A PBX that listens, and is not served yet.
pub struct Listening {
    pub pbx: Arc<Pbx>,
    listener: TcpListener,
}

impl Listening {
    pub async fn bind(settings: Settings) -> anyhow::Result<Self> {
        let listen = settings.listen;
        let listener = TcpListener::bind(listen)
            .await
            .with_context(|| format!("cannot listen on {listen}"))?;
        let settings = Settings { listen: listener.local_addr()?, ..settings };
        Ok(Self { pbx: Pbx::new(settings)?, listener })
    }

    /// Until it is dropped.
    pub async fn serve(self) -> anyhow::Result<()> {
        let router = socket::routes().merge(control::routes()).with_state(self.pbx);
        Ok(axum::serve(self.listener, router).await?)
    }
}

impl Pbx {
    fn new(settings: Settings) -> anyhow::Result<Arc<Self>> {
        let (key, run): ([u8; 32], [u8; 32]) = (random()?, random()?);
        let run = run[..6].iter().map(|byte| format!("{byte:02x}")).collect();
        let secret = settings.secret.clone().unwrap_or_else(|| Secret::new(PRACTICE_SECRET));
        let switch = Switch::new(&settings.domain, secret, &Chance { key, run });
        let inner = Inner {
            switch,
            wires: HashMap::new(),
            calls: BTreeMap::new(),
            faults: Faults::default(),
        };
        Ok(Arc::new(Self {
            settings,
            loss: Arc::default(),
            news: News::default(),
            inner: Mutex::new(inner),
        }))
    }

    /// What a test, or the demo, has to know.
    pub fn announcement(&self) -> Value {
        let Settings { listen, domain, secret } = &self.settings;
        let port = listen.port();
        json!({
            "socket": format!("ws://{domain}:{port}"),
            "control": format!("http://{domain}:{port}/practice"),
            "domain": domain,
            "extensions": account::extensions().collect::<Vec<_>>(),
            "password": PASSWORD,
            "numbers": plan::NUMBERS
                .iter()
                .map(|(number, name, _)| ((*name).to_owned(), json!(number)))
                .collect::<serde_json::Map<_, _>>(),
            // A secret of one's own is not shown.
            "secret": secret.is_none().then_some(PRACTICE_SECRET),
        })
    }

    // ── Wires ─────────────────────────────────────────────────────

    /// Nothing where sockets are refused.
    fn connect_phone(&self) -> Option<(FlowId, mpsc::UnboundedReceiver<Outbound>)> {
        let (wire, outbox) = mpsc::unbounded_channel();
        let mut inner = self.inner();
        if inner.faults.sockets == Some(SocketFault::Refused) {
            return None;
        }
        let flow = inner.switch.connect_phone();
        inner.wires.insert(flow, Wire::Socket(wire));
        Some((flow, outbox))
    }

    fn disconnect(self: &Arc<Self>, flow: FlowId) {
        let mut inner = self.inner();
        inner.wires.remove(&flow);
        inner.switch.disconnect(flow);
        self.settle(&mut inner);
    }

    fn receive(self: &Arc<Self>, flow: FlowId, bytes: &[u8]) {
        let mut inner = self.inner();
        inner.switch.receive(now(), flow, bytes);
        self.settle(&mut inner);
        self.news.tell();
    }

    /// Sends what is to be sent, and begins whatever party is called.
    fn settle(self: &Arc<Self>, inner: &mut Inner) {
        while let Some(output) = inner.switch.poll_output() {
            match output {
                Output::Send(flow, bytes) => inner.send(flow, bytes),
                Output::CallOff(flow, bytes) => {
                    if inner.faults.calls != Some(CallFault::LateCancel) {
                        inner.send(flow, bytes);
                        continue;
                    }
                    let pbx = self.clone();
                    tokio::spawn(async move {
                        tokio::time::sleep(LATE).await;
                        pbx.inner().send(flow, bytes);
                    });
                }
                Output::Start { flow, part, number } => {
                    let identity = Identity { number, name: None };
                    match self.party(inner, flow, part, identity) {
                        Ok((_, party)) => drop(tokio::spawn(party.wait())),
                        Err(error) => tracing::warn!(%error, "a party cannot begin"),
                    }
                }
            }
        }
    }

    fn party(
        self: &Arc<Self>,
        inner: &mut Inner,
        flow: FlowId,
        part: Part,
        identity: Identity,
    ) -> anyhow::Result<(Arc<Call>, Party)> {
        let (line, inbox) = mpsc::unbounded_channel();
        let call =
            Arc::new(Call::new(flow.0, part, identity.clone(), line.clone(), self.news.clone()));
        let party = Party::new(self.clone(), call.clone(), flow, inbox, &identity, random()?)
            .context("a number that is no address")?;
        inner.wires.insert(flow, Wire::Party(line));
        inner.calls.insert(call.id, call.clone());
        inner.forget_calls();
        Ok((call, party))
    }

    /// How many phones an extension has.
    pub fn phones(&self, extension: &str) -> usize {
        let mut inner = self.inner();
        inner.switch.registrar.expire(now());
        inner.switch.registrar.of(extension).len()
    }

    /// Somebody calls an extension.
    pub fn ring(
        self: &Arc<Self>,
        extension: &str,
        number: &str,
        name: Option<&str>,
    ) -> anyhow::Result<u64> {
        let mut inner = self.inner();
        let flow = inner.switch.connect_party();
        let identity = Identity { number: number.to_owned(), name: name.map(str::to_owned) };
        let (call, party) = self.party(&mut inner, flow, Part::Customer, identity)?;
        tokio::spawn(party.call(extension.to_owned()));
        Ok(call.id)
    }

    /// A message is left for an extension.
    fn leave_message(self: &Arc<Self>, extension: &str) {
        self.change_messages(extension, |messages| Messages { new: messages.new + 1, ..messages });
    }

    /// An extension has heard its messages.
    fn hear_messages(self: &Arc<Self>, extension: &str) {
        self.change_messages(extension, |Messages { new, old }| Messages {
            new: 0,
            old: old + new,
        });
    }

    fn change_messages(
        self: &Arc<Self>,
        extension: &str,
        change: impl FnOnce(Messages) -> Messages,
    ) {
        let mut inner = self.inner();
        let messages = change(inner.switch.mailboxes.of(extension));
        inner.switch.set_messages(now(), extension, messages);
        self.settle(&mut inner);
    }

    /// From now on these; what is done once is done when it is set.
    pub fn play(&self, faults: &Faults) {
        let mut inner = self.inner();
        let before = std::mem::replace(&mut inner.faults, faults.clone());
        self.loss.store(faults.loss.unwrap_or_default().min(100), Ordering::Relaxed);
        inner.switch.unavailable = faults.calls == Some(CallFault::Unavailable);
        if faults.registrar.is_some() && before.registrar.is_none() {
            inner.switch.registrar.forget();
        }
        if faults.sockets.is_some() && before.sockets != faults.sockets {
            // A socket whose outbox is closed breaks off.
            inner.wires.retain(|_, wire| matches!(wire, Wire::Party(_)));
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // As with the organisation's state: going on is better than refusing everybody.
        self.inner.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Inner {
    fn send(&mut self, flow: FlowId, bytes: Vec<u8>) {
        let sent = match self.wires.get(&flow) {
            Some(Wire::Socket(socket)) => {
                let latency = Duration::from_millis(self.faults.latency.unwrap_or_default());
                socket.send((Instant::now() + latency, bytes)).is_ok()
            }
            Some(Wire::Party(party)) => party.send(Inbound::Wire(bytes)).is_ok(),
            None => false,
        };
        if !sent {
            tracing::debug!(?flow, "a wire that is gone");
        }
    }

    fn forget_calls(&mut self) {
        while self.calls.len() > REMEMBERED_CALLS {
            let Some(over) = self.calls.values().find(|call| call.is_over()).map(|call| call.id)
            else {
                return;
            };
            self.calls.remove(&over);
        }
    }
}

impl std::fmt::Debug for Pbx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pbx").field("settings", &self.settings).finish_non_exhaustive()
    }
}

fn random() -> anyhow::Result<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).context("the operating system has no randomness")?;
    Ok(bytes)
}

/// Since 1970.
fn now() -> Duration {
    clock::now().as_duration().unsigned_abs()
}

const REMEMBERED_CALLS: usize = 200;

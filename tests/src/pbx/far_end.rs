//! The people at Kamailio's far end, and the board on which their calls are written down as baresip tells of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
    path::{Path, PathBuf},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU16, Ordering},
    },
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use super::{
    accepted,
    ears::Ears,
    party::{Answers, Character, Party, Place, Sound},
};

pub struct FarEnd {
    address: Ipv4Addr,
    folder: PathBuf,
    /// Those of the numbers first, then whoever has called.
    parties: Mutex<BTreeMap<usize, Arc<Party>>>,
    board: Arc<Board>,
    /// The next that is free.
    control_port: AtomicU16,
}

#[derive(Default)]
struct Board {
    calls: Mutex<Calls>,
    /// Something has happened.
    bell: Condvar,
}

#[derive(Default)]
struct Calls {
    /// By number; in the order in which they began.
    reports: BTreeMap<u64, Report>,
    news: u64,
}

/// One call of a party's, or two while somebody transfers it.
struct Report {
    party: usize,
    part: &'static str,
    peer: String,
    state: &'static str,
    ended: Option<&'static str>,
    keys: String,
    /// By baresip's ids.
    open: BTreeSet<String>,
    ears: Ears,
}

impl FarEnd {
    /// Everybody who can be called is there and registered.
    pub fn start(address: Ipv4Addr, folder: &Path) -> Result<Self> {
        let far_end = Self {
            address,
            folder: folder.to_owned(),
            parties: Mutex::default(),
            board: Arc::default(),
            control_port: AtomicU16::new(FIRST_CONTROL_PORT),
        };
        far_end.start_numbers()?;
        Ok(far_end)
    }

    /// Who can be called and has no call registers anew: the registrar has forgotten everybody.
    pub fn register_anew(&self) -> Result<()> {
        let busy: BTreeSet<usize> = {
            let calls = self.board.calls();
            let open = calls.reports.values().filter(|report| report.state != "over");
            open.map(|report| report.party).collect()
        };
        // They say goodbye before others of the same names come.
        let of_numbers = ..numbers().len();
        let idle: Vec<_> =
            self.parties().extract_if(of_numbers, |party, _| !busy.contains(party)).collect();
        drop(idle);
        self.start_numbers()
    }

    fn start_numbers(&self) -> Result<()> {
        let there: Vec<usize> = self.parties().keys().copied().collect();
        let absent = numbers().into_iter().enumerate().filter(|(party, _)| !there.contains(party));
        thread::scope(|scope| {
            let starting: Vec<_> = absent
                .map(|(party, character)| scope.spawn(move || self.start_party(party, &character)))
                .collect();
            let mut ends = starting.into_iter().map(|party| party.join());
            ends.try_for_each(|end| end.unwrap_or_else(|_| bail!("a party fell over")).map(drop))
        })
    }

    /// A customer appears and calls somebody; the number of the call.
    pub fn ring(&self, extension: &str, number: &str, name: Option<&str>) -> Result<u64> {
        let character = Character {
            part: "customer",
            number: number.to_owned(),
            name: name.map(str::to_owned),
            sound: Sound::Tone(350.0),
            answers: Answers::AtOnce,
        };
        let party = self.parties().len();
        let customer = self.start_party(party, &character)?;

        let report = Report::new(party, "customer", extension, &customer.folder)?;
        let id = self.board.calls().add(report);
        customer.command("dial", &format!("sip:{extension}@{}", super::party::DOMAIN))?;
        Ok(id)
    }

    pub fn order(&self, id: u64, order: &Value) -> Result<Value> {
        let party = self.party_of(id)?;
        match order["order"].as_str() {
            Some("hang_up") => party.command("hangup", "")?,
            Some("answer") => party.command("accept", "")?,
            Some("listen") => {
                let ears = Ears::listen(&party.folder)?;
                let mut calls = self.board.calls();
                calls.reports.get_mut(&id).context("no such call")?.ears = ears;
            }
            _ => bail!("baresip is not told {order}"),
        }
        Ok(accepted(id))
    }

    pub fn calls(&self) -> Result<Vec<Value>> {
        let calls = self.board.calls();
        calls.reports.iter().map(|(id, report)| report.json(*id)).collect()
    }

    /// The count of what has happened, as soon as it is beyond `seen`. Sound comes without a word, so that it is
    /// time to look again soon in any case.
    pub fn news(&self, seen: u64) -> u64 {
        let calls = self.board.calls();
        let nothing_new = |calls: &mut Calls| calls.news <= seen;
        let waited = self.board.bell.wait_timeout_while(calls, SOON, nothing_new);
        waited.unwrap_or_else(PoisonError::into_inner).0.news
    }

    pub fn tail(&self) -> String {
        self.parties().values().map(|party| party.tail()).collect()
    }

    fn start_party(&self, party: usize, character: &Character) -> Result<Arc<Party>> {
        let folder = self.folder.join(format!("party-{party}"));
        let control_port = self.control_port.fetch_add(1, Ordering::Relaxed);
        let place = Place { address: self.address, control_port, folder: &folder };
        let (board, part, home) = (Arc::clone(&self.board), character.part, folder.clone());
        let started =
            Party::start(character, place, move |event| board.hear(party, part, &home, event))?;
        let started = Arc::new(started);
        self.parties().insert(party, Arc::clone(&started));
        Ok(started)
    }

    fn party_of(&self, id: u64) -> Result<Arc<Party>> {
        let calls = self.board.calls();
        let party = calls.reports.get(&id).context("no such call")?.party;
        self.parties().get(&party).cloned().context("nobody is there")
    }

    fn parties(&self) -> MutexGuard<'_, BTreeMap<usize, Arc<Party>>> {
        self.parties.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const SOON: Duration = Duration::from_millis(100);
const FIRST_CONTROL_PORT: u16 = 4500;

/// Whom the PBX's numbers reach: those of the practice PBX that a baresip can play.
fn numbers() -> Vec<Character> {
    let character = |number: &str, part, sound, answers| Character {
        part,
        number: number.to_owned(),
        name: None,
        sound,
        answers,
    };
    vec![
        character("600", "echo", Sound::Echo, Answers::AtOnce),
        character("601", "music", Sound::Tone(440.0), Answers::AtOnce),
        character("602", "busy", Sound::Echo, Answers::Busy),
        character("603", "no_answer", Sound::Echo, Answers::Never),
        character("605", "keys", Sound::Tone(350.0), Answers::AtOnce),
        // Kamailio sends every number outside here.
        character("customer", "customer", Sound::Tone(350.0), Answers::AtOnce),
    ]
}

impl Calls {
    fn add(&mut self, report: Report) -> u64 {
        let id = self.reports.len() as u64 + 1;
        self.reports.insert(id, report);
        id
    }
}

impl Board {
    /// What baresip says of a call.
    fn hear(&self, party: usize, part: &'static str, folder: &Path, event: &Value) {
        let text = |member: &str| event[member].as_str().unwrap_or_default();
        let peer = text("peeruri").trim_start_matches("sip:").split('@').next().unwrap_or_default();
        let mut calls = self.calls();
        calls.news += 1;
        let outgoing = text("direction") == "outgoing";
        let mut of_party = calls.reports.values_mut().filter(|report| report.party == party);
        let known = |report: &&mut Report| report.open.contains(text("id")) || outgoing;
        match of_party.rfind(known) {
            Some(report) => report.hear(text("type"), text("id"), text("param")),
            // Who answers at once is told of the caller's offer, and of no incoming call.
            None if matches!(text("type"), "CALL_INCOMING" | "CALL_REMOTE_SDP") => {
                // A folder that cannot be read is seen when its calls are asked for.
                if let Ok(report) = Report::new(party, part, peer, folder) {
                    let open = [text("id").to_owned()].into();
                    calls.add(Report { open, state: "ringing", ..report });
                }
            }
            None => {}
        }
        self.bell.notify_all();
    }

    fn calls(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Report {
    fn new(party: usize, part: &'static str, peer: &str, folder: &Path) -> Result<Self> {
        Ok(Self {
            party,
            part,
            peer: peer.to_owned(),
            state: "calling",
            ended: None,
            keys: String::new(),
            open: BTreeSet::new(),
            ears: Ears::listen(folder)?,
        })
    }

    fn hear(&mut self, event: &str, id: &str, parameter: &str) {
        match event {
            "CALL_RINGING" | "CALL_PROGRESS" => {
                self.open.insert(id.to_owned());
                self.state = "ringing";
            }
            "CALL_ESTABLISHED" => {
                self.open.insert(id.to_owned());
                self.state = "established";
            }
            "CALL_DTMF_START" => self.keys.push_str(parameter),
            "CALL_CLOSED" => {
                self.open.remove(id);
                // Somebody who is transferred has another call by now.
                if self.open.is_empty() {
                    self.ended = Some(why(self.state, parameter));
                    self.state = "over";
                }
            }
            _ => {}
        }
    }

    fn json(&self, id: u64) -> Result<Value> {
        let heard = self.ears.heard()?;
        Ok(json!({
            "id": id,
            "part": self.part,
            "peer": self.peer,
            "state": self.state,
            "ended": self.ended,
            "connected": self.state == "established" && heard.samples > 0,
            "keys": self.keys,
            "packets_received": heard.samples / SAMPLES_PER_PACKET,
            "silent_packets": heard.silent_ms / MS_PER_PACKET,
            "energy": heard.energy,
            "longest_gap_ms": heard.missing_ms,
        }))
    }
}

/// In the words of the control interface; baresip gives a status, or a sentence.
fn why(state: &str, said: &str) -> &'static str {
    match said {
        "Connection reset by user" | "Rejected by user" => "hung_up",
        _ if said.starts_with(['3', '4', '5', '6']) => "refused",
        _ if state == "established" => "peer_hung_up",
        _ => "cancelled",
    }
}

/// PCMU, 20 ms.
const SAMPLES_PER_PACKET: u64 = 160;
const MS_PER_PACKET: u64 = 20;
